"""The passages of one turn, each with the number that the model cites it by."""

from collections.abc import Iterable

from app.retrieval.passages import Chunk, NumberedPassage, Passage
from app.trace import TracedPassage


class Sources:
    """Numbers grow from 1 over all searches of a turn; a chunk found twice keeps its first."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._passages: list[NumberedPassage] = []
        self._pages: set[str] = set()
        self._found: dict[int, Passage] = {}
        self._doubts: list[bool] = []

    def found(self, passages: Iterable[Passage], *, doubted: bool = False) -> list[NumberedPassage]:
        """`doubted` when the docs do not seem to answer what was searched for."""
        self._doubts.append(doubted)
        numbered: list[NumberedPassage] = []
        for passage in passages:
            numbered.append(self._numbered(passage.chunk))
            self._found.setdefault(numbered[-1].number, passage)
        return numbered

    @property
    def doubted(self) -> bool:
        """Every search so far."""
        return bool(self._doubts) and all(self._doubts)

    @property
    def traced(self) -> tuple[TracedPassage, ...]:
        """What searches found, with its scores; pages that were read have none."""
        return tuple(
            TracedPassage(n, p.chunk.url, p.chunk.path, p.score, p.dense, p.sparse)
            for n, p in sorted(self._found.items())
        )

    def add(self, chunks: Iterable[Chunk]) -> list[NumberedPassage]:
        return [self._numbered(chunk) for chunk in chunks]

    def _numbered(self, chunk: Chunk) -> NumberedPassage:
        number = self._numbers.setdefault(chunk.id, len(self._passages) + 1)
        if number > len(self._passages):
            self._passages.append(NumberedPassage(number, chunk.path, chunk.url, chunk.text))
            self._pages.add(chunk.page)
        return self._passages[number - 1]

    def known(self, number: int) -> bool:
        return 1 <= number <= len(self._passages)

    def __getitem__(self, number: int) -> NumberedPassage:
        return self._passages[number - 1]

    def linked(self, url: str) -> bool:
        """Whether the index itself knows this page: other links are a model's invention."""
        return url.partition("#")[0] in self._pages
