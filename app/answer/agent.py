"""The agent that answers: one search at once, then the model, which may search again."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol, cast

import anyio
from agents import (
    Agent,
    MaxTurnsExceeded,
    Model,
    ModelSettings,
    RunConfig,
    RunContextWrapper,
    Runner,
    Tool,
    TResponseInputItem,
    function_tool,
)

from app.answer.citations import CitationDecoder
from app.answer.follow_up import searched
from app.answer.history import Message
from app.answer.pace import Line, TellingModel
from app.answer.prompt import framed, instructions
from app.answer.question import Question
from app.answer.sources import Sources
from app.answer.steps import Found, MessageDone, Searching, Step
from app.answer.title import title
from app.context import Page
from app.retrieval.collections import Filter
from app.retrieval.passages import DOUBTED, Chunk, NumberedPassage, Passage, rendered
from app.retrieval.retriever import joined

NOTHING = "No passage was found."
_FIRST_CALL = "call_readers_question"
_MAX_TURNS = 5
_PATIENCE = 5.0  # seconds that a cancelled run has to end


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
    page: Page
    sources: Sources
    line: Line = field(default_factory=Line)
    """What is done is told there."""

    async def search(self, query: str) -> tuple[list[NumberedPassage], str]:
        """The passages, and what the model is told of them."""
        where = Filter(version=self.page.version, locale=self.page.locale)
        found = await self.retriever.search(query, where=where, page=self.page.path)
        doubted = await self.retriever.refuses(query, found, locale=where.locale)
        passages = self.sources.found(joined(found))
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


TOOLS: list[Tool] = [search_docs, read_page]


class DocsAgent:
    """Answers questions; one for the whole process."""

    def __init__(self, retriever: Searches, model: Model, *, site: str) -> None:
        self._retriever = retriever
        self._model = model
        self._agent = Agent[Turn](
            name="docs",
            instructions=instructions(site),
            tools=TOOLS,
            model=model,
            model_settings=ModelSettings(parallel_tool_calls=False),
        )

    async def answer(
        self, question: Question, history: Sequence[Message], sources: Sources
    ) -> AsyncGenerator[Step, None]:
        """The steps of one answer. Closing the iterator cancels the model's request.

        Raises what the retriever or the model raises; what came before stands.
        """
        turn = Turn(self._retriever, question.page, sources)
        yield Searching(question.text)
        query = searched(question, history)
        passages, told = await turn.search(query)
        yield Found(question.text, tuple(passages))
        asked: list[TResponseInputItem] = [
            *cast(list[TResponseInputItem], history),
            cast(TResponseInputItem, {"role": "user", "content": framed(question)}),
            *_first_search(query, told),
        ]
        async with aclosing(_cited(self._run(asked, turn), sources)) as steps:
            async for step in steps:
                yield step

    async def title(self, question: str) -> str:
        """A name for the thread. Raises what the model raises."""
        return await title(self._model, question)

    async def _run(self, asked: list[TResponseInputItem], turn: Turn) -> AsyncGenerator[Step, None]:
        """What the run tells. One that is left early is cancelled, and its end awaited."""
        run = asyncio.create_task(self._finished(asked, turn))
        run.add_done_callback(turn.line.end)
        try:
            async with aclosing(aiter(turn.line)) as steps:
                async for step in steps:
                    yield step
            await run
        finally:
            run.cancel()
            with anyio.move_on_after(_PATIENCE, shield=True):
                await asyncio.wait([run])
            if run.done() and not run.cancelled():
                run.exception()  # raised above, or nobody is there to hear it

    async def _finished(self, asked: list[TResponseInputItem], turn: Turn) -> None:
        config = RunConfig(
            model=TellingModel(self._model, turn.line),
            tracing_disabled=True,
            tool_not_found_behavior="return_error_to_model",
        )
        try:
            await Runner.run(
                self._agent, asked, context=turn, max_turns=_MAX_TURNS, run_config=config
            )
        except MaxTurnsExceeded as error:
            # The reader deserves an answer from what was found: once more, without tools.
            done = error.run_data.new_items if error.run_data else []
            last = [*asked, *(item.to_input_item() for item in done)]
            agent = self._agent.clone(tools=[])
            await Runner.run(agent, last, context=turn, max_turns=1, run_config=config)


def _first_search(query: str, told: str) -> list[TResponseInputItem]:
    """The first search as if the model had made it: passages stay a tool's data."""
    return [
        {
            "type": "function_call",
            "call_id": _FIRST_CALL,
            "name": "search_docs",
            "arguments": json.dumps({"query": query}),
        },
        {
            "type": "function_call_output",
            "call_id": _FIRST_CALL,
            "output": told,
        },
    ]


async def _cited(steps: AsyncGenerator[Step, None], sources: Sources) -> AsyncGenerator[Step, None]:
    """Deltas → deltas and citations; each message is decoded on its own."""
    decoder = CitationDecoder(sources.known, sources.linked)
    async with aclosing(steps):
        try:
            async for step in steps:
                if isinstance(step, str):
                    for piece in decoder.decode(step):
                        yield piece
                    continue
                if isinstance(step, MessageDone):
                    for piece in decoder.flush():
                        yield piece
                    decoder = CitationDecoder(sources.known, sources.linked)
                yield step
        except Exception:
            for piece in decoder.flush():
                yield piece
            raise
