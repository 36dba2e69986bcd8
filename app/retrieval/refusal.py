"""Whether the passages found answer the question at all.

Signs of it are weighed, and what their sum has to reach is set, when a site is ingested: from what
the site does answer, which are sentences and headings of its own, each searched with its own
section left out, and from a background of questions that it does not. Nothing is carried over
from other sites but which signs there are, and one share.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.retrieval.collections import Calibration
from app.retrieval.common import CODE, DOCS, Common
from app.retrieval.passages import Chunk, Passage, prose_and_code
from app.retrieval.sparse import K1, tokens

BETWEEN = 0.422  # of the way from the background's mean to the site's own is the threshold
FEWEST = 30  # questions of the site that a threshold can be drawn from
QUESTIONS = 120
VOCABULARY = 50_000  # words whose frequency is kept; the others are rare

_UNHEARD = -2.0  # as a rare word that a site of some thousand chunks does not have
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")

Signs = tuple[float, ...]


def signs(
    question: str, passages: Sequence[Passage], known: Calibration, locale: str = ""
) -> Signs | None:
    """What speaks for an answer, each the more the higher; None where there is nothing to tell.

    - the best chunk: the geometric mean of cosine and BM25, the latter as a share of what these
      words could reach, so that meaning and words have to agree
    - how near all of the passages are: the mean of their cosines, 0 where words alone found one
    - how much of the question's neighbouring words are neighbours in one passage, too
    - how much more the site uses the question's words than what code says of itself does, and than
      documentation of other software does: the rarer ones count for more there, and the word that
      speaks most for it counts once again
    """
    asked = list(tokens(question, locale))
    weights = {word: _idf(word, known) for word in asked}
    total = sum(weights.values())
    if not passages or not total:
        return None
    most = total * (K1 + 1)
    return (
        max(_mean(p.dense, p.sparse / most) for p in passages),
        math.fsum(p.dense for p in passages) / len(passages),
        max(_kept(asked, weights, p.chunk, locale) for p in passages),
        *_usage(weights, known),
    )


def confidence(
    question: str, passages: Sequence[Passage], known: Calibration, locale: str = ""
) -> float:
    """How much speaks for an answer: comparable within a site alone."""
    told = signs(question, passages, known, locale)
    return _weighed(told, known.weights) if told else -math.inf


def fitted(
    known: Calibration, answered: Sequence[Signs], unanswered: Sequence[Signs]
) -> Calibration:
    """With the weights that tell the two apart, and the threshold between them; where there is too
    little to know, with one that refuses nothing.

    The weights are those of Fisher's linear discriminant with correlations halved, which so few
    questions do not tell well. The threshold lies between the two means: they are steadier than
    the few questions at the edge of either side.
    """
    if len(answered) < FEWEST or not unanswered:
        return replace(known, threshold=-math.inf, weights=())
    own, others = np.array(answered), np.array(unanswered)
    apart: NDArray[np.float64] = own.mean(axis=0) - others.mean(axis=0)
    around = np.vstack([own - own.mean(axis=0), others - others.mean(axis=0)])
    within = around.T @ around / len(around)
    weights = np.linalg.solve(within + np.diag(np.diag(within) + 1e-9), apart)
    threshold = weights @ (others.mean(axis=0) + BETWEEN * apart)
    return replace(known, threshold=float(threshold), weights=tuple(map(float, weights)))


def frequencies(chunks: Iterable[Chunk]) -> dict[int, int]:
    """In how many chunks the words are: of those that are in several, the most frequent."""
    counts = Counter(_id(w) for c in chunks for w in frozenset(tokens(c.embedded, c.locale)))
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


def _question(chunk: Chunk, *, heading: bool) -> str:
    if heading and chunk.breadcrumb:
        long = len(chunk.heading.split()) > 2
        return chunk.heading if long else f"{chunk.title} {chunk.heading}"
    prose, _ = prose_and_code(chunk.text)
    sentences = [s for s in _SENTENCE.split(prose) if 5 <= len(s.split()) <= 25]
    return sentences[crc32(chunk.id.encode()) % len(sentences)] if sentences else ""


def _weighed(told: Signs, weights: Signs) -> float:
    return math.fsum(weight * sign for weight, sign in zip(weights, told, strict=True))


def _mean(cosine: float, share: float) -> float:
    return math.sqrt(max(cosine, 0.0) * max(share, 0.0))


def _kept(asked: Sequence[str], weights: dict[str, float], chunk: Chunk, locale: str) -> float:
    """The share of pairs of neighbours that the chunk has; of a single word, whether it has it."""
    words, pairs = _read(chunk.embedded, locale)
    if len(asked) == 1:
        return float(asked[0] in words)
    worth = [(pair, weights[pair[0]] + weights[pair[1]]) for pair in pairwise(asked)]
    return sum(n for pair, n in worth if pair in pairs) / sum(n for _, n in worth)


@lru_cache(1_000)
def _read(text: str, locale: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    words = list(tokens(text, locale))
    return frozenset(words), frozenset(pairwise(words))


def _usage(words: Collection[str], known: Calibration) -> tuple[float, float, float]:
    in_docs = {word: _more(word, known, DOCS) for word in words}
    rarity = {word: -math.log(DOCS.share(word)) for word in words}
    return (
        math.fsum(_more(word, known, CODE) for word in words) / len(words),
        math.fsum(rarity[word] * in_docs[word] for word in words) / math.fsum(rarity.values()),
        max(in_docs.values()),
    )


def _more(word: str, known: Calibration, common: Common) -> float:
    """Of a word that is not there, at most `_UNHEARD`, however small the site is."""
    usual = common.share(word)
    absent = min(0.5, math.exp(_UNHEARD) * usual * known.chunks)
    share = (known.frequency.get(_id(word), 0) + absent) / (known.chunks + 1)
    return math.log(share / usual)


def _idf(word: str, known: Calibration) -> float:
    n = known.frequency.get(_id(word), 0)
    return math.log(1 + (known.chunks - n + 0.5) / (n + 0.5))


def _id(word: str) -> int:
    return crc32(word.encode())
