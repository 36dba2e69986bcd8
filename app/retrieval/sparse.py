"""Text → sparse vector for BM25. The same code at ingest and at question time.

Document weights carry the term frequency part of BM25; Qdrant multiplies by the IDF of the
collection (`modifier=idf`). The average lengths are constants, so that a vector does not depend
on the rest of the collection. Fields are weighed before saturation, as in BM25F (Robertson,
Zaragoza and Taylor 2004).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, cast
from zlib import crc32

import snowballstemmer

from app.retrieval.collections import SparseVector
from app.retrieval.passages import Chunk, page_path, prose_and_code

RULES = "5"  # of tokens, weights, payload and calibration: others need a collection made anew
K1 = 1.8
B = 0.75
AVERAGE_LENGTH = 160.0  # of a chunk, in tokens as counted here, path included
AVERAGE_PAGE = 1_200.0  # of a page, likewise
TITLE = 4.0  # what a word counts for in the title; in prose, it counts for one
HEADING = 3.0  # in the section's own heading
ABOVE = 1.5  # in a heading above that
ADDRESS = 1.0  # in the URL's path
CODE = 0.3  # in a block of code
PAIR = 0.15  # what two words of the question next to each other add, against one word

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
_LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip


_LONGEST = 60  # characters of a word that is remembered
_MOST = 50_000  # words that are


@lru_cache
def _stemmer(locale: str) -> Callable[[str], str]:
    """Of the locale's language; English where there is none, or no stemmer for it."""
    language = _LANGUAGES.get(re.split(r"[-_]", locale.lower())[0], "english")
    made: Any = snowballstemmer.stemmer(language)  # pyright: ignore[reportUnknownMemberType]
    stem = cast("Callable[[str], str]", made.stemWord)

    def english(word: str) -> str:
        """Its rules would cut words of other scripts and languages anywhere."""
        return stem(word) if word.isascii() else word

    return english if language == "english" else stem


@lru_cache
def _known(locale: str) -> Callable[[str], tuple[str, ...]]:
    """The tokens of a word as it is written: of a site's words most are the same few thousand,
    and many of those differ in capitals or in what they are put together with."""
    stem = lru_cache(_MOST)(_stemmer(locale))

    @lru_cache(_MOST)
    def known(written: str) -> tuple[str, ...]:
        return tuple(_compound(written, stem))

    return known


def tokens(text: str, locale: str = "") -> Iterator[str]:
    """Words stemmed and without English stop words; identifiers whole and in their parts.

    Scripts that are written without spaces give pairs of characters; words of another language
    than the locale's may only be lower-cased.
    """
    known = _known(locale)
    written = _COMPOUND.findall(text)
    if len(max(written, key=len, default="")) <= _LONGEST:
        return chain.from_iterable(map(known, written))
    stem = _stemmer(locale)
    return chain.from_iterable(
        known(word) if len(word) <= _LONGEST else _compound(word, stem) for word in written
    )


def _compound(written: str, stem: Callable[[str], str]) -> Iterator[str]:
    pieces = _SEPARATORS.split(written)
    if len(pieces) > 1:
        yield written.lower()
    for piece in pieces:
        if _UNSPACED.search(piece):
            yield from _character_pairs(piece)
            continue
        parts = _CAMEL.findall(piece) if piece.isascii() else [piece]
        if len(parts) > 1:
            yield piece.lower()
        for part in parts:
            word = part.lower()
            if word not in _STOP_WORDS:
                yield stem(word)


def _character_pairs(piece: str) -> Iterator[str]:
    if len(piece) == 1:
        yield piece
    yield from map("".join, pairwise(piece))


class _Words:
    """Of a chunk, by where they stand."""

    def __init__(self, chunk: Chunk) -> None:
        locale = chunk.locale
        prose, code = prose_and_code(chunk.text)
        self.prose, self.code = list(tokens(prose, locale)), list(tokens(code, locale))
        self.title, self.heading = _words(chunk.title, locale), _words(chunk.heading, locale)
        self.above = _words(" ".join(chunk.breadcrumb[:-1]), locale)
        self.address = _words(re.sub("[/-]", " ", page_path(chunk.page)), locale)


@lru_cache(1_000)
def _words(text: str, locale: str) -> tuple[str, ...]:
    """Of titles and the like, which the next chunk has, too."""
    return tuple(tokens(text, locale))


def encode_chunk(chunk: Chunk) -> SparseVector:
    """Words, weighed by where they stand, and pairs of neighbours."""
    return _chunk_vector(_Words(chunk))


def encode_page(chunks: Sequence[Chunk]) -> tuple[SparseVector, list[SparseVector]]:
    """All of a page's chunks as one text, and each by itself."""
    words = list(map(_Words, chunks))
    fields = [(TITLE, words[0].title)]
    for each in words:
        fields += [(1.0, each.prose), (CODE, each.code), (1.0, each.heading)]
    page = _vector(_saturated(_counted(fields), AVERAGE_PAGE))
    return page, list(map(_chunk_vector, words))


def _chunk_vector(words: _Words) -> SparseVector:
    fields = (
        (1.0, words.prose),
        (CODE, words.code),
        (TITLE, words.title),
        (HEADING, words.heading),
        (ABOVE, words.above),
        (ADDRESS, words.address),
    )
    together = Counter(_pairs(words.prose))
    together.update(_pairs([*words.title, *words.above, *words.heading]))
    pairs = {_id(pair): n * (K1 + 1) / (n + K1) for pair, n in together.items()}
    return _vector(pairs | _saturated(_counted(fields), AVERAGE_LENGTH))


def encode_question(question: str, locale: str = "") -> SparseVector:
    """Empty when the question has nothing but stop words."""
    words = list(tokens(question, locale))
    weights = {_id(pair): PAIR for pair in _pairs(words)}
    return _vector(weights | {_id(word): 1.0 for word in words})


def _counted(fields: Iterable[tuple[float, Iterable[str]]]) -> dict[int, float]:
    counts: dict[int, float] = {}
    for weight, words in fields:
        for word, times in Counter(words).items():
            place = _id(word)
            counts[place] = counts.get(place, 0.0) + weight * times
    return counts


def _saturated(counts: Mapping[int, float], average: float) -> dict[int, float]:
    norm = K1 * (1 - B + B * sum(counts.values()) / average)
    return {i: n * (K1 + 1) / (n + norm) for i, n in counts.items()}


def _vector(weights: Mapping[int, float]) -> SparseVector:
    places = sorted(weights)
    return SparseVector(places, [weights[place] for place in places])


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return map(" ".join, pairwise(words))


def _id(token: str) -> int:
    return crc32(token.encode())
