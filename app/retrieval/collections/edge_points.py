"""Points as Qdrant Edge takes and gives them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import qdrant_edge as edge

from app.retrieval.collections import Point, SparseVector
from app.retrieval.collections.payload import payload, vectors
from app.retrieval.embedders import Vector


def stored(point: Point) -> edge.Point:
    named = {name: native(vector) for name, vector in vectors(point).items()}
    return edge.Point(point.chunk.id, named, payload(point.chunk))


def native(vector: Vector | SparseVector) -> Any:
    if isinstance(vector, SparseVector):
        return edge.SparseVector(vector.indices, vector.values)
    return vector


def named(vector: Any) -> dict[str, Any]:
    return vector or {}


def number(id_: Any) -> int:
    """A UUID's own comparison and hash take longer than the search."""
    return cast("int", id_.int)


def scores(points: Iterable[Any]) -> dict[int, float]:
    return {point.id.int: point.score for point in points}


def condition(wanted: Mapping[str, Sequence[str]]) -> edge.Filter | None:
    """One value each, and no deeper than it must be: any of several takes half as long again."""
    of_each: list[Any] = [
        edge.Filter(should=[edge.FieldCondition(field, match=edge.MatchValue(v)) for v in values])
        for field, values in wanted.items()
    ]
    if len(of_each) > 1:
        return edge.Filter(must=of_each)
    return of_each[0] if of_each else None
