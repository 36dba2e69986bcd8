"""What an answer was made from, kept beside it: the ground for judging feedback later."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TracedPassage:
    """A passage by the number that the answer cites, with what the search thought of it."""

    number: int
    url: str
    title: str
    score: float
    dense: float
    sparse: float


@dataclass(frozen=True, slots=True)
class Trace:
    question: str
    model: str
    """As the settings name it."""
    passages: tuple[TracedPassage, ...] = ()
    refused: bool | None = None
    """Whether no search found what would answer; None for one of before that was kept."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What an item was made from, on its way to the store ahead of the item; no reader's event."""

    item_id: str
    trace: Trace
