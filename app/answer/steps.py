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


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The reader's page is to say what it shows. No step follows: the answer goes on with that."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The reader is taken to a page of the docs."""

    url: str


Step = str | Citation | Searching | Found | MessageStarted | MessageDone | Cut | PageAsked | Opened
"""A string is a delta of the message that is open."""
