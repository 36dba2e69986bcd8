"""Qdrant Edge: Qdrant's own engine inside this process, for `file:` URLs.

A collection is a folder: the shard's files, and the description beside them. The engine is
synchronous and releases the interpreter, so each call runs in a thread.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import qdrant_edge as edge

from app.retrieval.collections import (
    Calibration,
    Collection,
    CollectionError,
    CollectionLockedError,
    CollectionMissingError,
    Description,
    Filter,
    Point,
    SparseVector,
)
from app.retrieval.collections.payload import (
    DENSE,
    INDEXED,
    PAGE_DENSE,
    PAGE_SPARSE,
    SPARSE,
    calibration,
    calibration_payload,
    chunk,
    matches,
    payload,
    queries,
    united,
    vectors,
)
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage, page_path

T = TypeVar("T")

_PAGE = 1_000  # points a scroll
_WRITE = 256  # points an update
_FILES = {"shard", "askdocs.json", "askdocs.new", "calibration.json", "calibration.new"}
_AGAIN = "Delete the folder and run askdocs ingest."


class EdgeCollection:
    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder / name
        self._about = self._folder / "askdocs.json"
        self._calibration = folder / name / "calibration.json"
        self._shard: edge.EdgeShard | None = None
        self._opening = asyncio.Lock()

    async def describe(self) -> Description | None:
        if not self._about.exists():
            return None
        await self._opened()
        try:
            return Description(**json.loads(self._about.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise CollectionError(f"{self._about} cannot be read: {error}. {_AGAIN}") from error

    async def create(self, description: Description) -> None:
        async with self._opening:
            self._check_ours()
            if self._about.exists() and self._shard is None:
                await self._call(self._load)  # fails while another process holds it
            await self._call(lambda: self._create(description))

    async def calibration(self) -> Calibration | None:
        if not self._calibration.exists():
            return None
        try:
            return calibration(json.loads(self._calibration.read_text()))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CollectionError(
                f"{self._calibration} cannot be read: {error}. {_AGAIN}"
            ) from error

    async def calibrate(self, calibration: Calibration) -> None:
        await self._opened()
        _write(self._calibration, calibration_payload(calibration))

    async def count(self) -> int:
        shard = await self._opened()
        return await self._call(lambda: shard.count(edge.CountRequest(exact=True)))

    async def digests(self) -> AsyncIterator[tuple[str, str]]:
        shard = await self._opened()
        offset: Any = None
        while True:
            asked = edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=["digest"])
            points, offset = await self._call(lambda asked=asked: shard.scroll(asked))
            for point in points:
                yield str(point.id), (point.payload or {})["digest"]
            if offset is None:
                return

    async def upsert(self, points: Sequence[Point]) -> None:
        shard = await self._opened()
        for at in range(0, len(points), _WRITE):
            written = list(map(_stored, points[at : at + _WRITE]))
            operation = edge.UpdateOperation.upsert_points(written)
            await self._call(lambda operation=operation: shard.update(operation))

    async def delete(self, ids: Sequence[str]) -> None:
        shard = await self._opened()
        if ids:
            gone = edge.UpdateOperation.delete_points(list(ids))
            await self._call(lambda: shard.update(gone))

    async def optimize(self) -> None:
        shard = await self._opened()
        await self._call(shard.optimize)
        await self._call(shard.flush)

    async def search(
        self, dense: Vector, sparse: SparseVector, *, limit: int, where: Filter
    ) -> list[Passage]:
        shard = await self._opened()
        searched = queries(dense, sparse)
        wanted = _filter(matches(where))
        batch = edge.QueryBatchRequest(
            [
                edge.QueryRequest(
                    limit,
                    query=edge.Query.Nearest(_native(vector), name),
                    filter=wanted,
                    with_payload=True if name in (DENSE, SPARSE) else INDEXED,
                )
                for name, vector in searched.items()
            ]
        )
        found = await self._call(lambda: shard.query_batch(batch))
        return united(dict(zip(searched, found, strict=True)))

    async def page(self, page: str) -> list[Chunk]:
        shard = await self._opened()
        chunks: list[Chunk] = []
        offset: Any = None
        while True:
            asked = edge.ScrollRequest(
                offset=offset,
                limit=_PAGE,
                filter=_filter({"path": [page_path(page)]}),
                with_payload=True,
            )
            points, offset = await self._call(lambda asked=asked: shard.scroll(asked))
            chunks += [chunk(point.id, point.payload or {}) for point in points]
            if offset is None:
                return sorted(chunks, key=lambda c: c.ordinal)

    async def close(self) -> None:
        if shard := self._shard:
            self._shard = None
            await self._call(shard.close)

    async def _opened(self) -> edge.EdgeShard:
        if self._shard:
            return self._shard
        async with self._opening:
            if self._shard is None:
                if not self._about.exists():
                    raise CollectionMissingError(
                        f"There is no collection {self.name!r} in {self._folder.parent}: run "
                        "askdocs ingest first."
                    )
                await self._call(self._load)
            assert self._shard is not None  # noqa: S101 - for the type checker
            return self._shard

    def _load(self) -> None:
        self._shard = edge.EdgeShard.load(str(self._folder / "shard"))

    def _check_ours(self) -> None:
        """What is dropped must have been made here: the folder is named by two settings."""
        if self.name in ("", "..") or self._folder.name != self.name:
            raise CollectionError(
                f"ASKDOCS_COLLECTION is {self.name!r}, which cannot name a folder."
            )
        there = self._folder.iterdir() if self._folder.exists() else ()
        if strange := {path.name for path in there} - _FILES:
            raise CollectionError(
                f"{self._folder} holds something else than a collection ({min(strange)}): choose "
                "another folder with QDRANT_URL or another name with ASKDOCS_COLLECTION."
            )

    def _create(self, description: Description) -> None:
        if self._shard:
            self._shard.close()
            self._shard = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        config = edge.EdgeConfig(
            vectors={
                name: edge.EdgeVectorParams(description.dimension, edge.Distance.Cosine)
                for name in (DENSE, PAGE_DENSE)
            },
            sparse_vectors={
                name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
                for name in (SPARSE, PAGE_SPARSE)
            },
        )
        (self._folder / "shard").mkdir()
        self._shard = edge.EdgeShard.create(str(self._folder / "shard"), config)
        for field in INDEXED:
            self._shard.update(
                edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword)
            )
        _write(self._about, asdict(description))  # last: what was not made whole is not there

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except Exception as error:
            if "WouldBlock" in str(error):
                raise CollectionLockedError(
                    f"The collection in {self._folder} is open in another askdocs process. Stop "
                    "that one first, or run a Qdrant server and set QDRANT_URL to it: a server "
                    "takes both at once."
                ) from error
            raise CollectionError(f"The collection in {self._folder} failed: {error}") from error


def _write(path: Path, fields: dict[str, Any]) -> None:
    """All of it at once, or nothing."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(fields))
    fresh.replace(path)


def _stored(point: Point) -> edge.Point:
    named = {name: _native(vector) for name, vector in vectors(point).items()}
    return edge.Point(point.chunk.id, named, payload(point.chunk))


def _native(vector: Vector | SparseVector) -> Any:
    if isinstance(vector, SparseVector):
        return edge.SparseVector(vector.indices, vector.values)
    return vector


def _filter(wanted: dict[str, list[str]]) -> edge.Filter | None:
    conditions: list[Any] = [
        edge.FieldCondition(field, match=edge.MatchAny(values)) for field, values in wanted.items()
    ]
    return edge.Filter(must=conditions) if conditions else None


@asynccontextmanager
async def open_edge(folder: Path, name: str) -> AsyncGenerator[Collection, None]:
    collection = EdgeCollection(folder, name)
    try:
        yield collection
    finally:
        await collection.close()
