"""Chunks that were read from an embedded collection."""

from sys import intern
from time import sleep
from typing import Any

import qdrant_edge as edge

from app.retrieval.collections.edge_points import address, chunk_of, known
from app.retrieval.collections.payload import (
    DENSE,
    INDEXED,
    PAGE_DENSE,
    PAGE_SPARSE,
    SPARSE,
    Place,
    place,
)
from app.retrieval.passages import Chunk

MOST = 25_000  # chunks: some tens of megabytes
_ALIKE = ("page", "path", "title", "version", "locale")  # of many chunks the same
_PAGE = 50  # points a scroll: others are served between two
_REST = 0.0001  # seconds: scrolls without any would leave the interpreter to nobody for 5 ms


class Remembered:
    """Reading a point takes twenty times as long as finding it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._chunks: dict[int, Chunk] = {}
        self._places: dict[int, Place] = {}

    def fill(self, shard: edge.EdgeShard) -> None:
        """With all of it, unless that is too much. Ends early when it is to forget meanwhile."""
        if shard.count(edge.CountRequest(exact=True)) > MOST:
            return
        chunks, places = self._chunks, self._places
        offset: Any = None
        while chunks is self._chunks:
            asked = edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=True)
            points, offset = shard.scroll(asked)
            for found in points:
                _keep(found.id, found.payload or {}, chunks, places)
            if offset is None:
                return
            sleep(_REST)

    def read(
        self, shard: edge.EdgeShard, found: dict[str, dict[int, float]]
    ) -> tuple[dict[int, Chunk], dict[int, Place]]:
        """The chunks, and what they are chunks of, by their ids. `found` is by vectors' names."""
        if len(self._chunks) > MOST:
            self.forget()
        chunks, places = self._chunks, self._places  # these, whatever another thread does
        for names, read, what in (
            ((DENSE, SPARSE), chunks, True),
            ((PAGE_DENSE, PAGE_SPARSE), places, INDEXED),
        ):
            missing = {id_ for name in names for id_ in found.get(name, ()) if id_ not in read}
            if not missing:
                continue
            for record in shard.retrieve(list(map(address, missing)), what, False):
                whole = chunks if read is chunks else None
                _keep(record.id, record.payload or {}, whole, places)
        return chunks, places


def _keep(
    id_: Any,
    stored: dict[str, Any],
    chunks: dict[int, Chunk] | None,
    places: dict[int, Place],
) -> None:
    stored = _shared(stored)
    places[known(id_)] = place(stored)
    if chunks is not None:
        chunks[known(id_)] = chunk_of(id_, stored)


def _shared(stored: dict[str, Any]) -> dict[str, Any]:
    """What many chunks say is kept once: a sixth less to hold, and less for a search to look at."""
    alike = {name: intern(stored[name]) for name in _ALIKE if name in stored}
    return {**stored, **alike, "breadcrumb": list(map(intern, stored.get("breadcrumb", ())))}
