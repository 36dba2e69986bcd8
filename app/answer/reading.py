"""What the reader's page said of itself, as the answer uses it. All of it is untrusted."""

from dataclasses import dataclass
from typing import Any, cast

from app.answer.tokens import TokenCounter
from app.retrieval.passages import Chunk

_LONGEST_TITLE = 300  # characters
_LONGEST_URL = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A page as the reader's browser shows it; without text when it could not be read."""

    title: str = ""
    url: str = ""
    text: str = ""

    @property
    def chunk(self) -> Chunk:
        """The page as a source: citable by its address, not by a heading."""
        return Chunk(
            id=f"reading {self.url}",
            url=self.url,
            page=self.url,
            title=self.title or self.url,
            breadcrumb=(),
            text=self.text,
            source="",
            ordinal=0,
            tokens=0,
        )


def reading(said: object, *, budget: int, count: TokenCounter) -> Reading:
    """From what a page answered to `read_current_page`, whatever that is: {title, url, text}, the
    text cut to `budget` tokens."""
    fields = cast(dict[str, Any], said) if isinstance(said, dict) else {}
    title, url, text = (_text(fields.get(name)) for name in ("title", "url", "text"))
    if not url.startswith(("https://", "http://")):
        url = _text(fields.get("path"))
    return Reading(title[:_LONGEST_TITLE], url[:_LONGEST_URL], _cut(text, budget, count))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _cut(text: str, budget: int, count: TokenCounter) -> str:
    text = text[: 8 * budget]  # no language has tokens longer than that on average
    while text and (tokens := count(text)) > budget:
        text = text[: min(len(text) * budget // tokens, len(text) - 1)]
    return text
