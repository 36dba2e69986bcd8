"""Docs that change, and an ingest that is killed: the collection ends as a fresh one would."""

import asyncio
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.retrieval.collections import Collection, open_collection
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk
from ingest.documents import open_site
from ingest.run import ingest
from tests.cli.conftest import SCRIPT, VARIABLES
from tests.fakes.embedder import FakeEmbedder

PAGES = 150
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
def test_killed_at_any_moment_readers_see_what_was_or_what_is(tmp_path: Path) -> None:
    """And the next run completes."""
    write(tmp_path / "site", "as it was")
    assert start(tmp_path, "data").wait(100) == 0
    before = asyncio.run(stored_in(tmp_path / "data"))
    assert len(before) == PAGES * 8
    write(tmp_path / "site", "as it is now")
    draft = tmp_path / "data" / "qdrant" / "docusaurus_docs" / "b"
    for wait in (0.0, 0.05, 0.1, 0.2, 0.4):  # seconds after it began to write
        with start(tmp_path, "data") as process:
            while process.poll() is None and not draft.exists():
                time.sleep(0.01)
            time.sleep(wait)
            process.kill()
        if process.returncode == 0:
            break
        assert asyncio.run(stored_in(tmp_path / "data")) == before
    for folder in ("data", "fresh"):
        assert start(tmp_path, folder).wait(100) == 0
    found = [asyncio.run(stored_in(tmp_path / folder)) for folder in ("data", "fresh")]
    assert found[0] == found[1] != before
    assert len(found[0]) == PAGES * 8


def write(site: Path, said: str) -> None:
    site.mkdir(exist_ok=True)
    for n in range(PAGES):
        parts = [f"## Heading {i}\n\nWhat {i} of {n} says, {said}." for i in range(8)]
        (site / f"page-{n}.md").write_text("\n\n".join([f"# Page {n}", *parts]))


async def test_a_killed_run_is_taken_up_where_it_was(tmp_path: Path) -> None:
    """What it embedded is not embedded again; what changed since is."""
    write(tmp_path / "site", "as it was")
    site = open_site(tmp_path / "site", url="https://x.example")
    async with open_collection(f"file:{tmp_path}/qdrant", "docs") as collection:
        with pytest.raises(KilledError):
            await ingest(site, collection, Dying(after=2))
        assert await collection.describe() is None
        (tmp_path / "site" / "page-0.md").write_text("# Page 0\n\nChanged since.")
        embedder = Dying(after=100)
        await ingest(site, collection, embedder, force=True)
        assert await collection.count() == (PAGES - 1) * 8 + 1
        [changed] = await collection.page("https://x.example/page-0")
        assert "Changed since." in changed.text
    indexed = (PAGES - 1) * 8 + 1
    assert indexed - embedder.embedded > 256  # chunks of the first run


class KilledError(Exception):
    pass


class Dying(FakeEmbedder):
    def __init__(self, after: int) -> None:
        super().__init__()
        self.embedded = 0
        self._left = after

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        if len(texts) > 1:  # not a question
            self._left -= 1
            if self._left < 0:
                raise KilledError
            self.embedded += len(texts)
        return await super().embed(texts)


def start(folder: Path, data: str) -> subprocess.Popen[bytes]:
    command = [SCRIPT, "ingest", "site", "--url", "https://x.example", "--data", data, "--quiet"]
    environment = {k: v for k, v in os.environ.items() if k not in VARIABLES}
    return subprocess.Popen(command, cwd=folder, env=environment)


async def stored_in(data: Path) -> dict[str, str]:
    async with open_collection(f"file:{data}/qdrant", "docusaurus_docs") as collection:
        return await stored(collection)
