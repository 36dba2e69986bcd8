"""Chunks and points for a test to write."""

from uuid import NAMESPACE_URL, uuid5

from app.retrieval.collections import Collection, Description, Point
from app.retrieval.passages import Chunk
from app.retrieval.sparse import encode_chunk
from tests.fakes.embedder import FakeEmbedder

DESCRIPTION = Description("fake", 16, "1.1")


def chunk(
    text: str,
    *,
    page: str = "https://docs.example/docs/page",
    title: str = "Page",
    heading: str = "",
    ordinal: int = 0,
    version: str = "",
    locale: str = "",
) -> Chunk:
    """Its id follows from its place, as those of an ingest do, and not from its text."""
    place = f"{page}#{heading}/{ordinal}/{version}/{locale}"
    return Chunk(
        id=str(uuid5(NAMESPACE_URL, place)),
        url=f"{page}#{heading}" if heading else page,
        page=page,
        title=title,
        breadcrumb=(heading,) if heading else (),
        text=text,
        source="docs/page.md",
        ordinal=ordinal,
        tokens=len(text.split()),
        version=version,
        locale=locale,
        digest=f"digest of {text[:40]}",
    )


async def points(*chunks: Chunk) -> list[Point]:
    vectors = await FakeEmbedder().embed([c.embedded for c in chunks])
    return [Point(c, v, encode_chunk(c)) for c, v in zip(chunks, vectors, strict=True)]


async def created(collection: Collection, description: Description = DESCRIPTION) -> None:
    """Empty, and seen by readers."""
    async with collection.draft() as draft:
        await draft.create(description)
        await draft.publish()


async def filled(collection: Collection, *chunks: Chunk) -> None:
    await created(collection)
    await collection.upsert(await points(*chunks))


async def stored(collection: Collection) -> dict[str, str]:
    """Digests by id; fails if an id comes twice."""
    pairs = [pair async for pair in collection.digests()]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
