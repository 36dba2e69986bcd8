"""A chunk as the payload of a point, and back."""

import math
from collections.abc import Mapping
from typing import Any, TypeVar

from app.retrieval.collections import (
    Calibration,
    CollectionError,
    Filter,
    PageVectors,
    Point,
    SparseVector,
)
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage, page_path

INDEXED = ["path", "version", "locale"]
"""The fields that say which page a chunk is of."""

DENSE, SPARSE = "dense", "sparse"
PAGE_DENSE, PAGE_SPARSE = "page_dense", "page_sparse"
_OF_PAGE = {DENSE: PAGE_DENSE, SPARSE: PAGE_SPARSE}


def payload(chunk: Chunk) -> dict[str, Any]:
    return {
        "source": chunk.source,
        "content": chunk.text,
        "url": chunk.url,
        "page": chunk.page,
        "path": page_path(chunk.page),
        "title": chunk.title,
        "breadcrumb": list(chunk.breadcrumb),
        "ordinal": chunk.ordinal,
        "tokens": chunk.tokens,
        "version": chunk.version,
        "locale": chunk.locale,
        "digest": chunk.digest,
    }


def chunk(id_: object, stored: Mapping[str, Any]) -> Chunk:
    return Chunk(
        id=str(id_),
        url=stored["url"],
        page=stored["page"],
        title=stored["title"],
        breadcrumb=tuple(stored["breadcrumb"]),
        text=stored["content"],
        source=stored["source"],
        ordinal=stored["ordinal"],
        tokens=stored["tokens"],
        version=stored["version"],
        locale=stored["locale"],
        digest=stored["digest"],
    )


def point(chunk: Chunk, named: Mapping[str, Any]) -> Point:
    """With vectors as an engine gives them back."""
    page = None
    if PAGE_DENSE in named or PAGE_SPARSE in named:
        page = PageVectors(_dense(named.get(PAGE_DENSE)), _sparse(named.get(PAGE_SPARSE)))
    dense, sparse = _dense(named.get(DENSE)), _sparse(named.get(SPARSE))
    return Point(chunk, dense, sparse, page)


def _dense(vector: Any) -> Vector:
    return list(vector) if vector else []


def _sparse(vector: Any) -> SparseVector:
    return SparseVector(list(vector.indices), list(vector.values)) if vector else _NOTHING


_NOTHING = SparseVector([], [])


def matches(where: Filter) -> dict[str, list[str]]:
    """Payload fields and the values of which they must have one."""
    versions = [where.version] if where.version else where.newest
    wanted = {"version": versions, "locale": [where.locale] if where.locale else ()}
    return {field: [*values, ""] for field, values in wanted.items() if values}


def directed(dense: Vector) -> bool:
    """Whether it points anywhere. At the origin, where texts without a known word are, there is no
    cosine: such a text is stored and asked for by its sparse vector alone.

    Raises `CollectionError` for what is no number, which Edge would take.
    """
    if not math.isfinite(sum(dense)):
        raise CollectionError("An embedder gave a vector that holds something else than numbers.")
    return any(dense)


Place = tuple[str, str, str]
"""Path, version and locale: which page a chunk is of."""


def place(stored: Mapping[str, Any]) -> Place:
    return stored["path"], stored["version"], stored["locale"]


Id = TypeVar("Id")
"""Of a point, in whatever form its engine gives soonest."""


def united(
    scores: Mapping[str, Mapping[Id, float]],
    chunks: Mapping[Id, Chunk],
    places: Mapping[Id, Place],
) -> list[Passage]:
    """The chunks of both searches, each once with its scores. `scores` are by the vectors' names
    and then by point; pages are what their first chunks stand for."""
    dense, sparse = scores.get(DENSE, {}), scores.get(SPARSE, {})
    page_dense = {places[id_]: score for id_, score in scores.get(PAGE_DENSE, {}).items()}
    page_sparse = {places[id_]: score for id_, score in scores.get(PAGE_SPARSE, {}).items()}
    return [
        Passage(
            chunk=chunks[id_],
            score=0.0,
            dense=dense.get(id_, 0.0),
            sparse=sparse.get(id_, 0.0),
            page_dense=page_dense.get(page := places[id_], 0.0),
            page_sparse=page_sparse.get(page, 0.0),
            why={},  # its default takes as long as all the rest
        )
        for id_ in {**dense, **sparse}
    ]


def vectors(point: Point) -> dict[str, Vector | SparseVector]:
    """Those that point anywhere, by name."""
    named: dict[str, Vector | SparseVector] = asked(point.dense, point.sparse)
    if point.page:
        of_page = asked(point.page.dense, point.page.sparse)
        named |= {_OF_PAGE[name]: vector for name, vector in of_page.items()}
    return named


def asked(dense: Vector, sparse: SparseVector) -> dict[str, Vector | SparseVector]:
    named: dict[str, Vector | SparseVector] = {}
    if directed(dense):
        named[DENSE] = dense
    if sparse.indices:
        named[SPARSE] = sparse
    return named


def queries(dense: Vector, sparse: SparseVector) -> dict[str, Vector | SparseVector]:
    """What is searched for, by the name of the vectors that it is compared with."""
    chunks = asked(dense, sparse)
    return chunks | {_OF_PAGE[name]: vector for name, vector in chunks.items()}


def calibration_payload(calibration: Calibration) -> dict[str, Any]:
    """As JSON can hold it: no infinity, no numbers for keys."""
    words = sorted(calibration.frequency)
    return {
        "threshold": calibration.threshold if math.isfinite(calibration.threshold) else None,
        "chunks": calibration.chunks,
        "words": words,
        "counts": [calibration.frequency[word] for word in words],
        "weights": list(calibration.weights),
    }


def calibration(stored: Mapping[str, Any]) -> Calibration:
    threshold = stored["threshold"]
    return Calibration(
        threshold=-math.inf if threshold is None else threshold,
        chunks=stored["chunks"],
        frequency=dict(zip(stored["words"], stored["counts"], strict=True)),
        weights=tuple(stored.get("weights", ())),
    )
