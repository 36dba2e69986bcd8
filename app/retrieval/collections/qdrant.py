"""Every Qdrant server, and the client's local mode for `memory://`."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

import httpx
from pydantic import SecretStr
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from app.retrieval.collections import (
    Collection,
    CollectionError,
    CollectionMissingError,
    Description,
    Filter,
    Point,
    SparseVector,
)
from app.retrieval.collections.payload import INDEXED, chunk, matches, payload, united
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage

T = TypeVar("T")

_DENSE, _SPARSE = "dense", "sparse"
_DESCRIPTION = str(uuid5(NAMESPACE_URL, "askdocs:description"))  # the id of a point of its own
_PAGE = 1_000  # points a scroll
_TIMEOUT = 30  # seconds


class QdrantCollection:
    def __init__(self, client: AsyncQdrantClient, name: str, url: str) -> None:
        self.name = name
        self._client = client
        self._url = url

    async def describe(self) -> Description | None:
        if not await self._asked(self._client.collection_exists(self.name)):
            return None
        points = await self._asked(self._client.retrieve(self.name, [_DESCRIPTION]))
        if not points or not points[0].payload:
            raise CollectionError(
                f"The collection {self.name!r} at {self._url} was not made by askdocs: choose "
                "another name with ASKDOCS_COLLECTION."
            )
        return Description(**points[0].payload["askdocs"])

    async def create(self, description: Description) -> None:
        await self._asked(self._client.delete_collection(self.name))
        await self._asked(
            self._client.create_collection(
                self.name,
                vectors_config={
                    _DENSE: models.VectorParams(
                        size=description.dimension, distance=models.Distance.COSINE
                    )
                },
                sparse_vectors_config={
                    _SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)
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

    async def count(self) -> int:
        counted = await self._asked(self._client.count(self.name, exact=True))
        return counted.count - 1

    async def digests(self) -> AsyncIterator[tuple[str, str]]:
        offset: Any = None
        while True:
            points, offset = await self._asked(
                self._client.scroll(self.name, limit=_PAGE, offset=offset, with_payload=["digest"])
            )
            for point in points:
                if str(point.id) != _DESCRIPTION:
                    yield str(point.id), (point.payload or {})["digest"]
            if offset is None:
                return

    async def upsert(self, points: Sequence[Point]) -> None:
        structs = [
            models.PointStruct(
                id=point.chunk.id,
                vector={
                    _DENSE: point.dense,
                    _SPARSE: models.SparseVector(
                        indices=point.sparse.indices, values=point.sparse.values
                    ),
                },
                payload=payload(point.chunk),
            )
            for point in points
        ]
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
        queries: list[tuple[Any, str]] = [(dense, _DENSE)]
        if sparse.indices:
            asked = models.SparseVector(indices=sparse.indices, values=sparse.values)
            queries.append((asked, _SPARSE))
        answers = await self._asked(
            self._client.query_batch_points(
                self.name,
                [
                    models.QueryRequest(
                        query=query, using=using, filter=wanted, limit=limit, with_payload=True
                    )
                    for query, using in queries
                ],
            )
        )
        found = [answer.points for answer in answers]
        return united(found[0], found[1] if len(found) > 1 else [])

    async def page(self, page: str) -> list[Chunk]:
        chunks: list[Chunk] = []
        offset: Any = None
        while True:
            points, offset = await self._asked(
                self._client.scroll(
                    self.name,
                    scroll_filter=models.Filter(must=_conditions({"page": page})),
                    limit=_PAGE,
                    offset=offset,
                )
            )
            chunks += [chunk(point.id, point.payload or {}) for point in points]
            if offset is None:
                return sorted(chunks, key=lambda c: c.ordinal)

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
        except ValueError as error:  # local mode's answer for a collection that is not there
            if "not found" in str(error):
                raise self._missing() from error
            raise

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


def _conditions(wanted: dict[str, str]) -> list[models.Condition]:
    return [
        models.FieldCondition(key=field, match=models.MatchValue(value=value))
        for field, value in wanted.items()
    ]


@asynccontextmanager
async def open_qdrant(
    url: str, name: str, api_key: SecretStr | None
) -> AsyncGenerator[Collection, None]:
    if url == "memory://":
        client = AsyncQdrantClient(location=":memory:")
    else:
        client = AsyncQdrantClient(
            url=url,
            api_key=api_key.get_secret_value() if api_key else None,
            timeout=_TIMEOUT,
            check_compatibility=False,  # asked in a thread, told in no place (trap 49)
        )
    try:
        yield QdrantCollection(client, name, url)
    finally:
        await client.close()
