"""Qdrant Edge: Qdrant's own engine inside this process, for `file:` URLs.

A collection is a folder: the shard's files, with the description and the calibration beside them.
The engine is synchronous and releases the interpreter, so each call runs in a thread.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import qdrant_edge as edge

from app.retrieval.collections import (
    Calibration,
    Collection,
    CollectionError,
    CollectionLockedError,
    CollectionMissingError,
    Description,
    Draft,
    Filter,
    Point,
    SparseVector,
)
from app.retrieval.collections.folders import Folders
from app.retrieval.collections.payload import (
    DENSE,
    INDEXED,
    PAGE_DENSE,
    PAGE_SPARSE,
    SPARSE,
    Place,
    calibration,
    calibration_payload,
    chunk,
    matches,
    payload,
    place,
    point,
    queries,
    united,
    vectors,
)
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage, page_path

T = TypeVar("T")

_PAGE = 1_000  # points a scroll
_WRITE = 256  # points an update
_REMEMBERED = 20_000  # chunks: some tens of megabytes
_AGAIN = "Delete the folder and run askdocs ingest."


class EdgeCollection:
    layout = ""  # the only one so far

    def __init__(self, folders: Folders) -> None:
        self.name = folders.name
        self._folders = folders
        self._shard: edge.EdgeShard | None = None
        self._opening = asyncio.Lock()
        self._forget()

    async def describe(self) -> Description | None:
        about = self._file("askdocs.json")
        if not about:
            return None
        await self._opened()
        try:
            return Description(**json.loads(about.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise CollectionError(f"{about} cannot be read: {error}. {_AGAIN}") from error

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator[Draft, None]:
        draft = EdgeDraft(self._folders, self)
        try:
            yield draft
        finally:
            await draft.close()

    async def calibration(self) -> Calibration | None:
        stored = self._file("calibration.json")
        if not stored:
            return None
        try:
            return calibration(json.loads(stored.read_text()))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CollectionError(f"{stored} cannot be read: {error}. {_AGAIN}") from error

    async def calibrate(self, calibration: Calibration) -> None:
        await self._opened()
        folder = self._folder()
        assert folder  # noqa: S101 - for the type checker: it is open
        _write(folder / "calibration.json", calibration_payload(calibration))

    async def count(self) -> int:
        shard = await self._opened()
        return await self._call(lambda: shard.count(edge.CountRequest(exact=True)))

    async def digests(self) -> AsyncIterator[tuple[str, str]]:
        shard = await self._opened()
        offset: Any = None
        while True:
            asked = edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=["digest"])
            points, offset = await self._call(lambda asked=asked: shard.scroll(asked))
            for found in points:
                yield str(found.id), (found.payload or {})["digest"]
            if offset is None:
                return

    async def points(self, ids: Sequence[str]) -> list[Point]:
        shard = await self._opened()
        found = await self._call(lambda: shard.retrieve(list(ids), True, True))
        return [point(p.id, p.payload or {}, _named(p.vector)) for p in found]

    async def upsert(self, points: Sequence[Point]) -> None:
        shard = await self._opened()
        self._forget()
        for at in range(0, len(points), _WRITE):
            written = list(map(_stored, points[at : at + _WRITE]))
            operation = edge.UpdateOperation.upsert_points(written)
            await self._call(lambda operation=operation: shard.update(operation))

    async def delete(self, ids: Sequence[str]) -> None:
        shard = await self._opened()
        self._forget()
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
                )
                for name, vector in searched.items()
            ]
        )

        def search() -> list[Passage]:
            answers = zip(searched, shard.query_batch(batch), strict=True)
            found = {name: _scores(points) for name, points in answers}
            return united(found, *self._read(shard, found))

        return await self._call(search)

    def _read(
        self, shard: edge.EdgeShard, found: dict[str, dict[int, float]]
    ) -> tuple[dict[int, Chunk], dict[int, Place]]:
        """Reading a point takes twenty times as long as finding it, and most are found again."""
        if len(self._chunks) > _REMEMBERED:
            self._forget()
        chunks, places = self._chunks, self._places  # these, whatever another thread does
        for names, known, what in (
            ((DENSE, SPARSE), chunks, True),
            ((PAGE_DENSE, PAGE_SPARSE), places, INDEXED),
        ):
            missing = {id_ for name in names for id_ in found.get(name, ()) if id_ not in known}
            if not missing:
                continue
            for record in shard.retrieve([UUID(int=id_) for id_ in missing], what, False):
                stored, id_ = record.payload or {}, _number(record.id)
                places[id_] = place(stored)
                if known is chunks:
                    chunks[id_] = chunk(record.id, stored)
        return chunks, places

    def _forget(self) -> None:
        self._chunks: dict[int, Chunk] = {}
        self._places: dict[int, Place] = {}

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
        self._forget()
        if shard := self._shard:
            self._shard = None
            await self._call(shard.close)

    async def _opened(self) -> edge.EdgeShard:
        if self._shard:
            return self._shard
        async with self._opening:
            if self._shard is None:
                if not self._file("askdocs.json"):
                    raise CollectionMissingError(
                        f"There is no collection {self.name!r} in {self._folders.parent}: run "
                        "askdocs ingest first."
                    )
                await self._call(self._load)
            assert self._shard is not None  # noqa: S101 - for the type checker
            return self._shard

    def _folder(self) -> Path | None:
        """None before there is one."""
        return self._folders.live()

    def _file(self, name: str) -> Path | None:
        """None for one that is not there."""
        folder = self._folder()
        return folder / name if folder and (folder / name).exists() else None

    def _load(self) -> None:
        self._shard = edge.EdgeShard.load(str(self._file("shard")))

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except Exception as error:
            if "WouldBlock" in str(error):
                raise CollectionLockedError(
                    f"The collection in {self._folders.root} is open in another askdocs process. "
                    "Stop that one first, or run a Qdrant server and set QDRANT_URL to it: a "
                    "server takes both at once."
                ) from error
            raise CollectionError(
                f"The collection in {self._folders.root} failed: {error}"
            ) from error


class EdgeDraft(EdgeCollection):
    """Raises `CollectionError` for a folder that is not ours to write into."""

    def __init__(self, folders: Folders, published: EdgeCollection) -> None:
        super().__init__(folders)
        self._published = published
        self._place = folders.draft()

    async def create(self, description: Description) -> None:
        async with self._opening:
            if self._shard is None and self._file("askdocs.json"):
                await self._call(self._load)  # fails while another process holds it
            await self._call(lambda: self._create(description))

    async def publish(self) -> None:
        await self.close()
        await self._published.close()
        await self._call(lambda: self._folders.publish(self._place))

    def _folder(self) -> Path:
        return self._place

    def _create(self, description: Description) -> None:
        if self._shard:
            self._shard.close()
            self._shard = None
        shutil.rmtree(self._place, ignore_errors=True)
        self._place.mkdir(parents=True)
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
        (self._place / "shard").mkdir()
        self._shard = edge.EdgeShard.create(str(self._place / "shard"), config)
        for field in INDEXED:
            self._shard.update(
                edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword)
            )
        _write(
            self._place / "askdocs.json", asdict(description)
        )  # last: what was not made whole is not there


def _write(path: Path, fields: dict[str, Any]) -> None:
    """All of it at once, or nothing."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(fields))
    fresh.replace(path)


def _named(vector: Any) -> dict[str, Any]:
    return vector or {}


def _number(id_: Any) -> int:
    """A UUID's own comparison and hash take longer than the search."""
    return cast("int", id_.int)


def _scores(points: Iterable[Any]) -> dict[int, float]:
    return {_number(point.id): point.score for point in points}


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
    collection = EdgeCollection(Folders(folder, name))
    try:
        yield collection
    finally:
        await collection.close()
