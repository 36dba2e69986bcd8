import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from app.cli import options

if TYPE_CHECKING:
    from app.stores.exchanges import Exchange

CITED = 5
"""URLs a line: those that were cited most often."""


@click.command("questions")
@options.data
def command(data: Path | None) -> None:
    """Print what readers asked, as JSON Lines for askdocs eval: the most frequent first.

    Where a reader liked the answer, and none disliked it, "url" is the page or section that it
    cites, or "targets" are. Elsewhere "url" is "?": put the right one there, or take it out if
    the docs do not answer. askdocs eval leaves the lines with ? out.

    The same question is printed once, with how often it was asked. No line says who asked, but
    questions are readers' own words: look through them before you pass the file on.

    \b
    Examples:
      askdocs questions > questions.jsonl
      askdocs questions | jq -c 'select(.disliked > 0 or .refused > 0)'
    """
    from app.settings.environment import load_settings

    asked = asyncio.run(_asked(load_settings(data=data).database_url))
    for line in sorted(asked, key=lambda each: (each.asked, each.last), reverse=True):
        click.echo(json.dumps(line.fields(), ensure_ascii=False))
    known = sum(bool(line.right) for line in asked)
    click.echo(f"{len(asked)} questions, {known} with an answer that was liked", err=True)


@dataclass(slots=True)
class Asked:
    """A question with all that became of it."""

    query: str
    asked: int = 0
    last: str = ""
    """The day, in UTC."""
    liked: int = 0
    disliked: int = 0
    refused: int = 0
    cited: Counter[str] = field(default_factory=Counter[str])
    right_for_some: dict[str, None] = field(default_factory=dict[str, None])
    """URLs that answers which a reader liked have cited."""

    def add(self, exchange: "Exchange") -> None:
        self.asked += 1
        self.last = max(self.last, exchange.message.created_at.date().isoformat())
        self.refused += exchange.refused
        self.disliked += "negative" in exchange.said
        plain = map(_without_query, exchange.cited)
        cited = list(dict.fromkeys(url for url in plain if url))
        self.cited.update(cited)
        if exchange.said == {"positive"}:
            self.liked += 1
            self.right_for_some.update(dict.fromkeys(cited))

    @property
    def right(self) -> list[str]:
        """The URLs that answer it, as far as readers said so."""
        return [] if self.disliked else list(self.right_for_some)

    def fields(self) -> dict[str, Any]:
        return {
            "query": self.query,
            **self._label(),
            "asked": self.asked,
            "last": self.last,
            "liked": self.liked,
            "disliked": self.disliked,
            "refused": self.refused,
            "cited": [url for url, _ in self.cited.most_common(CITED)],
        }

    def _label(self) -> dict[str, Any]:
        from app.retrieval.evaluation import UNLABELLED, place_of

        if len(self.right) <= 1:
            return {"url": self.right[0] if self.right else UNLABELLED}
        places = map(place_of, self.right)
        return {"targets": [{"path": p.page, "anchor": p.anchor or None} for p in places]}


async def _asked(url: str) -> list[Asked]:
    """Threads are read one after the other; what stays is one entry for each question."""
    from app.answer.follow_up import searched
    from app.answer.history import asked
    from app.stores.engine import open_engine
    from app.stores.exchanges import exchanges

    found: dict[str, Asked] = {}
    async with open_engine(url, new=False) as engine:
        async for exchange in exchanges(engine):
            before = [{"role": "user", "content": asked(m).text} for m in exchange.earlier]
            query = searched(asked(exchange.message), before[::-1])
            if words := _words(query):
                found.setdefault(words, Asked(query)).add(exchange)
    return list(found.values())


def _without_query(url: str) -> str:
    """A page that a reader had open may have anything in its query; no page of an index has one.

    Empty for what is no URL at all: a reader's page says what it likes.
    """
    try:
        return urlsplit(url)._replace(query="").geturl()
    except ValueError:
        return ""


def _words(query: str) -> str:
    """What two ways of writing the same question share."""
    return " ".join(query.casefold().split()).strip(" .?!…")
