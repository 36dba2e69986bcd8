"""What an ingest would do. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.retrieval.collections import Description
from app.retrieval.passages import Chunk

MOST_REMOVED = 0.3  # of what is stored, without being told to
_FEW = 20  # chunks of which any share may go


class PlanError(Exception):
    """A plan that should not be applied without being asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    add: list[Chunk]
    change: list[Chunk]
    remove: list[str]
    keep: int
    rebuild: str = ""
    """Why the collection is made anew; empty when it is not."""

    @property
    def empty(self) -> bool:
        return not (self.add or self.change or self.remove or self.rebuild)

    @property
    def write(self) -> list[Chunk]:
        return [*self.add, *self.change]

    def check(self) -> None:
        """Raises `PlanError` for a plan that removes a large part of the collection."""
        stored = self.keep + len(self.change) + len(self.remove)
        if len(self.remove) > max(_FEW, MOST_REMOVED * stored):
            raise PlanError(
                f"{len(self.remove):,} of {stored:,} chunks would be removed, which is more than "
                f"{MOST_REMOVED:.0%}: is this the right folder? If so, repeat with --force."
            )


def plan(stored: Mapping[str, str], chunks: Iterable[Chunk], *, rebuild: str = "") -> Plan:
    """From the stored chunks' digests by id to the chunks that the docs have now."""
    stored = {} if rebuild else stored
    now = {chunk.id: chunk for chunk in chunks}
    add = [chunk for id_, chunk in now.items() if id_ not in stored]
    change = [c for id_, c in now.items() if id_ in stored and stored[id_] != c.digest]
    remove = [id_ for id_ in stored if id_ not in now]
    return Plan(add, change, remove, len(now) - len(add) - len(change), rebuild)


def why_rebuild(stored: Description | None, wanted: Description) -> str:
    """Why a collection cannot be brought up to date; empty when it can."""
    if stored is None:
        return "there is no collection yet"
    if stored.embedder != wanted.embedder:
        return f"the embedder was {stored.embedder}, and is {wanted.embedder}"
    if stored.dimension != wanted.dimension:
        return f"vectors had {stored.dimension} dimensions, and have {wanted.dimension}"
    if stored.schema != wanted.schema:
        return f"chunks were made by rules {stored.schema}, and are by {wanted.schema}"
    return ""
