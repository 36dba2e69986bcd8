"""A real Qdrant server: what it stores, its key, its version, and its absence."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from app.retrieval.collections import (
    CollectionError,
    CollectionMissingError,
    Filter,
    open_collection,
)
from app.retrieval.sparse import encode_question
from tests.retrieval.conftest import QdrantServer, free_port, qdrant_running
from tests.retrieval.samples import DESCRIPTION, chunk, created, filled, points, stored

KEY = "a-very-secret-key"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[QdrantServer]:
    """Of this test's own, to be killed."""
    with qdrant_running(tmp_path) as server:
        yield server


async def test_no_server_at_all_is_told_with_its_address() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with open_collection(url, "docs") as collection:
        with pytest.raises(CollectionError, match=f"{url} cannot be reached.*QDRANT_URL") as raised:
            await collection.describe()
    assert not isinstance(raised.value, CollectionMissingError)
    assert raised.value.retryable


async def test_a_key_over_plain_http_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """And not by a warning, which would be an error here."""
    url = f"http://127.0.0.1:{free_port()}"
    async with open_collection(url, "docs", api_key=SecretStr(KEY)):
        pass
    assert "insecure connection" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("url", ["", "localhost:6333", "redis://x", "qdrant"])
def test_a_url_that_names_no_collection_is_refused(url: str) -> None:
    with pytest.raises(CollectionError, match="QDRANT_URL is"):
        open_collection(url, "docs")


@pytest.mark.qdrant
async def test_killed_and_started_again_it_has_all_that_it_acknowledged(
    server: QdrantServer,
) -> None:
    question = await points(chunk("text"))
    async with open_collection(server.url, "docs") as collection:
        await created(collection)
        acknowledged: set[str] = set()
        enough = asyncio.Event()

        async def write() -> None:
            for n in range(100_000):
                [point] = await points(chunk("text", page=f"/{n}"))
                await collection.upsert([point])
                acknowledged.add(point.chunk.id)
                if n == 50:
                    enough.set()

        writing = asyncio.create_task(write())
        await enough.wait()
        server.kill()
        with pytest.raises(CollectionError, match="cannot be reached"):
            await writing
        with pytest.raises(CollectionError, match="cannot be reached"):
            await collection.search(
                question[0].dense, encode_question("text"), limit=3, where=Filter()
            )
        server.start()
        assert acknowledged <= set(await stored(collection))
        assert await collection.describe() == DESCRIPTION


@pytest.mark.qdrant
async def test_the_key_opens_the_server_and_is_never_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with qdrant_running(tmp_path, KEY) as server:
        async with open_collection(server.url, "docs", api_key=SecretStr(KEY)) as collection:
            await filled(collection, chunk("text"))
            assert await collection.count() == 1
        for wrong in (None, SecretStr("wrong-key")):
            async with open_collection(server.url, "docs", api_key=wrong) as collection:
                with pytest.raises(CollectionError, match="QDRANT_API_KEY") as raised:
                    await collection.describe()
                assert "wrong-key" not in str(raised.value)
    assert KEY not in caplog.text


@pytest.mark.qdrant
async def test_a_version_too_far_apart_is_told_once_in_the_log(
    server: QdrantServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The packaged server is 1.16.3: four minor versions behind the client. Warnings are errors
    here, so nothing else may be told, not even from a thread."""
    async with open_collection(server.url, "docs") as collection:
        await filled(collection, chunk("text"))
        for _ in range(3):
            await collection.describe()
    told = [r for r in caplog.records if "minor version" in r.getMessage()]
    assert len(told) == 1
    assert told[0].levelno == logging.WARNING
    assert "1.16.3" in told[0].getMessage()


@pytest.mark.qdrant
async def test_a_collection_of_someone_else_is_not_touched(server: QdrantServer) -> None:
    theirs = f"{server.url}/collections/docs"
    sizes = {"vectors": {"size": 4, "distance": "Dot"}}
    point = {"id": 1, "vector": [1, 2, 3, 4], "payload": {"a": 1}}
    async with httpx.AsyncClient() as client:
        await client.put(theirs, json=sizes)
        await client.put(f"{theirs}/points?wait=true", json={"points": [point]})
        async with open_collection(server.url, "docs") as collection:
            for attempt in (collection.describe, lambda: created(collection)):
                with pytest.raises(CollectionError, match="not made by askdocs"):
                    await attempt()
        count = await client.post(f"{theirs}/points/count", json={})
    assert count.json()["result"]["count"] == 1


@pytest.mark.qdrant
async def test_what_is_stored_can_be_read_by_other_programs(server: QdrantServer) -> None:
    written = chunk("Text.", heading="heading", page="https://docs.example/docs/page")
    async with open_collection(server.url, "docs") as collection:
        await filled(collection, written)
    async with httpx.AsyncClient() as client:
        about = (await client.get(f"{server.url}/collections/docs")).json()["result"]
        asked = {"ids": [written.id], "with_payload": True}
        [point] = (await client.post(f"{server.url}/collections/docs/points", json=asked)).json()[
            "result"
        ]
    assert about["config"]["params"]["vectors"]["dense"]["distance"] == "Cosine"
    assert about["config"]["params"]["sparse_vectors"]["sparse"]["modifier"] == "idf"
    assert set(about["payload_schema"]) == {"path", "version", "locale"}
    payload = point["payload"]
    assert (payload["source"], payload["content"], payload["url"]) == (
        "docs/page.md",
        "Text.",
        "https://docs.example/docs/page#heading",
    )
