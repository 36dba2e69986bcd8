"""Qdrant Edge: Qdrant's own engine inside this process, for `file:` URLs.

A collection is a folder: the shard's files, with the description and the calibration beside them.
The engine is synchronous and releases the interpreter, so each call runs in a thread.
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
    Draft,
    Filter,
    Point,
    SparseVector,
)
from app.retrieval.collections.edge_points import (
    LAYOUT,
    chunk_id,
    chunk_of,
    condition,
    config,
    named,
    native,
    number,
    scores,
    stored,
)
from app.retrieval.collections.folders import Folders
from app.retrieval.collections.payload import (
    INDEXED,
    calibration,
    calibration_payload,
    matches,
    point,
    queries,
    united,
)
from app.retrieval.collections.remembered import Remembered
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage, page_path

T = TypeVar("T")

_PAGE = 1_000  # points a scroll
_WRITE = 256  # points an update
_AGAIN = "Delete the folder and run askdocs ingest."


class EdgeCollection:
    layout = LAYOUT

    def __init__(self, folders: Folders) -> None:
        self.name = folders.name
        self._folders = folders
        self._shard: edge.EdgeShard | None = None
        self._opening = asyncio.Lock()
        self._remembered = Remembered()
        self._filling: asyncio.Task[None] | None = None

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
        file = self._file("calibration.json")
        if not file:
            return None
        try:
            return calibration(json.loads(file.read_text()))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CollectionError(f"{file} cannot be read: {error}. {_AGAIN}") from error

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
            asked = edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=["id", "digest"])
            points, offset = await self._call(lambda asked=asked: shard.scroll(asked))
            for found in points:
                about = found.payload or {}
                yield chunk_id(found.id, about), about["digest"]
            if offset is None:
                return

    async def points(self, ids: Sequence[str]) -> list[Point]:
        shard = await self._opened()
        either: list[Any] = [*ids, *map(number, ids)]  # of whichever layout it is
        found = await self._call(lambda: shard.retrieve(either, True, True))
        return [point(chunk_of(p.id, p.payload or {}), named(p.vector)) for p in found]

    async def upsert(self, points: Sequence[Point]) -> None:
        shard = await self._opened()
        self._remembered.forget()
        for at in range(0, len(points), _WRITE):
            written = list(map(stored, points[at : at + _WRITE]))
            operation = edge.UpdateOperation.upsert_points(written)
            await self._call(lambda operation=operation: shard.update(operation))

    async def delete(self, ids: Sequence[str]) -> None:
        shard = await self._opened()
        self._remembered.forget()
        if ids:
            gone = edge.UpdateOperation.delete_points(list(map(number, ids)))
            await self._call(lambda: shard.update(gone))

    async def optimize(self) -> None:
        shard = await self._opened()
        await self._call(shard.optimize)
        await self._call(shard.flush)

    async def search(
        self, dense: Vector, sparse: SparseVector, *, limit: int, where: Filter
    ) -> list[Passage]:
        shard = await self._opened()
        if self._filling is None:
            self._filling = asyncio.create_task(asyncio.to_thread(self._remembered.fill, shard))
        searched = queries(dense, sparse)
        wanted = condition(matches(where))
        batch = edge.QueryBatchRequest(
            [
                edge.QueryRequest(
                    limit,
                    query=edge.Query.Nearest(native(vector), name),
                    filter=wanted,
                )
                for name, vector in searched.items()
            ]
        )

        def search() -> list[Passage]:
            answers = zip(searched, shard.query_batch(batch), strict=True)
            found = {name: scores(points) for name, points in answers}
            return united(found, *self._remembered.read(shard, found))

        return await self._call(search)

    async def page(self, page: str) -> list[Chunk]:
        shard = await self._opened()
        chunks: list[Chunk] = []
        offset: Any = None
        while True:
            asked = edge.ScrollRequest(
                offset=offset,
                limit=_PAGE,
                filter=condition({"path": [page_path(page)]}),
                with_payload=True,
            )
            points, offset = await self._call(lambda asked=asked: shard.scroll(asked))
            chunks += [chunk_of(point.id, point.payload or {}) for point in points]
            if offset is None:
                return sorted(chunks, key=lambda c: c.ordinal)

    async def close(self) -> None:
        self._remembered.forget()
        if filling := self._filling:
            self._filling = None
            # What cannot be read is told to whoever's question finds it.
            await asyncio.gather(filling, return_exceptions=True)
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
        (self._place / "shard").mkdir()
        self._shard = edge.EdgeShard.create(
            str(self._place / "shard"), config(description.dimension)
        )
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


@asynccontextmanager
async def open_edge(folder: Path, name: str) -> AsyncGenerator[Collection, None]:
    collection = EdgeCollection(Folders(folder, name))
    try:
        yield collection
    finally:
        await collection.close()
