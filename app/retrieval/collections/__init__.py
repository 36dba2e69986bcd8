"""The named set of chunks. One URL chooses where it lives."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage


@dataclass(frozen=True, slots=True)
class SparseVector:
    indices: list[int]
    values: list[float]


@dataclass(frozen=True, slots=True)
class Point:
    """A chunk with its vectors, as it is written."""

    chunk: Chunk
    dense: Vector
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class Description:
    """What the collection says of itself; stored with it, compared at start-up and at ingest."""

    embedder: str
    dimension: int
    schema: str
    """Names the rules of chunks, tokens and payload: another schema means a rebuild."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields match everything."""

    version: str = ""
    locale: str = ""


class Collection(Protocol):
    async def describe(self) -> Description | None:
        """None when the collection does not exist yet."""
        ...

    async def create(self, description: Description) -> None:
        """Make it, empty; one that exists is dropped first."""
        ...

    async def count(self) -> int: ...

    def digests(self) -> AsyncIterator[tuple[str, str]]:
        """Every chunk's id and digest, in no order."""
        ...

    async def upsert(self, points: Sequence[Point]) -> None: ...

    async def delete(self, ids: Sequence[str]) -> None:
        """Ids that are not there are a no-op."""
        ...

    async def search(
        self, dense: Vector, sparse: SparseVector, *, limit: int, where: Filter
    ) -> list[Passage]:
        """The best of both searches, each passage with its two scores; unfused, in no order."""
        ...

    async def page(self, page: str) -> list[Chunk]:
        """All chunks of the page with that URL, by ordinal; empty when there is none."""
        ...
