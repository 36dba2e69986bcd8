"""Docs that change, and an ingest that is killed: the collection ends as a fresh one would."""

import asyncio
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.retrieval.collections import Collection, open_collection
from app.retrieval.passages import Chunk
from ingest.documents import open_site
from ingest.run import ingest
from tests.cli.conftest import SCRIPT, VARIABLES
from tests.fakes.embedder import FakeEmbedder

NAMES = ["a.md", "b.mdx", "c/index.md", "c/d.md", "01-e.md"]
HEADINGS = st.lists(st.sampled_from(["Install", "Use", "Use", "FAQ"]), max_size=3)
EDITS = st.lists(
    st.tuples(st.sampled_from(["write", "move", "delete"]), st.sampled_from(NAMES), HEADINGS),
    max_size=6,
)


def apply(folder: Path, edits: list[tuple[str, str, list[str]]]) -> None:
    for number, (kind, name, headings) in enumerate(edits):
        file = folder / name
        match kind:
            case "write":
                file.parent.mkdir(exist_ok=True)
                sections = [f"## {heading}\n\nText {len(headings)}." for heading in headings]
                file.write_text("\n\n".join([f"# {file.stem}", "Opening.", *sections]))
            case "move" if file.exists():
                file.rename(file.with_name(f"moved-{number}.md"))
            case "delete":
                file.unlink(missing_ok=True)
            case _:
                pass


async def stored(collection: Collection) -> dict[str, str]:
    return {id_: digest async for id_, digest in collection.digests()}


async def chunks(collection: Collection, pages: list[str]) -> list[list[Chunk]]:
    return [await collection.page(page) for page in pages]


def pages(folder: Path) -> list[str]:
    return sorted(f"/{path.relative_to(folder).with_suffix('')}" for path in folder.rglob("*.m*"))


async def ingested(folder: Path, collection: Collection) -> int:
    site = open_site(folder, url="https://x.example")
    return (await ingest(site, collection, FakeEmbedder(), force=True)).changes


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=EDITS, after=EDITS)
async def test_after_any_edits_it_equals_a_fresh_one(
    before: list[tuple[str, str, list[str]]], after: list[tuple[str, str, list[str]]]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        apply(folder, before)
        async with (
            open_collection("memory://", "docs") as collection,
            open_collection("memory://", "docs") as fresh,
        ):
            await ingested(folder, collection)
            apply(folder, after)
            await ingested(folder, collection)
            await ingested(folder, fresh)
            assert await stored(collection) == await stored(fresh)
            assert await chunks(collection, pages(folder)) == await chunks(fresh, pages(folder))
            assert await ingested(folder, collection) == 0


@pytest.mark.timeout(180)
def test_killed_at_any_moment_the_next_run_completes(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for n in range(300):
        parts = [f"## Heading {i}\n\nWhat {i} of {n} says, in some words." for i in range(8)]
        (site / f"page-{n}.md").write_text("\n\n".join([f"# Page {n}", *parts]))
    for wait in (0.0, 0.1, 0.2, 0.4):  # seconds after it began to write
        with start(tmp_path, "data") as process:
            while process.poll() is None and not any((tmp_path / "data").glob("qdrant/*/*")):
                time.sleep(0.01)
            time.sleep(wait)
            process.kill()
    for folder in ("data", "fresh"):
        assert start(tmp_path, folder).wait(100) == 0
    found = [asyncio.run(stored_in(tmp_path / f / "qdrant")) for f in ("data", "fresh")]
    assert found[0] == found[1]
    assert len(found[0]) == 300 * 8


def start(folder: Path, data: str) -> subprocess.Popen[bytes]:
    command = [SCRIPT, "ingest", "site", "--url", "https://x.example", "--data", data, "--quiet"]
    environment = {k: v for k, v in os.environ.items() if k not in VARIABLES}
    return subprocess.Popen(command, cwd=folder, env=environment)


async def stored_in(folder: Path) -> dict[str, str]:
    async with open_collection(f"file:{folder}", "docusaurus_docs") as collection:
        return await stored(collection)
