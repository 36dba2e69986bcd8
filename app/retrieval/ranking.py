"""Passages as found → the best first, with the reasons. Pure.

Every weight was chosen on the questions of three sites taken together: bench/retrieval shows what
each is worth there, which is an upper bound for other sites.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from app.retrieval.passages import Passage, page_path
from app.retrieval.sparse import tokens

WEIGHTS = {
    "meaning": 1.0,
    "words": 1.0,
    "page meaning": 0.4,
    "page words": 0.4,
    "heading": 0.1,
    "title": 0.1,
    "opening": -0.1,
    "subsections": 0.08,
    "here": 0.1,
}
"""What each reason counts for; each is 0 to 1, but for `subsections`, which is a score:

- `meaning`, `words`: cosine and BM25 of the chunk, against the best of them; likewise of the page
- `heading`, `title`: the share of its words that the question has
- `opening`: text before the first heading: a section says more exactly where the answer is
- `subsections`: the best score of a section below this one, on the same page
- `here`: the reader is on that page
"""


def ranked(
    found: Iterable[Passage], question: str = "", *, locale: str = "", here: str = ""
) -> list[Passage]:
    """Scores, not ranks, are added: reciprocal rank fusion with a weaker dense side falls below
    BM25 alone. Ties are broken by id, so that every engine gives the same order."""
    found = sorted(found, key=lambda p: p.chunk.id)
    asked = frozenset(tokens(question, locale))
    meaning, words = _Scale(p.dense for p in found), _Scale(p.sparse for p in found)
    page_meaning = _Scale(p.page_dense for p in found)
    page_words = _Scale(p.page_sparse for p in found)
    scored = [
        _explained(
            passage,
            {
                "meaning": meaning(passage.dense),
                "words": words(passage.sparse),
                "page meaning": page_meaning(passage.page_dense),
                "page words": page_words(passage.page_sparse),
                "heading": _share(passage.chunk.heading, locale, asked),
                "title": _share(passage.chunk.title, locale, asked),
                "opening": float(not passage.chunk.breadcrumb),
                "here": float(bool(here) and page_path(passage.chunk.page) == here),
            },
        )
        for passage in found
    ]
    below = _below(scored)
    told = [_explained(p, {"subsections": below.get(_place(p), 0.0)}) for p in scored]
    return sorted(told, key=lambda p: (-p.score, p.chunk.id))


class _Scale:
    """Scores of one search → 0 to 1. What that search did not return is as good as the worst that
    it did; what points away from the question is no better."""

    def __init__(self, scores: Iterable[float]) -> None:
        returned = [score for score in scores if score > 0]
        self._top = max(returned, default=1.0)
        self._least = min(returned, default=0.0)

    def __call__(self, score: float) -> float:
        return max(score, self._least) / self._top


def _explained(passage: Passage, reasons: dict[str, float]) -> Passage:
    added = {name: WEIGHTS[name] * value for name, value in reasons.items() if value}
    return replace(passage, score=passage.score + sum(added.values()), why={**passage.why, **added})


def _share(heading: str, locale: str, asked: Collection[str]) -> float:
    words = _words(heading, locale)
    return sum(word in asked for word in words) / len(words) if words else 0.0


@lru_cache(50_000)
def _words(heading: str, locale: str) -> tuple[str, ...]:
    return tuple(tokens(heading, locale))


_Place = tuple[str, tuple[str, ...]]


def _place(passage: Passage) -> _Place:
    return passage.chunk.page, passage.chunk.breadcrumb


def _below(scored: Sequence[Passage]) -> dict[_Place, float]:
    """The best score below each section."""
    best: dict[_Place, float] = {}
    for passage in scored:
        page, headings = _place(passage)
        for depth in range(1, len(headings)):
            place = page, headings[:depth]
            best[place] = max(best.get(place, 0.0), passage.score)
    return best
