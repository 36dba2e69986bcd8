"""Questions with the sections that answer them → how well a ranking finds those. Pure.

A page stands where its best chunk does, and a section likewise. With several right answers any of
them will do; `nDCG` asks for all of them.
"""

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from app.retrieval.passages import page_path

DEPTH = 10
"""How far down a ranking counts."""


UNLABELLED = "?"
"""In place of a URL: nobody has said yet where the answer is."""


class QuestionsError(Exception):
    """A file of questions that cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page or, with an anchor, a section of it."""

    page: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the places that answer it: none when the docs do not."""

    query: str
    targets: frozenset[Place]
    exclude: frozenset[str] = frozenset()
    """Pages that hold the question itself and do not count."""
    id: str = ""
    kind: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a question found: URLs with their scores, best first."""

    asked: Judged
    urls: tuple[tuple[str, float], ...]
    refused: bool
    seconds: float

    @property
    def pages(self) -> list[Place]:
        return list(dict.fromkeys(Place(place.page) for place in self.sections))

    @property
    def sections(self) -> list[Place]:
        places = dict.fromkeys(place_of(url) for url, _ in self.urls)
        return [place for place in places if place.page not in self.asked.exclude]

    @property
    def page_rank(self) -> int:
        """Of the first right page, from 1; 0 when none is in the first ten."""
        return _rank(self.pages, {Place(t.page) for t in self.asked.targets})

    @property
    def section_rank(self) -> int | None:
        """None for a question that is answered by whole pages."""
        wanted = {t for t in self.asked.targets if t.anchor}
        return _rank(self.sections, wanted) if wanted else None


@dataclass(frozen=True, slots=True)
class Figures:
    questions: int
    recall_1: float
    recall_5: float
    recall_10: float
    mrr_10: float
    ndcg_10: float


def place_of(url: str) -> Place:
    return Place(page_path(url), unquote(urlsplit(url).fragment))


def read_questions(lines: Iterable[str]) -> list[Judged]:
    """JSON lines: `query` with `targets` (`path`, `anchor` or null), or with a `url`.

    A question with neither is one that the docs do not answer; one whose `url` is `UNLABELLED` is
    left out. Raises `QuestionsError`.
    """
    read = (_judged(line, number) for number, line in enumerate(lines, 1) if line.strip())
    return [question for question in read if question]


def _judged(line: str, number: int) -> Judged | None:
    try:
        fields = cast("dict[str, Any]", json.loads(line))
        targets = set(map(_target, fields.get("targets") or ()))
        if (url := fields.get("url")) == UNLABELLED:
            return None
        if url:
            targets.add(place_of(url))
        return Judged(
            query=str(fields["query"]),
            targets=frozenset(targets),
            exclude=frozenset(page_path(page) for page in fields.get("exclude") or ()),
            id=str(fields.get("id") or number),
            kind=fields.get("kind") or "",
            site=fields.get("site") or "",
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionsError(
            f'line {number} is no question such as {{"query": "…", "url": "…"}}: {error!r}'
        ) from error


def _target(fields: dict[str, Any]) -> Place:
    return Place(page_path(fields["path"]), unquote(fields.get("anchor") or ""))


def by_page(rankings: Iterable[Ranking]) -> Figures:
    return _figures(
        [
            (ranking.pages, {Place(t.page) for t in ranking.asked.targets})
            for ranking in rankings
            if ranking.asked.targets
        ]
    )


def by_section(rankings: Iterable[Ranking]) -> Figures:
    """Of the questions that name a section."""
    named = [(r, {t for t in r.asked.targets if t.anchor}) for r in rankings]
    return _figures([(ranking.sections, wanted) for ranking, wanted in named if wanted])


def refused(rankings: Iterable[Ranking], *, answered: bool) -> float:
    """The share refused of the questions that the docs answer, or do not."""
    verdicts = [r.refused for r in rankings if bool(r.asked.targets) is answered]
    return _mean(verdicts)


def _figures(found: Sequence[tuple[list[Place], set[Place]]]) -> Figures:
    ranks = [_rank(places, wanted) for places, wanted in found]

    def recall(depth: int) -> float:
        return _mean([0 < rank <= depth for rank in ranks])

    return Figures(
        questions=len(found),
        recall_1=recall(1),
        recall_5=recall(5),
        recall_10=recall(10),
        mrr_10=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        ndcg_10=_mean([_ndcg(places, wanted) for places, wanted in found]),
    )


def _rank(places: Sequence[Place], wanted: set[Place]) -> int:
    return next((n for n, place in enumerate(places[:DEPTH], 1) if place in wanted), 0)


def _ndcg(places: Sequence[Place], wanted: set[Place]) -> float:
    gains = [1 / math.log2(n + 1) for n in range(1, DEPTH + 1)]
    got = sum(gain for gain, place in zip(gains, places, strict=False) if place in wanted)
    return got / sum(gains[: len(wanted)])


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0


def by_kind(rankings: Sequence[Ranking]) -> dict[str, list[Ranking]]:
    """Those that the docs answer, together first, then each kind, if there are any."""
    answered = [ranking for ranking in rankings if ranking.asked.targets]
    kinds = sorted({ranking.asked.kind for ranking in answered} - {""})
    groups = {kind: [r for r in answered if r.asked.kind == kind] for kind in kinds}
    return {"all": answered} | groups
