"""A chunk as the payload of a point, and back."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from app.retrieval.collections import CollectionError, Filter
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk, Passage, page_path

INDEXED = ("path", "version", "locale")


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


def matches(where: Filter) -> dict[str, str]:
    """Payload fields and the values that they must have."""
    wanted = {"version": where.version, "locale": where.locale}
    return {field: value for field, value in wanted.items() if value}


def directed(dense: Vector) -> bool:
    """Whether it points anywhere. At the origin, where texts without a known word are, there is no
    cosine: such a text is stored and asked for by its sparse vector alone.

    Raises `CollectionError` for what is no number, which Edge would take.
    """
    if not math.isfinite(sum(dense)):
        raise CollectionError("An embedder gave a vector that holds something else than numbers.")
    return any(dense)


def united(dense: Iterable[Any], sparse: Iterable[Any]) -> list[Passage]:
    """The points of both searches, each once with its two scores."""
    found: dict[str, Any] = {str(p.id): p.payload for p in (*dense, *sparse)}
    cosines = {str(point.id): float(point.score) for point in dense}
    weights = {str(point.id): float(point.score) for point in sparse}
    return [
        Passage(
            chunk=chunk(id_, stored),
            score=0.0,
            dense=cosines.get(id_, 0.0),
            sparse=weights.get(id_, 0.0),
        )
        for id_, stored in found.items()
    ]
