"""Question and passages → an answer in the passages' own words. Pure, no model."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.retrieval.passages import NumberedPassage
from app.retrieval.sparse import tokens

NOT_FOUND = "The documentation does not seem to answer this. The closest pages:"

_LEAST_COVERAGE = 0.34  # of the question's weight, by the passage that covers most of it
_LESS_THAN_BEST = 0.55  # of the best sentence's score: what falls below is not quoted
_MOST_PASSAGES = 3
_MOST_SENTENCES = 4  # of one passage
_PATH = 0.6  # what a word in the title or a heading counts, against one in the sentence
_LATER = 0.06  # what each place further down the list costs

_FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"')\]`*]*\s+(?=[^\sa-z])")
_LIST_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, a list item, a table or a block of code of one passage."""

    passage: NumberedPassage
    rank: int
    place: int
    text: str
    code: bool
    words: frozenset[str]


def answer(question: str, passages: Sequence[NumberedPassage]) -> str:
    """Markdown with `[n]` after each quotation."""
    pieces = [p for rank, passage in enumerate(passages) for p in _pieces(passage, rank)]
    asked = frozenset(tokens(question))
    weights = _weights(asked, pieces)
    if not pieces or _coverage(passages, pieces, weights) < _LEAST_COVERAGE:
        return _closest(passages)
    scores = {id(p): _score(p, weights) for p in pieces if not p.code}
    chosen = _chosen(pieces, scores)
    return "\n\n".join(_quoted(group, pieces) for group in chosen) or _closest(passages)


def _pieces(passage: NumberedPassage, rank: int) -> Iterator[Piece]:
    for place, (text, code) in enumerate(_split(passage.text)):
        yield Piece(passage, rank, place, text, code, frozenset(tokens(text)))


def _split(text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for fence in _FENCE.finditer(text):
        yield from ((s, False) for s in _sentences(text[at : fence.start()]))
        yield fence.group(), True
        at = fence.end()
    yield from ((s, False) for s in _sentences(text[at:]))


def _sentences(prose: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", prose):
        lines = block.strip().splitlines()
        if not lines:
            continue
        if all("|" in line for line in lines):
            yield block.strip()
        elif any(_LIST_ITEM.match(line.strip()) for line in lines):
            yield from (line.strip() for line in lines)
        else:
            yield from _SENTENCE.split(" ".join(line.strip() for line in lines))


def _weights(asked: frozenset[str], pieces: Sequence[Piece]) -> dict[str, float]:
    """How much each word of the question tells these pieces apart. A word that none of them has
    weighs most: it is what the passages do not speak of."""
    seen = Counter(word for piece in pieces for word in piece.words & asked)
    return {word: math.log(1 + (len(pieces) + 1) / (seen[word] + 0.5)) for word in asked}


def _coverage(
    passages: Sequence[NumberedPassage], pieces: Sequence[Piece], weights: dict[str, float]
) -> float:
    """The share of the question's weight that the best passage has, path included."""
    total = sum(weights.values())
    words: dict[int, set[str]] = {p.number: set(tokens(p.path)) for p in passages}
    for piece in pieces:
        words[piece.passage.number] |= piece.words
    best = max(sum(weights.get(w, 0) for w in has) for has in words.values())
    return best / total if total else 0.0


def _score(piece: Piece, weights: dict[str, float]) -> float:
    path = frozenset(tokens(piece.passage.path)) - piece.words
    score = sum(weights.get(word, 0) for word in piece.words)
    score += _PATH * sum(weights.get(word, 0) for word in path)
    opening = 0.15 * sum(weights.values()) / (1 + piece.place)
    return (score + opening) * (1 - _LATER * piece.rank)


def _chosen(pieces: Sequence[Piece], scores: dict[int, float]) -> list[list[Piece]]:
    """Sentences worth quoting, by passage, the best passage first."""
    best = max(scores.values(), default=0)
    good = [p for p in pieces if not p.code and scores[id(p)] >= _LESS_THAN_BEST * best > 0]
    good.sort(key=lambda p: -scores[id(p)])
    groups: dict[int, list[Piece]] = {}
    for piece in good:
        if piece.passage.number in groups or len(groups) < _MOST_PASSAGES:
            group = groups.setdefault(piece.passage.number, [])
            if len(group) < _MOST_SENTENCES:
                group.append(piece)
    return [sorted(group, key=lambda p: p.place) for group in groups.values()]


def _quoted(group: Sequence[Piece], pieces: Sequence[Piece]) -> str:
    """The sentences as a quotation, then the code that follows the last of them."""
    passage = group[0].passage
    lines = [f"**{passage.path}**", "", f"> {_joined(group)} [{passage.number}]"]
    last = group[-1].place
    following = (p for p in pieces if p.passage is passage and p.place > last)
    if (code := next(following, None)) and code.code:
        lines += ["", code.text]
    return "\n".join(lines)


def _joined(group: Sequence[Piece]) -> str:
    """Neighbours run on; a gap shows as an ellipsis; lists and tables keep their lines."""
    written = ""
    for before, piece in zip((None, *group), group, strict=False):
        block = "\n" in piece.text or _LIST_ITEM.match(piece.text)
        if before:
            gap = "" if piece.place == before.place + 1 else " …"
            written += gap + ("\n" if block else " ")
        written += piece.text
    return written.replace("\n", "\n> ")


def _closest(passages: Iterable[NumberedPassage]) -> str:
    pages = {p.path.split(" › ")[0]: p for p in reversed(list(passages))}
    nearest = sorted(pages.values(), key=lambda p: p.number)[:3]
    if not nearest:
        return "The documentation does not seem to answer this."
    return "\n".join((NOT_FOUND, "", *(f"- {p.path} [{p.number}]" for p in nearest)))
