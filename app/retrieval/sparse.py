"""Text → sparse vector for BM25. The same code at ingest and at question time.

Document weights carry the term frequency part of BM25; Qdrant multiplies by the IDF of the
collection (`modifier=idf`). The average length is a constant, so that a chunk's vector does not
depend on the other chunks.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast
from zlib import crc32

import snowballstemmer

from app.retrieval.collections import SparseVector
from app.retrieval.passages import Chunk

RULES = "2"  # of tokens, weights and payload: others need a collection made anew
K1 = 1.2
B = 0.75
AVERAGE_LENGTH = 160.0  # tokens, as counted here
PATH_WEIGHT = 3  # how often the title and the headings count

_COMPOUND = re.compile(r"[^\W_]+(?:[._\-/:+#]+[^\W_]+)*")
_SEPARATORS = re.compile(r"[._\-/:+#]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\Wa-zA-Z\d_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_STOP_WORDS = frozenset(
    """
    a about an and any are as at be been but by can could did do does doing for from had has have
    how i if in into is it its me my no not of on or our should so some such than that the their
    them then there these they this those to was we were what when where which who why will with
    would you your
    """.split()
)
_english: Any = snowballstemmer.stemmer("english")  # pyright: ignore[reportUnknownMemberType]
_stem = lru_cache(50_000)(cast("Callable[[str], str]", _english.stemWord))


def tokens(text: str) -> Iterator[str]:
    """Words stemmed and without stop words; identifiers whole and in their parts.

    Scripts that are written without spaces give pairs of characters; other scripts are only
    lower-cased.
    """
    for match in _COMPOUND.finditer(text):
        yield from _compound(match.group())


def _compound(written: str) -> Iterator[str]:
    pieces = _SEPARATORS.split(written)
    if len(pieces) > 1:
        yield written.lower()
    for piece in pieces:
        if _UNSPACED.search(piece):
            yield from _pairs(piece)
            continue
        parts = _CAMEL.findall(piece) if piece.isascii() else [piece]
        if len(parts) > 1:
            yield piece.lower()
        for part in parts:
            word = part.lower()
            if word not in _STOP_WORDS:
                yield _stem(word) if word.isascii() else word


def _pairs(piece: str) -> Iterator[str]:
    if len(piece) == 1:
        yield piece
    yield from map("".join, pairwise(piece))


def encode_chunk(chunk: Chunk) -> SparseVector:
    counts: Counter[int] = Counter(_ids(chunk.text))
    for place in _ids(" ".join((chunk.title, *chunk.breadcrumb))):
        counts[place] += PATH_WEIGHT
    length = sum(counts.values())
    norm = K1 * (1 - B + B * length / AVERAGE_LENGTH)
    values = {i: n * (K1 + 1) / (n + norm) for i, n in counts.items()}
    return SparseVector(list(values), list(values.values()))


def encode_question(question: str) -> SparseVector:
    """Empty when the question has nothing but stop words."""
    ids = sorted(set(_ids(question)))
    return SparseVector(ids, [1.0] * len(ids))


def _ids(text: str) -> Iterable[int]:
    return (crc32(token.encode()) for token in tokens(text))
