"""Every Qdrant server, and the client's local mode for `memory://`."""

import logging
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

import httpx
from pydantic import SecretStr
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.common.version_check import is_compatible
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from app.retrieval.collections import (
    Calibration,
    Collection,
    CollectionError,
    CollectionMissingError,
    Description,
    Draft,
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
    place,
    point,
    queries,
    scores,
    united,
    vectors,
)
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage, page_path

logger = logging.getLogger(__name__)

T = TypeVar("T")

_DESCRIPTION = str(uuid5(NAMESPACE_URL, "askdocs:description"))  # the id of a point of its own
_PAGE = 1_000  # points a scroll
_WRITE = 256  # points a request: a server takes 32 MB at once
_TIMEOUT = 30  # seconds


class QdrantCollection:
    """`name` is an alias of the one of two collections that readers see: `name-a` or `name-b`."""

    def __init__(self, client: AsyncQdrantClient, name: str, url: str) -> None:
        self.name = name
        self._client = client
        self._url = url
        self._compared = url == "memory://"

    async def describe(self) -> Description | None:
        if not await self._asked(self._client.collection_exists(self.name)):
            return None
        await self._compare_versions()
        points = await self._asked(self._client.retrieve(self.name, [_DESCRIPTION]))
        try:
            return Description(**(points[0].payload or {})["askdocs"])
        except (IndexError, KeyError, TypeError) as error:
            raise CollectionError(
                f"The collection {self.name!r} at {self._url} was not made by askdocs: choose "
                "another name with ASKDOCS_COLLECTION."
            ) from error

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator[Draft, None]:
        live = await self.live()
        if live is None:
            await self.describe()  # fails where a collection that is not ours has the name
        other = "b" if live == f"{self.name}-a" else "a"
        yield QdrantDraft(self._client, f"{self.name}-{other}", self._url, self)

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
        return [point(p.id, p.payload or {}, _named(p.vector)) for p in found]

    async def upsert(self, points: Sequence[Point]) -> None:
        for at in range(0, len(points), _WRITE):
            structs = list(map(_stored, points[at : at + _WRITE]))
            await self._asked(self._client.upsert(self.name, structs, wait=True))

    async def delete(self, ids: Sequence[str]) -> None:
        if ids:
            await self._asked(self._client.delete(self.name, list(ids), wait=True))

    async def optimize(self) -> None:
        """A server does so by itself."""

    async def search(
        self, dense: Vector, sparse: SparseVector, *, limit: int, where: Filter
    ) -> list[Passage]:
        wanted = models.Filter(
            must=_conditions(matches(where)),
            must_not=[models.HasIdCondition(has_id=[_DESCRIPTION])],
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
        points = {str(p.id): p.payload or {} for name in inorder for p in found[name]}
        named = {str(p.id) for name in whole for p in found.get(name, ())}
        return united(
            {name: scores(points) for name, points in found.items()},
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

    async def _compare_versions(self) -> None:
        """Once. The client's own check runs in a thread, and warns wherever it then is."""
        if self._compared:
            return
        self._compared = True
        with suppress(CollectionError):
            server = (await self._asked(self._client.info())).version
            ours = version("qdrant-client")
            if not is_compatible(ours, server):
                logger.warning(
                    "Qdrant at %s is version %s, and the client here %s: they should not be "
                    "more than one minor version apart.",
                    self._url,
                    server,
                    ours,
                )

    async def _asked(self, answer: Awaitable[T]) -> T:
        """Whatever the client raises, as an error with its remedy."""
        try:
            return await answer
        except UnexpectedResponse as error:
            raise self._refused(error) from error
        except (ResponseHandlingException, httpx.HTTPError) as error:
            raise CollectionError(
                f"Qdrant at {self._url} cannot be reached: {error}. Is it running, and is "
                "QDRANT_URL right?"
            ) from error
        except QdrantException as error:
            raise CollectionError(f"Qdrant at {self._url}: {error}") from error
        except ValueError as error:  # local mode's answers to what a server refuses
            if f"Collection {self.name} not found" in str(error):
                raise self._missing() from error
            raise CollectionError(f"Qdrant at {self._url}: {error}") from error

    def _refused(self, error: UnexpectedResponse) -> CollectionError:
        match error.status_code:
            case 404:
                return self._missing()
            case 401 | 403:
                said = "refused the key: check QDRANT_API_KEY"
            case _:
                body = error.content.decode(errors="replace")[:300]
                said = f"answered {error.status_code} {error.reason_phrase}: {body}"
        return CollectionError(f"Qdrant at {self._url} {said}.")

    def _missing(self) -> CollectionMissingError:
        return CollectionMissingError(
            f"There is no collection {self.name!r} at {self._url}: run askdocs ingest first."
        )


class QdrantDraft(QdrantCollection):
    def __init__(
        self, client: AsyncQdrantClient, name: str, url: str, published: QdrantCollection
    ) -> None:
        super().__init__(client, name, url)
        self._published = published

    async def create(self, description: Description) -> None:
        await self.describe()  # fails for one that is not ours to drop
        await self._asked(self._client.delete_collection(self.name))
        await self._asked(
            self._client.create_collection(
                self.name,
                vectors_config={
                    name: models.VectorParams(
                        size=description.dimension, distance=models.Distance.COSINE
                    )
                    for name in (DENSE, PAGE_DENSE)
                },
                sparse_vectors_config={
                    name: models.SparseVectorParams(modifier=models.Modifier.IDF)
                    for name in (SPARSE, PAGE_SPARSE)
                },
            )
        )
        if self._url != "memory://":  # local mode has no indexes, and warns
            for field in INDEXED:
                await self._asked(
                    self._client.create_payload_index(
                        self.name, field, models.PayloadSchemaType.KEYWORD
                    )
                )
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
    url: str, name: str, api_key: SecretStr | None
) -> AsyncGenerator[Collection, None]:
    client = _client(url, api_key)
    try:
        yield QdrantCollection(client, name, url)
    finally:
        await client.close()


def _client(url: str, api_key: SecretStr | None) -> AsyncQdrantClient:
    if url == "memory://":
        return AsyncQdrantClient(location=":memory:")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        client = AsyncQdrantClient(
            url=url,
            api_key=api_key.get_secret_value() if api_key else None,
            timeout=_TIMEOUT,
            check_compatibility=False,  # done by the collection (trap 49)
        )
    for warning in told:  # such as a key that goes over http
        logger.warning("Qdrant at %s: %s", url, warning.message)
    return client
