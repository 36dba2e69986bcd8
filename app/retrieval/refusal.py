"""Whether the passages found answer the question at all.

How much they speak for an answer is one number from five signs of it; what number is too low
differs from site to site, so that an ingest asks the site what it does answer: sentences and
headings of its own, each searched with its own section left out.
"""

import math
import re
from collections import Counter
from collections.abc import Collection as Container
from collections.abc import Iterable, Sequence
from zlib import crc32

from app.retrieval.collections import Calibration
from app.retrieval.passages import Chunk, Passage, prose_and_code
from app.retrieval.sparse import K1, tokens

REFUSED = 0.03  # of what the site answers, at most
FEWEST = 30  # questions that a threshold can be drawn from
QUESTIONS = 200
VOCABULARY = 50_000  # words whose frequency is kept; the others are rare

_WEIGHTS = (4.3, 3.6, 2.6, 4.4, -1.9)
"""Logistic regression over the questions of three sites taken together, with those of the other
two as what each does not answer. bench/retrieval shows how many are refused, on these sites."""
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")


def confidence(
    question: str, passages: Sequence[Passage], known: Calibration, locale: str = ""
) -> float:
    """How much speaks for an answer: comparable within a site alone."""
    words = _words(question, locale)
    weights = {word: _idf(word, known) for word in words}
    total = sum(weights.values())
    if not passages or not total:
        return -math.inf

    def share(of: Container[str]) -> float:
        return sum(weights[word] for word in words if word in of) / total

    signs = (
        max(p.dense for p in passages),
        max(p.sparse for p in passages) / (total * (K1 + 1)),
        max(share(_words(p.chunk.embedded, locale)) for p in passages),
        max(p.page_dense for p in passages),
        share([word for word in words if known.frequency.get(_id(word), 0) <= 1]),
    )
    return sum(weight * sign for weight, sign in zip(_WEIGHTS, signs, strict=True))


def frequencies(chunks: Iterable[Chunk]) -> dict[int, int]:
    """In how many chunks the words are: of those that are in several, the most frequent."""
    counts = Counter(_id(w) for chunk in chunks for w in _words(chunk.embedded, chunk.locale))
    return {word: n for word, n in counts.most_common(VOCABULARY) if n > 1}


def questions(chunks: Iterable[Chunk]) -> list[tuple[str, Chunk]]:
    """What the docs answer, with where it was taken from; the same for the same chunks."""
    asked: list[tuple[str, Chunk]] = []
    for chunk in sorted(chunks, key=lambda c: c.id):  # ids are hashes: an even sample
        if question := _question(chunk, heading=len(asked) % 3 == 0):
            asked.append((question, chunk))
        if len(asked) == QUESTIONS:
            break
    return asked


def threshold(confidences: Iterable[float]) -> float:
    """Of those that are answered; none is refused where there are too few to know."""
    ordered = sorted(confidences)
    return ordered[int(REFUSED * len(ordered))] if len(ordered) >= FEWEST else -math.inf


def _question(chunk: Chunk, *, heading: bool) -> str:
    if heading and chunk.breadcrumb:
        long = len(chunk.heading.split()) > 2
        return chunk.heading if long else f"{chunk.title} {chunk.heading}"
    prose, _ = prose_and_code(chunk.text)
    sentences = [s for s in _SENTENCE.split(prose) if 5 <= len(s.split()) <= 25]
    return sentences[crc32(chunk.id.encode()) % len(sentences)] if sentences else ""


def _idf(word: str, known: Calibration) -> float:
    n = known.frequency.get(_id(word), 0)
    return math.log(1 + (known.chunks - n + 0.5) / (n + 0.5))


def _words(text: str, locale: str) -> frozenset[str]:
    return frozenset(tokens(text, locale))


def _id(word: str) -> int:
    return crc32(word.encode())
