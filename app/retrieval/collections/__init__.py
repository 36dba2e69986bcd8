"""The named set of chunks. One URL chooses where it lives."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from app.retrieval import RetrievalError
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage


class CollectionError(RetrievalError):
    """The collection cannot be opened, read or written."""


class CollectionLockedError(CollectionError):
    """Embedded storage is open in another process."""


class CollectionMissingError(CollectionError):
    message = "The documentation has not been indexed yet, so there is nothing to answer from."
    retryable = False


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
    page: "PageVectors | None" = None
    """What stands for the whole page: with its first chunk, and with no other."""


@dataclass(frozen=True, slots=True)
class PageVectors:
    dense: Vector
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class Description:
    """What the collection says of itself; stored with it, compared at start-up and at ingest."""

    embedder: str
    dimension: int
    schema: str
    """Names the rules of chunks, tokens and payload: another schema means a rebuild."""
    versions: tuple[str, ...] = ()
    """Their labels, where the site has several."""
    newest: tuple[str, ...] = ()
    """Those of the newest releases, one of each part of the site that has versions."""
    layout: str = ""
    """The `Collection.layout` it was made with."""

    def __post_init__(self) -> None:
        for name in ("versions", "newest"):  # JSON has lists
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a collection is spread over a server's nodes."""

    shards: int = 1
    """Each weighs rare words by its own chunks alone: with one, all stores rank alike."""
    replicas: int | None = None
    """None is as the server is set."""


ONE_SHARD = Cluster()


@dataclass(frozen=True, slots=True)
class Calibration:
    """What tells a question that these docs answer from one that they do not."""

    threshold: float
    """Of `refusal.confidence`; minus infinity when too little is known to refuse anything."""
    chunks: int
    frequency: Mapping[int, int]
    """In how many chunks a word is, by the word's id; words that are in one are left out."""
    weights: tuple[float, ...] = ()
    """Of `refusal.signs`; without them nothing is refused."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields match everything, and what is of no version or locale is of each."""

    version: str = ""
    locale: str = ""
    newest: tuple[str, ...] = ()
    """Which versions match, where none is asked for; empty for all."""


class Collection(Protocol):
    """What readers see. Writing and searching raise `CollectionMissingError` before there is one,
    and `CollectionError` when the storage does not answer."""

    name: str
    layout: str
    """How its storage would keep it now, in words that only that storage knows. Where it was made
    with others, it is to be copied."""

    async def describe(self) -> Description | None:
        """None when the collection does not exist yet."""
        ...

    def draft(self) -> AbstractAsyncContextManager["Draft"]:
        """What is to take this one's place: the same one, with what it holds, until it does so.

        Raises `CollectionError` where something is in the way that is not ours.
        """
        ...

    async def calibration(self) -> Calibration | None:
        """None before the first `calibrate`."""
        ...

    async def calibrate(self, calibration: Calibration) -> None:
        """Kept with the collection until the next one."""
        ...

    async def count(self) -> int: ...

    def digests(self) -> AsyncIterator[tuple[str, str]]:
        """Every chunk's id and digest, in no order."""
        ...

    async def optimize(self) -> None:
        """Make searching fast after a run of writes; searches may wait meanwhile."""
        ...

    async def points(self, ids: Sequence[str]) -> list[Point]:
        """With their vectors, as they were written; those that are there, in no order."""
        ...

    async def upsert(self, points: Sequence[Point]) -> None:
        """However many. Where an id is already there, the new chunk takes its place."""
        ...

    async def delete(self, ids: Sequence[str]) -> None:
        """Ids that are not there are a no-op."""
        ...

    async def search(
        self, dense: Vector, sparse: SparseVector, *, limit: int, where: Filter
    ) -> list[Passage]:
        """The best chunks of both searches, each with its own scores and its page's; unfused, in
        no order. `limit` is of each search.

        A dense vector of zeros, and a sparse one that is empty, find nothing.
        """
        ...

    async def page(self, page: str) -> list[Chunk]:
        """All chunks of the page with that URL or path, by ordinal; empty when there is none.

        Pages are told apart by `page_path`.
        """
        ...


class Draft(Collection, Protocol):
    """Seen by no reader."""

    async def create(self, description: Description) -> None:
        """Make it, empty; a draft that exists is dropped first."""
        ...

    async def publish(self) -> None:
        """Take the place of the collection, in one step, and delete what was there. The draft is
        not to be used after that."""
        ...


def open_collection(
    url: str, name: str, *, api_key: SecretStr | None = None, cluster: Cluster = ONE_SHARD
) -> AbstractAsyncContextManager[Collection]:
    """Raises `CollectionError` for a URL that names none. A server is not reached before the
    first call; embedded storage is locked from the first call on, and knows no cluster."""
    if url.startswith("file:"):
        from app.retrieval.collections.edge import open_edge  # noqa: PLC0415 - the chosen one

        return open_edge(Path(url.removeprefix("file:").removeprefix("//")), name)
    if url.startswith(("memory://", "http://", "https://")):
        from app.retrieval.collections.qdrant import open_qdrant  # noqa: PLC0415 - the chosen one

        return open_qdrant(url, name, api_key, cluster)
    raise CollectionError(
        f"QDRANT_URL is {url!r}: use file:PATH, http(s)://HOST:6333 or memory://."
    )
