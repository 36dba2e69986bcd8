"""Points as Qdrant Edge takes and gives them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import qdrant_edge as edge

from app.retrieval.collections import Point, SparseVector
from app.retrieval.collections.payload import (
    DENSE,
    PAGE_DENSE,
    PAGE_SPARSE,
    SPARSE,
    chunk,
    payload,
    vectors,
)
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk

LAYOUT = "numbered"
"""A number takes a tenth of the time that a UUID takes to come out of the engine, and every search
brings some 480. In collections that are older, a point has its chunk's UUID."""

_BITS = 64  # of a number in the engine


def config(dimension: int) -> edge.EdgeConfig:
    """For the vectors that points have."""
    return edge.EdgeConfig(
        vectors={
            name: edge.EdgeVectorParams(dimension, edge.Distance.Cosine)
            for name in (DENSE, PAGE_DENSE)
        },
        sparse_vectors={
            name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
            for name in (SPARSE, PAGE_SPARSE)
        },
    )


def stored(point: Point) -> edge.Point:
    named = {name: native(vector) for name, vector in vectors(point).items()}
    return edge.Point(number(point.chunk.id), named, payload(point.chunk) | {"id": point.chunk.id})


def native(vector: Vector | SparseVector) -> Any:
    if isinstance(vector, SparseVector):
        return edge.SparseVector(vector.indices, vector.values)
    return vector


def named(vector: Any) -> dict[str, Any]:
    return vector or {}


def number(chunk_id: str) -> int:
    """The point's. Two of a million chunks are the same one by a chance of one in ten million."""
    return UUID(chunk_id).int % 2**_BITS


def known(id_: Any) -> int:
    """A point as it is known here: a UUID's own comparison and hash take longer than the search."""
    return id_ if isinstance(id_, int) else cast("int", id_.int)


def address(known: int) -> int | UUID:
    """As the engine knows it."""
    return UUID(int=known) if known >> _BITS else known


def chunk_id(id_: Any, about: Mapping[str, Any]) -> str:
    return about.get("id") or str(id_)


def chunk_of(id_: Any, about: Mapping[str, Any]) -> Chunk:
    return chunk(chunk_id(id_, about), about)


def scores(points: Iterable[Any]) -> dict[int, float]:
    return {known(point.id): point.score for point in points}


def condition(wanted: Mapping[str, Sequence[str]]) -> edge.Filter | None:
    """One value each, and no deeper than it must be: any of several takes half as long again."""
    of_each: list[Any] = [
        edge.Filter(should=[edge.FieldCondition(field, match=edge.MatchValue(v)) for v in values])
        for field, values in wanted.items()
    ]
    if len(of_each) > 1:
        return edge.Filter(must=of_each)
    return of_each[0] if of_each else None
