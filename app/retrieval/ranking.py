"""Passages as found → the best first, with the reasons. Pure.

Every weight was chosen on the questions of three sites taken together: bench/retrieval shows what
each is worth there, which is an upper bound for other sites.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import heapify, heappop
from operator import add

from app.retrieval.passages import Chunk, Passage, page_path
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
    "reranker": 2.0,
}
"""What each reason counts for; each is 0 to 1, but for `subsections`, which is a score:

- `meaning`, `words`: cosine and BM25 of the chunk, against the best of them; likewise of the page
- `heading`, `title`: the share of its words that the question has
- `opening`: text before the first heading: a section says more exactly where the answer is
- `subsections`: the best score of a section below this one, on the same page
- `here`: the reader is on that page
- `reranker`: what a reranker says, where there is one: it reads question and text together, so that
  it counts as much as `meaning` and `words` do together
"""

_CERTAIN = 1e-6  # nearer to 0 and 1 a share says no more


def ranked(
    found: Iterable[Passage], question: str = "", *, locale: str = "", here: str = ""
) -> Iterator[Passage]:
    """Scores, not ranks, are added: reciprocal rank fusion with a weaker dense side falls below
    BM25 alone. Ties are broken by id, so that every engine gives the same order."""
    found = list(found)
    chunks = [passage.chunk for passage in found]
    asked = frozenset(tokens(question, locale))
    values = {
        "meaning": _scaled([p.dense for p in found]),
        "words": _scaled([p.sparse for p in found]),
        "page meaning": _scaled([p.page_dense for p in found]),
        "page words": _scaled([p.page_sparse for p in found]),
        "heading": _shares([c.heading for c in chunks], locale, asked),
        "title": _shares([c.title for c in chunks], locale, asked),
        "opening": [0.0 if c.breadcrumb else 1.0 for c in chunks],
    }
    if here:
        values["here"] = [float(_path(c.page) == here) for c in chunks]
    reasons = {name: _times(WEIGHTS[name], of_each) for name, of_each in values.items()}
    scores = list(map(sum, zip([p.score for p in found], *reasons.values(), strict=True)))
    reasons["subsections"] = _times(WEIGHTS["subsections"], _below(chunks, scores))
    scores = list(map(add, scores, reasons["subsections"]))
    order = [(-score, c.id, n) for n, (score, c) in enumerate(zip(scores, chunks, strict=True))]
    heapify(order)  # the first few are wanted, of some hundred
    while order:
        _, _, place = heappop(order)
        why = {name: worth[place] for name, worth in reasons.items() if worth[place]}
        yield replace(found[place], score=scores[place], why=why)


def reranked(own: Sequence[Passage], judged: Mapping[str, float]) -> list[Passage]:
    """Our own ranking, and what a reranker says of the passages with these ids added to it.

    A passage that it was not asked about is as good as the worst that it was. Where scores are all
    shares, they are taken back to what a model puts through the logistic function at its end: so
    one model gives the same order wherever it runs.
    """
    scores = list(judged.values())
    if all(0 <= score <= 1 for score in scores):
        scores = [_logit(score) for score in scores]
    least, span = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
    told = {
        id_: WEIGHTS["reranker"] * (score - least) / span
        for id_, score in zip(judged, scores, strict=True)
        if score > least
    }
    order = [
        replace(p, score=p.score + added, why={**p.why, "reranker": added})
        if (added := told.get(p.chunk.id))
        else p
        for p in own
    ]
    return sorted(order, key=lambda p: -p.score)


def _logit(share: float) -> float:
    share = min(max(share, _CERTAIN), 1 - _CERTAIN)
    return math.log(share / (1 - share))


def _scaled(scores: Sequence[float]) -> list[float]:
    """Scores of one search → 0 to 1. What that search did not return is as good as the worst that
    it did; what points away from the question is no better."""
    returned = [score for score in scores if score > 0]
    top, least = max(returned, default=1.0), min(returned, default=0.0)
    worst = least / top
    return [score / top if score > least else worst for score in scores]


def _shares(names: Sequence[str], locale: str, asked: frozenset[str]) -> list[float]:
    """Chunks of one page have the same title: each name is looked at once."""
    shares = {name: _share(name, locale, asked) for name in set(names)}
    return [shares[name] for name in names]


def _share(name: str, locale: str, asked: frozenset[str]) -> float:
    words = _words(name, locale)
    return len(words & asked) / len(words) if words else 0.0


@lru_cache(50_000)
def _words(name: str, locale: str) -> frozenset[str]:
    return frozenset(tokens(name, locale))


_path = lru_cache(10_000)(page_path)


def _times(weight: float, values: Iterable[float]) -> list[float]:
    return [weight * value for value in values]


def _below(chunks: Sequence[Chunk], scores: Sequence[float]) -> list[float]:
    """The best score below each one's section, on the same page."""
    places = [(chunk.page, *chunk.breadcrumb) for chunk in chunks]
    best: dict[tuple[str, ...], float] = {}
    for place, score in zip(places, scores, strict=True):
        for depth in range(2, len(place)):
            above = place[:depth]
            if score > best.get(above, 0.0):
                best[above] = score
    return [best.get(place, 0.0) for place in places]
