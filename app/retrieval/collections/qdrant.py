"""Every Qdrant server, and the client's local mode for `memory://`."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import SecretStr
from qdrant_client import models

from app.retrieval.collections import (
    Calibration,
    Cluster,
    Collection,
    CollectionError,
    Description,
    Draft,
    Filter,
    Point,
    SparseVector,
    layout,
)
from app.retrieval.collections.connection import Connection, client
from app.retrieval.collections.payload import (
    DENSE,
    INDEXED,
    SPARSE,
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

_DESCRIPTION = str(uuid5(NAMESPACE_URL, "askdocs:description"))  # the id of a point of its own
_PAGE = 1_000  # points a scroll
_WRITE = 256  # points a request: a server takes 32 MB at once


class QdrantCollection:
    """`name` is an alias of the one of two collections that readers see: `name-a` or `name-b`."""

    def __init__(self, connection: Connection, cluster: Cluster) -> None:
        self.name = connection.name
        self.layout = layout.named(cluster)
        self._cluster = cluster
        self._connection = connection
        self._client = connection.client
        self._asked = connection.asked

    async def describe(self) -> Description | None:
        if not await self._asked(self._client.collection_exists(self.name)):
            return None
        await self._connection.compare_versions()
        points = await self._asked(self._client.retrieve(self.name, [_DESCRIPTION]))
        try:
            return Description(**(points[0].payload or {})["askdocs"])
        except (IndexError, KeyError, TypeError) as error:
            raise CollectionError(
                f"The collection {self.name!r} at {self._connection.url} was not made by askdocs: "
                "choose another name with ASKDOCS_COLLECTION."
            ) from error

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator[Draft, None]:
        live = await self.live()
        if live is None:
            await self.describe()  # fails where a collection that is not ours has the name
        other = "b" if live == f"{self.name}-a" else "a"
        yield QdrantDraft(self._connection.to(f"{self.name}-{other}"), self._cluster, self)

    async def live(self) -> str | None:
        """The collection that the name stands for."""
        known = await self._asked(self._client.get_aliases())
        return next((a.collection_name for a in known.aliases if a.alias_name == self.name), None)

    async def calibration(self) -> Calibration | None:
        if not await self._asked(self._client.collection_exists(self.name)):
            return None
        points = await self._asked(self._client.retrieve(self.name, [_DESCRIPTION]))
        stored = (points[0].payload or {}).get("calibration") if points else None
        return calibration(stored) if stored else None

    async def calibrate(self, calibration: Calibration) -> None:
        about = {"calibration": calibration_payload(calibration)}
        await self._asked(self._client.set_payload(self.name, about, [_DESCRIPTION], wait=True))

    async def count(self) -> int:
        counted = await self._asked(self._client.count(self.name, exact=True))
        return counted.count - 1

    async def digests(self) -> AsyncIterator[tuple[str, str]]:
        offset: Any = None
        while True:
            points, offset = await self._asked(
                self._client.scroll(self.name, limit=_PAGE, offset=offset, with_payload=["digest"])
            )
            for found in points:
                if str(found.id) != _DESCRIPTION:
                    yield str(found.id), (found.payload or {})["digest"]
            if offset is None:
                return

    async def points(self, ids: Sequence[str]) -> list[Point]:
        found = await self._asked(
            self._client.retrieve(self.name, list(ids), with_payload=True, with_vectors=True)
        )
        return [point(chunk(p.id, p.payload or {}), _named(p.vector)) for p in found]

    async def upsert(self, points: Sequence[Point]) -> None:
        for at in range(0, len(points), _WRITE):
            structs = list(map(_stored, points[at : at + _WRITE]))
            await self._asked(self._client.upsert(self.name, structs, wait=True))

    async def delete(self, ids: Sequence[str]) -> None:
        if ids:
            await self._asked(self._client.delete(self.name, list(ids), wait=True))

    async def optimize(self) -> None:
        await self._connection.settle()

    async def search(
        self, dense: Vector, sparse: SparseVector, *, limit: int, where: Filter
    ) -> list[Passage]:
        wanted = (
            models.Filter(must=conditions) if (conditions := _conditions(matches(where))) else None
        )
        searched = queries(dense, sparse)
        answers = await self._asked(
            self._client.query_batch_points(
                self.name,
                [
                    models.QueryRequest(
                        query=_native(vector),
                        using=name,
                        filter=wanted,
                        params=None if self._connection.local else layout.search(name),
                        limit=limit,
                        with_payload=True if name in (DENSE, SPARSE) else INDEXED,
                    )
                    for name, vector in searched.items()
                ],
            )
        )
        found = {name: answer.points for name, answer in zip(searched, answers, strict=True)}
        whole = (DENSE, SPARSE)  # the others have a part of the payload
        inorder = sorted(found, key=whole.__contains__)
        points = {p.id: p.payload or {} for name in inorder for p in found[name]}
        named = {p.id for name in whole for p in found.get(name, ())}
        return united(
            {name: {p.id: p.score for p in points} for name, points in found.items()},
            {id_: chunk(id_, points[id_]) for id_ in named},
            {id_: place(stored) for id_, stored in points.items()},
        )

    async def page(self, page: str) -> list[Chunk]:
        chunks: list[Chunk] = []
        offset: Any = None
        while True:
            points, offset = await self._asked(
                self._client.scroll(
                    self.name,
                    scroll_filter=models.Filter(must=_conditions({"path": [page_path(page)]})),
                    limit=_PAGE,
                    offset=offset,
                )
            )
            chunks += [chunk(point.id, point.payload or {}) for point in points]
            if offset is None:
                return sorted(chunks, key=lambda c: c.ordinal)


class QdrantDraft(QdrantCollection):
    def __init__(
        self, connection: Connection, cluster: Cluster, published: QdrantCollection
    ) -> None:
        super().__init__(connection, cluster)
        self._published = published

    async def create(self, description: Description) -> None:
        await self.describe()  # fails for one that is not ours to drop
        await self._asked(self._client.delete_collection(self.name))
        parameters = layout.parameters(description, self._cluster)
        await self._asked(self._client.create_collection(self.name, **parameters))
        if not self._connection.local:  # local mode has no indexes, and warns
            for field, index in layout.INDEXES.items():
                await self._asked(self._client.create_payload_index(self.name, field, index))
        about = models.PointStruct(
            id=_DESCRIPTION, vector={}, payload={"askdocs": asdict(description)}
        )
        await self._asked(self._client.upsert(self.name, [about], wait=True))

    async def publish(self) -> None:
        alias = self._published.name
        before = await self._published.live()
        switch: list[models.AliasOperations] = [
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=self.name, alias_name=alias)
            )
        ]
        if before:
            gone = models.DeleteAlias(alias_name=alias)
            switch.insert(0, models.DeleteAliasOperation(delete_alias=gone))
        await self._asked(self._client.update_collection_aliases(switch))
        if before:
            await self._asked(self._client.delete_collection(before))


def _named(vector: models.VectorStructOutput | None) -> dict[str, Any]:
    return vector if isinstance(vector, dict) else {}


def _stored(point: Point) -> models.PointStruct:
    named: Any = {name: _native(vector) for name, vector in vectors(point).items()}
    return models.PointStruct(id=point.chunk.id, vector=named, payload=payload(point.chunk))


def _native(vector: Vector | SparseVector) -> Any:
    if isinstance(vector, SparseVector):
        return models.SparseVector(indices=vector.indices, values=vector.values)
    return vector


def _conditions(wanted: dict[str, list[str]]) -> list[models.Condition]:
    return [
        models.FieldCondition(key=field, match=models.MatchAny(any=values))
        for field, values in wanted.items()
    ]


@asynccontextmanager
async def open_qdrant(
    url: str, name: str, api_key: SecretStr | None, cluster: Cluster
) -> AsyncGenerator[Collection, None]:
    opened = client(url, api_key)
    try:
        yield QdrantCollection(Connection(opened, url, name), cluster)
    finally:
        await opened.close()
