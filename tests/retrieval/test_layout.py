"""How a Qdrant server keeps a collection, and that it finds there what the other stores find."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.retrieval.collections import (
    Cluster,
    Collection,
    Description,
    Filter,
    Point,
    SparseVector,
    open_collection,
)
from app.retrieval.embedders import open_embedder
from app.retrieval.retriever import Retriever
from ingest.documents import open_site
from ingest.run import Report, ingest
from tests.fakes.embedder import FakeEmbedder
from tests.retrieval.samples import chunk, filled

pytestmark = pytest.mark.qdrant

DOCS = Path(__file__).parents[2] / "docs"
QUESTIONS = [
    "How do I index my own docs?",
    "Which port does it listen on?",
    "ASKDOCS_SESSION_KEY on several servers",
    "nginx buffers the stream",
    "How are readers identified?",
    "delete old threads",
    "Kann ich einen anderen Embedder nehmen?",
    "back up PostgreSQL",
]
NO_WORDS = SparseVector([], [])


@pytest.fixture
def name() -> str:
    return f"askdocs_test_{uuid4().hex}"


@pytest.fixture
async def client(qdrant_url: str, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """Of the server; what the test made there is deleted."""
    async with httpx.AsyncClient(base_url=f"{qdrant_url}/collections/") as client:
        yield client
        for each in "ab":
            await client.delete(f"{name}-{each}")


async def kept(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    about = (await client.get(name)).json()["result"]
    return about["config"] | {"payload": about["payload_schema"]}


async def run(docs: Path, collection: Collection) -> Report:
    return await ingest(open_site(docs, url="https://x.example"), collection, FakeEmbedder())


async def test_memory_holds_what_searches_walk_through(
    client: httpx.AsyncClient, qdrant_url: str, name: str
) -> None:
    async with open_collection(qdrant_url, name) as collection:
        await filled(collection, chunk("text"))
        config = await kept(client, name)
    params = config["params"]
    assert params["on_disk_payload"] is True
    for vectors in params["vectors"].values():
        assert vectors["on_disk"] is True
    assert config["quantization_config"]["scalar"]["type"] == "int8"
    assert config["quantization_config"]["scalar"]["always_ram"] is True
    assert config["payload"]["version"]["params"]["is_tenant"] is True


async def test_another_number_of_shards_is_there_after_the_next_ingest(
    client: httpx.AsyncClient, qdrant_url: str, name: str, tmp_path: Path
) -> None:
    """What is there is copied, all of it, and none of it is indexed anew."""
    for n in range(9):
        (tmp_path / f"{n}.md").write_text(f"# Page {n}\n\nText of {n}.")
    async with open_collection(qdrant_url, name) as collection:
        assert (await run(tmp_path, collection)).added == 9
        before = await collection.points([id_ async for id_, _ in collection.digests()])
    cluster = Cluster(shards=2, replicas=1)
    async with open_collection(qdrant_url, name, cluster=cluster) as collection:
        report = await run(tmp_path, collection)
        assert (report.kept, report.changes, report.rebuilt) == (9, 0, "")
        after = await collection.points([id_ async for id_, _ in collection.digests()])
        assert sorted(after, key=str) == sorted(before, key=str)
        params = (await kept(client, name))["params"]
        assert (params["shard_number"], params["replication_factor"]) == (2, 1)
        described = await collection.describe()
        assert (await run(tmp_path, collection)).changes == 0
        assert await collection.describe() == described


async def test_indexed_and_quantised_it_finds_the_same_by_the_same_scores(
    client: httpx.AsyncClient, qdrant_url: str, name: str, tmp_path: Path
) -> None:
    """As few points as a test has would be compared one by one, did it not say otherwise."""
    chance = random.Random(1)  # noqa: S311 - no secret
    vectors = [[chance.gauss(0, 1) for _ in range(64)] for _ in range(2_000)]
    points = [Point(chunk("", page=f"/{n}"), v, NO_WORDS) for n, v in enumerate(vectors)]
    async with (
        open_collection(qdrant_url, name) as server,
        open_collection(f"file:{tmp_path}", name) as embedded,
    ):
        for collection in (server, embedded):
            async with collection.draft() as draft:
                await draft.create(Description("chance", 64, "1"))
                await draft.upsert(points)
                await draft.publish()
        few = {"indexing_threshold": 10}
        graph = {"full_scan_threshold": 10}
        asked = {"optimizers_config": few, "hnsw_config": graph}
        (await client.patch(f"{name}-a", json=asked)).raise_for_status()
        await server.optimize()
        about = (await client.get(name)).json()["result"]
        assert about["indexed_vectors_count"] > 1_000
        same = 0
        for _ in range(20):
            question = [chance.gauss(0, 1) for _ in range(64)]
            one, other = [
                {
                    p.chunk.id: p.dense
                    for p in await c.search(question, NO_WORDS, limit=50, where=Filter())
                }
                for c in (server, embedded)
            ]
            same += len(one.keys() & other.keys())
            for id_ in one.keys() & other.keys():
                assert one[id_] == pytest.approx(other[id_], abs=1e-5)
    assert same >= 0.97 * 20 * 50


async def test_every_store_ranks_alike(
    client: httpx.AsyncClient, qdrant_url: str, name: str, tmp_path: Path
) -> None:
    rankings: list[list[list[tuple[str, float]]]] = []
    async with open_embedder("wordllama:") as embedder:
        for url in ("memory://", f"file:{tmp_path}", qdrant_url):
            async with open_collection(url, name) as collection:
                await ingest(open_site(DOCS), collection, embedder)
                retriever = Retriever(collection, embedder)
                found = [await retriever.search(question) for question in QUESTIONS]
                rankings.append([[(p.chunk.url, round(p.score, 4)) for p in f] for f in found])
    assert rankings[0] == rankings[1] == rankings[2]
    assert all(len(ranking) == 8 for ranking in rankings[0])
