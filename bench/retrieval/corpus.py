"""As many points as asked for, made of real ones: each page again and again, every chunk of it
with half the text, half the words and half the direction of a chunk of some other page."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from app.retrieval.collections import PageVectors, Point, SparseVector
from app.retrieval.embedders import Embedder, Vector
from app.retrieval.passages import Chunk
from app.retrieval.points import page_points

VERSIONS = 4  # of which a question asks for one
_STEP = 7  # pages between two that are mixed, times the round

Page = list[Point]


@dataclass(frozen=True)
class Mixed:
    """The first round is the real pages, as they are."""

    pages: Sequence[Page]

    def points(self, count: int) -> Iterator[Page]:
        made = 0
        for n in itertools.count():
            for at, page in enumerate(self.pages):
                other = self.pages[(at + n * _STEP + n // len(self.pages)) % len(self.pages)]
                yield [
                    _mixed(point, other[place % len(other)], n, str((at + n) % VERSIONS))
                    for place, point in enumerate(page)
                ]
                made += len(page)
                if made >= count:
                    return


async def mixed(chunks: Sequence[Chunk], embedder: Embedder) -> Mixed:
    pages = [list(page) for _, page in itertools.groupby(chunks, key=lambda c: c.page)]
    vectors = iter(await embedder.embed([chunk.embedded for chunk in chunks]))
    return Mixed([page_points(page, [next(vectors) for _ in page]) for page in pages])


def _mixed(point: Point, other: Point, n: int, version: str) -> Point:
    chunk = point.chunk
    page = f"{chunk.page}/{n}" if n else chunk.page
    url = page + (f"#{chunk.url.partition('#')[2]}" if "#" in chunk.url else "")
    id_ = str(uuid5(NAMESPACE_URL, f"{n} {chunk.id}"))
    if not n:
        return replace(point, chunk=replace(chunk, id=id_, version=version))
    text = chunk.text[: len(chunk.text) // 2] + other.chunk.text[len(other.chunk.text) // 2 :]
    return Point(
        replace(chunk, id=id_, page=page, url=url, text=text, version=version),
        _between(point.dense, other.dense),
        _halves(point.sparse, other.sparse),
        _page(point.page, other.page or point.page),
    )


def _page(one: PageVectors | None, other: PageVectors | None) -> PageVectors | None:
    if not one or not other:
        return None
    return PageVectors(_between(one.dense, other.dense), _halves(one.sparse, other.sparse))


def _between(one: Vector, other: Vector) -> Vector:
    total = np.asarray(one) + np.asarray(other)
    return list((total / (np.linalg.norm(total) or 1.0)).tolist())


def _halves(one: SparseVector, other: SparseVector) -> SparseVector:
    words = dict(zip(one.indices[::2], one.values[::2], strict=True))
    words |= zip(other.indices[1::2], other.values[1::2], strict=True)
    return SparseVector(list(words), list(words.values()))
