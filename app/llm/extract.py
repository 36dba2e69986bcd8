"""Question and passages → an answer in the passages' own words. Pure, no model."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise

from app.retrieval.passages import NumberedPassage
from app.retrieval.sparse import tokens

NOT_FOUND = "The documentation does not seem to answer this. The closest pages:"

_LEAST_COVERAGE = 0.34  # of the question's weight, by the passage that covers most of it
_LESS_THAN_BEST = 0.55  # of the best sentence's score: what falls below is not quoted
_MOST_PASSAGES = 3
_MOST_SENTENCES = 4  # of one passage
_PATH = 0.6  # what a word in the title or a heading counts, against one in the sentence
_LATER = 0.06  # what each place further down the list costs

_MOST_ROWS = 8  # of a table

_FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"')\]`*]*\s+(?=[^\sa-z])")
_LIST_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s")
_MARKUP = re.compile(r"(?<!\S)([(\"']*)(\S*[\\*_\[\]<>~$]\S*?)([.,;:!?)\"']*)(?!\S)")


class Kind(Enum):
    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, a list item, a table or a block of code of one passage."""

    passage: NumberedPassage
    rank: int
    place: int
    text: str
    kind: Kind
    words: frozenset[str]

    @property
    def code(self) -> bool:
        return self.kind is Kind.CODE


def answer(question: str, passages: Sequence[NumberedPassage]) -> str:
    """Markdown with `[n]` after each quotation."""
    pieces = [p for rank, passage in enumerate(passages) for p in _pieces(passage, rank)]
    asked = frozenset(tokens(question))
    weights = _weights(asked, pieces)
    if not pieces or _coverage(passages, pieces, weights) < _LEAST_COVERAGE:
        return closest(passages)
    telling = [p for p in pieces if not p.code and p.words - asked]  # more than was asked
    chosen = _chosen(telling, {id(p): _score(p, weights) for p in telling})
    return "\n\n".join(_quoted(group, pieces, asked) for group in chosen) or closest(passages)


def _pieces(passage: NumberedPassage, rank: int) -> Iterator[Piece]:
    for place, (text, kind) in enumerate(_split(passage.text)):
        yield Piece(passage, rank, place, text, kind, frozenset(tokens(text)))


def _split(text: str) -> Iterator[tuple[str, Kind]]:
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _sentences(text[at : fence.start()])
        yield fence.group(), Kind.CODE
        at = fence.end()
    yield from _sentences(text[at:])


def _sentences(prose: str) -> Iterator[tuple[str, Kind]]:
    for block in re.split(r"\n\s*\n", prose):
        lines = [line.strip() for line in block.strip().splitlines()]
        if len(lines) > 1 and all(" | " in line for line in lines):
            yield "\n".join(lines), Kind.TABLE
        elif any(_LIST_ITEM.match(line) for line in lines):
            yield from ((line, Kind.LIST) for line in lines)
        elif lines:
            yield from ((s, Kind.PROSE) for s in _SENTENCE.split(" ".join(lines)))


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
    good = [p for p in pieces if scores[id(p)] >= _LESS_THAN_BEST * best > 0]
    good.sort(key=lambda p: -scores[id(p)])
    groups: dict[int, list[Piece]] = {}
    for piece in good:
        if piece.passage.number in groups or len(groups) < _MOST_PASSAGES:
            group = groups.setdefault(piece.passage.number, [])
            if len(group) < _MOST_SENTENCES:
                group.append(piece)
    return [sorted(group, key=lambda p: p.place) for group in groups.values()]


def _quoted(group: Sequence[Piece], pieces: Sequence[Piece], asked: frozenset[str]) -> str:
    """What was chosen of a passage, and the code that follows the last of it."""
    passage = group[0].passage
    blocks = [f"**{marked(passage.path)}**"]
    for kind, run in groupby(group, key=lambda p: p.kind):
        if kind is Kind.TABLE:
            blocks += [_table(piece, asked) for piece in run]
        elif kind is Kind.LIST:
            blocks.append("\n".join(_item(piece.text) for piece in run))
        else:
            blocks.append("> " + _sentence_after_sentence(list(run)))
    number = f"[{passage.number}]"
    if group[-1].kind is Kind.TABLE:
        blocks.append(number)
    else:
        blocks[-1] += " " + number
    following = (p for p in pieces if p.passage is passage and p.place > group[-1].place)
    if (code := next(following, None)) and code.code:
        blocks.append(code.text)
    return "\n\n".join(blocks)


def _sentence_after_sentence(run: Sequence[Piece]) -> str:
    """Neighbours run on; a gap shows as an ellipsis."""
    written = marked(run[0].text)
    for before, piece in pairwise(run):
        gap = " " if piece.place == before.place + 1 else " … "
        written += gap + marked(piece.text)
    return written


def _item(line: str) -> str:
    marker = _LIST_ITEM.match(line)
    begin = marker.end() if marker else 0
    return line[:begin] + marked(line[begin:])


def _table(piece: Piece, asked: frozenset[str]) -> str:
    """Its heading, and the rows that speak of the question, or else the first ones."""
    head, *rows = [line.strip("| ").split(" | ") for line in piece.text.splitlines()]
    rows = [row for row in rows if any(cell.strip("-: ") for cell in row)]
    telling = [row for row in rows if asked & frozenset(tokens(" ".join(row)))] or rows
    shown = [head, ["---"] * len(head), *telling[:_MOST_ROWS]]
    cells = ([marked(c).replace("|", r"\|") for c in row[: len(head)]] for row in shown)
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def marked(text: str) -> str:
    """Plain text as Markdown that shows it: what would be markup becomes code.

    So `ASKDOCS_MODEL` is not half in italics, and `items[1]` is no citation.
    """
    return _MARKUP.sub(_coded, text)


def _coded(found: re.Match[str]) -> str:
    before, word, after = found.groups()
    fence = "``" if "`" in word else "`"
    return before + (word if word.count("`") > 1 else fence + word + fence) + after


def closest(passages: Iterable[NumberedPassage]) -> str:
    """That the docs do not answer, and where to look all the same."""
    pages = {p.path.split(" › ")[0]: p for p in reversed(list(passages))}
    nearest = sorted(pages.values(), key=lambda p: p.number)[:3]
    if not nearest:
        return "The documentation does not seem to answer this."
    return "\n".join((NOT_FOUND, "", *(f"- {marked(p.path)} [{p.number}]" for p in nearest)))
