"""What happens while a question is answered, in words of our own."""

from dataclasses import dataclass

from app.answer.citations import Citation
from app.retrieval.passages import NumberedPassage


@dataclass(frozen=True, slots=True)
class Searching:
    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the last search, or the reading of a page, gave."""

    query: str
    passages: tuple[NumberedPassage, ...]


@dataclass(frozen=True, slots=True)
class MessageStarted:
    """Text follows. One turn can hold two: a preamble, a search, the answer."""


@dataclass(frozen=True, slots=True)
class MessageDone:
    """The text since `MessageStarted` is complete."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The model stopped at its length limit: the message before this is not whole."""


Step = str | Citation | Searching | Found | MessageStarted | MessageDone | Cut
"""A string is a delta of the message that is open."""
