"""What the model can do: search, read, and ask something of the page that the reader is on."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from agents import RunContextWrapper, Tool, function_tool

from app.answer.pace import Line
from app.answer.question import Question
from app.answer.sources import Sources
from app.answer.steps import Found, Opened, PageAsked, Searching
from app.context import NAVIGATE, READ_CURRENT_PAGE
from app.retrieval.collections import Filter
from app.retrieval.passages import DOUBTED, Chunk, NumberedPassage, Passage, rendered
from app.retrieval.retriever import joined

NOTHING = "No passage was found."


class Searches(Protocol):
    """What the agent needs of the retriever."""

    async def search(
        self, question: str, *, where: Filter = ..., page: str = ...
    ) -> list[Passage]: ...

    async def refuses(
        self, question: str, passages: Sequence[Passage], *, locale: str = ...
    ) -> bool: ...

    async def read_page(self, url: str) -> list[Chunk]: ...


@dataclass(slots=True)
class Turn:
    """What the tools of one run share."""

    retriever: Searches
    question: Question
    sources: Sources
    tools: list[Tool]
    line: Line = field(default_factory=Line)
    """What is done is told there."""

    async def search(self, query: str) -> tuple[list[NumberedPassage], str]:
        """The passages, and what the model is told of them."""
        page = self.question.page
        where = Filter(version=page.version, locale=page.locale)
        found = await self.retriever.search(query, where=where, page=page.path)
        doubted = await self.retriever.refuses(query, found, locale=where.locale)
        passages = self.sources.found(joined(found), doubted=doubted)
        told = rendered(passages) or NOTHING
        return passages, f"{DOUBTED}\n\n{told}" if doubted and passages else told


@function_tool
async def search_docs(turn: RunContextWrapper[Turn], query: str) -> str:
    """Search the documentation.

    Args:
        query: What to look for, in a few words of the documentation's own language.
    """
    await turn.context.line.tell(Searching(query))
    passages, told = await turn.context.search(query)
    await turn.context.line.tell(Found(query, tuple(passages)))
    return told


@function_tool
async def read_page(turn: RunContextWrapper[Turn], path: str) -> str:
    """Read all of a page, when a passage of it is on the point but not enough.

    Args:
        path: The url of one of its passages.
    """
    await turn.context.line.tell(Searching(path))
    chunks = await turn.context.retriever.read_page(path)
    passages = turn.context.sources.add(chunks)
    await turn.context.line.tell(Found(path, tuple(passages)))
    return rendered(passages) or f"There is no page {path!r}."


@function_tool(name_override=READ_CURRENT_PAGE)
async def read_current_page(turn: RunContextWrapper[Turn]) -> str:
    """Read the page that the reader has open, as their browser shows it. For questions about \
"this page", when the passages are not enough."""
    await turn.context.line.tell(PageAsked())
    return ""  # the run ends here, and another one begins with what the page says


@function_tool
async def open_page(turn: RunContextWrapper[Turn], number: int) -> str:
    """Take the reader to the section of a passage. Only when they ask to be taken or shown there.

    Args:
        number: The number of the passage.
    """
    if not turn.context.sources.known(number):
        return f"There is no passage {number}."
    url = turn.context.sources[number].url
    await turn.context.line.tell(Opened(url))
    return f"The reader is at {url} now."


_OF_THE_PAGE: dict[str, Tool] = {READ_CURRENT_PAGE: read_current_page, NAVIGATE: open_page}


def tools(offered: Set[str]) -> list[Tool]:
    """`offered` is what the reader's page can do, and is still of use."""
    of_the_page = [tool for name, tool in _OF_THE_PAGE.items() if name in offered]
    return [search_docs, read_page, *of_the_page]
