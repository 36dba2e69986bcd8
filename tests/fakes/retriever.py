"""A retriever over a handful of chunks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.retrieval.collections import Filter
from app.retrieval.passages import Chunk, Passage, page_path

EVERYTHING = Filter()


def chunk(n: int, text: str = "", *, page: str = "/docs/page", title: str = "Page") -> Chunk:
    return Chunk(
        id=f"{page}-{n}",
        url=f"https://docs.example{page}#heading-{n}",
        page=f"https://docs.example{page}",
        title=title,
        breadcrumb=(f"Heading {n}",),
        text=text or f"What heading {n} says.",
        source=f"docs{page}.md",
        ordinal=n,
        tokens=10,
    )


@dataclass
class FakeRetriever:
    chunks: list[Chunk] = field(default_factory=lambda: [chunk(1), chunk(2), chunk(3)])
    asked: list[str] = field(default_factory=list)
    where: list[Filter] = field(default_factory=list)
    failure: Exception | None = None
    doubts: bool = False

    async def search(
        self, question: str, *, where: Filter = EVERYTHING, page: str = ""
    ) -> list[Passage]:
        self.asked.append(question)
        self.where.append(where)
        if self.failure:
            raise self.failure
        return [Passage(chunk=c, score=1 / (i + 1)) for i, c in enumerate(self.chunks[:2])]

    async def refuses(
        self, question: str, passages: Sequence[Passage], *, locale: str = ""
    ) -> bool:
        return self.doubts

    async def read_page(self, url: str) -> list[Chunk]:
        return [c for c in self.chunks if page_path(url) == page_path(c.page)]
