"""`file:` collections: what survives, and who may have them open."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
import qdrant_edge

from app.retrieval.collections import (
    Collection,
    CollectionError,
    CollectionLockedError,
    Filter,
    Point,
    edge,
    open_collection,
)
from app.retrieval.collections.edge_points import native
from app.retrieval.collections.payload import payload, vectors
from app.retrieval.passages import Passage
from app.retrieval.points import page_points
from app.retrieval.sparse import encode_question
from tests.retrieval.samples import DESCRIPTION, chunk, created, filled, stored

WRITER = """
import asyncio, sys
from app.retrieval.collections import open_collection
from tests.retrieval.samples import chunk, created, points

async def main():
    async with open_collection(sys.argv[1], "docs") as collection:
        await created(collection)
        for n in range(100_000):
            written = chunk("text", page=f"/{n}")
            await collection.upsert(await points(written))
            print(written.id, flush=True)

asyncio.run(main())
"""


async def test_it_is_there_after_it_was_closed(tmp_path: Path) -> None:
    url, written = f"file:{tmp_path}/qdrant", chunk("kept", page="/docs/kept")
    async with open_collection(url, "docs") as collection:
        await filled(collection, written)
    for _ in range(2):
        async with open_collection(url, "docs") as collection:
            assert await collection.describe() == DESCRIPTION
            assert await collection.page("/docs/kept") == [written]


async def test_another_process_has_it_open_and_is_killed(tmp_path: Path) -> None:
    """The second process is told what to do; what the first was told is written, stays."""
    url = f"file:{tmp_path}/qdrant"
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, stdout=PIPE, cwd=Path(__file__).parents[2]
    )
    assert writer.stdout
    acknowledged = [(await writer.stdout.readline()).decode().strip() for _ in range(5)]
    async with open_collection(url, "docs") as collection:
        for attempt in (collection.describe, collection.count):
            with pytest.raises(CollectionLockedError, match=r"another askdocs process.*QDRANT_URL"):
                await attempt()
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += (await writer.stdout.read()).decode().split()
    await writer.wait()
    async with open_collection(url, "docs") as collection:
        assert set(acknowledged[:-1]) <= set(await stored(collection))
        assert await collection.describe() == DESCRIPTION


async def test_it_opens_once_the_other_process_is_gone(tmp_path: Path) -> None:
    """A collection that was locked at the first try is not lost to the one who tried."""
    url = f"file:{tmp_path}/qdrant"
    async with open_collection(url, "docs") as second:
        async with open_collection(url, "docs") as first:
            await filled(first, chunk("text"))
            with pytest.raises(CollectionLockedError):
                await second.count()
        assert await second.count() == 1


@pytest.mark.parametrize("name", ["docs", "qdrant"])
async def test_a_folder_of_something_else_is_never_dropped(tmp_path: Path, name: str) -> None:
    page = tmp_path / name / "page.md"
    page.parent.mkdir()
    page.write_text("# My docs")
    async with open_collection(f"file:{tmp_path}", name) as collection:
        with pytest.raises(CollectionError, match=re.escape("page.md") + ".*ASKDOCS_COLLECTION"):
            await created(collection)
    assert page.read_text() == "# My docs"


@pytest.mark.parametrize("name", ["", ".", "..", "../docs", "a/b"])
async def test_a_name_that_is_no_folder_of_its_own_is_refused(tmp_path: Path, name: str) -> None:
    async with open_collection(f"file:{tmp_path}/qdrant", name) as collection:
        with pytest.raises(CollectionError, match="ASKDOCS_COLLECTION"):
            await created(collection)
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - nothing else runs here


@pytest.mark.parametrize("about", ["", "{}", "[1]", '{"embedder": 1}', "\0"])
async def test_a_broken_description_says_what_to_do(tmp_path: Path, about: str) -> None:
    async with open_collection(f"file:{tmp_path}", "docs") as collection:
        await filled(collection, chunk("text"))
    (tmp_path / "docs" / "a" / "askdocs.json").write_text(about)
    async with open_collection(f"file:{tmp_path}", "docs") as collection:
        with pytest.raises(CollectionError, match=r"askdocs\.json.*askdocs ingest"):
            await collection.describe()


async def test_a_folder_that_cannot_be_made_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with open_collection(f"file:{tmp_path}/file", "docs") as collection:
        with pytest.raises(CollectionError, match=re.escape(f"{tmp_path}/file")):
            await created(collection)


@pytest.mark.parametrize("named", ["", "c", "../a", "\udcff"])
async def test_a_broken_pointer_says_what_to_do(tmp_path: Path, named: str) -> None:
    async with open_collection(f"file:{tmp_path}", "docs") as collection:
        await filled(collection, chunk("text"))
    (tmp_path / "docs" / "live").write_text(named, errors="surrogateescape")
    async with open_collection(f"file:{tmp_path}", "docs") as collection:
        with pytest.raises(CollectionError, match=r"live cannot be read.*askdocs ingest"):
            await collection.describe()


async def test_a_draft_that_another_process_writes_is_locked(tmp_path: Path) -> None:
    url = f"file:{tmp_path}/qdrant"
    async with (
        open_collection(url, "docs") as first,
        open_collection(url, "docs") as second,
        first.draft() as draft,
    ):
        await draft.create(DESCRIPTION)
        async with second.draft() as other:
            for attempt in (other.describe, lambda: other.create(DESCRIPTION)):
                with pytest.raises(CollectionLockedError):
                    await attempt()
        await draft.publish()


async def test_what_a_published_draft_replaced_takes_no_room(tmp_path: Path) -> None:
    async with open_collection(f"file:{tmp_path}", "docs") as collection:
        for _ in range(3):
            await filled(collection, chunk("text"))
    assert {path.name for path in (tmp_path / "docs").iterdir()} == {"a", "live"}


def in_the_older_layout(point: Point) -> qdrant_edge.Point:
    named = {name: native(vector) for name, vector in vectors(point).items()}
    return qdrant_edge.Point(point.chunk.id, named, payload(point.chunk))


async def test_an_older_layout_is_read_and_copied_into_todays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [chunk(f"part {n} of it", heading=f"Part {n}", ordinal=n) for n in range(3)]
    east, north = [1.0, *[0.0] * 15], [0.0, 1.0, *[0.0] * 14]

    async def found(collection: Collection) -> list[Passage]:
        words = encode_question("which part")
        some = await collection.search(north, words, limit=9, where=Filter())
        return sorted(some, key=lambda p: p.chunk.ordinal)

    url = f"file:{tmp_path}"
    async with open_collection(url, "docs") as collection:
        await created(collection)
        monkeypatch.setattr(edge, "stored", in_the_older_layout)
        await collection.upsert(page_points(page, [east, north, north]))
        monkeypatch.undo()
    async with open_collection(url, "docs") as collection:
        before = await found(collection)
        assert [p.chunk for p in before] == page
        assert await collection.page(page[0].page) == page
        digests = await stored(collection)
        assert digests == {c.id: c.digest for c in page}
        async with collection.draft() as draft:
            await draft.create(DESCRIPTION)
            await draft.upsert(await collection.points(list(digests)))
            await draft.publish()
        assert await stored(collection) == digests
        assert await found(collection) == before
        await collection.delete([page[0].id])
        assert set(await stored(collection)) == {c.id for c in page[1:]}
