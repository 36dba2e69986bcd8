"""The agent that answers: one search at once, then the model, which may search again."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol, cast

import anyio
from agents import (
    Agent,
    MaxTurnsExceeded,
    Model,
    ModelSettings,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunResultStreaming,
    StreamEvent,
    Tool,
    TResponseInputItem,
    function_tool,
)

from app.answer.citations import CitationDecoder
from app.answer.history import Message
from app.answer.pace import Pace, PacedModel
from app.answer.prompt import framed, instructions
from app.answer.question import Question
from app.answer.sources import Sources
from app.answer.steps import Cut, Found, MessageDone, MessageStarted, Searching, Step
from app.answer.title import title
from app.context import Page
from app.retrieval.collections import Filter
from app.retrieval.passages import Chunk, NumberedPassage, Passage, parsed, rendered

NOTHING = "No passage was found."
_FIRST_CALL = "call_readers_question"
_MAX_TURNS = 5
_PATIENCE = 5.0  # seconds that a cancelled run has to end


class Searches(Protocol):
    """What the agent needs of the retriever."""

    async def search(
        self, question: str, *, where: Filter = ..., page: str = ...
    ) -> list[Passage]: ...

    async def read_page(self, url: str) -> list[Chunk]: ...


@dataclass(slots=True)
class Turn:
    """What the tools of one run share."""

    retriever: Searches
    page: Page
    sources: Sources

    async def search(self, query: str) -> list[NumberedPassage]:
        where = Filter(version=self.page.version, locale=self.page.locale)
        passages = await self.retriever.search(query, where=where, page=self.page.path)
        return self.sources.found(passages)


@function_tool
async def search_docs(turn: RunContextWrapper[Turn], query: str) -> str:
    """Search the documentation.

    Args:
        query: What to look for, in a few words of the documentation's own language.
    """
    return rendered(await turn.context.search(query)) or NOTHING


@function_tool
async def read_page(turn: RunContextWrapper[Turn], path: str) -> str:
    """Read all of a page, when a passage of it is on the point but not enough.

    Args:
        path: The url of one of its passages.
    """
    chunks = await turn.context.retriever.read_page(path)
    return rendered(turn.context.sources.add(chunks)) or f"There is no page {path!r}."


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
        passages = await turn.search(question.query)
        yield Found(question.text, tuple(passages))
        asked: list[TResponseInputItem] = [
            *cast(list[TResponseInputItem], history),
            cast(TResponseInputItem, {"role": "user", "content": framed(question)}),
            *_searched(question.query, passages),
        ]
        async with aclosing(_cited(self._run(asked, turn), sources)) as steps:
            async for step in steps:
                yield step

    async def title(self, question: str) -> str:
        """A name for the thread. Raises what the model raises."""
        return await title(self._model, question)

    async def _run(self, asked: list[TResponseInputItem], turn: Turn) -> AsyncGenerator[Step, None]:
        pace = Pace()
        config = RunConfig(
            model=PacedModel(self._model, pace),
            tracing_disabled=True,
            tool_not_found_behavior="return_error_to_model",
        )
        result = Runner.run_streamed(
            self._agent, asked, context=turn, max_turns=_MAX_TURNS, run_config=config
        )
        try:
            async with aclosing(_steps(result, pace)) as steps:
                async for step in steps:
                    yield step
        except MaxTurnsExceeded:
            # The reader deserves an answer from what was found: once more, without tools.
            last = Runner.run_streamed(
                self._agent.clone(tools=[]),
                result.to_input_list(),
                context=turn,
                max_turns=1,
                run_config=config,
            )
            async with aclosing(_steps(last, pace)) as steps:
                async for step in steps:
                    yield step


def _searched(query: str, passages: list[NumberedPassage]) -> list[TResponseInputItem]:
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
            "output": rendered(passages) or NOTHING,
        },
    ]


async def _steps(result: RunResultStreaming, pace: Pace) -> AsyncGenerator[Step, None]:
    """Events of a run → steps. A run that is left early is cancelled, and its end awaited."""
    events = result.stream_events()
    reader = _EventReader()
    try:
        async for event in events:
            if event.type == "raw_response_event":
                pace.take()
            for step in reader.read(event):
                yield step
    finally:
        if not result.is_complete:
            result.cancel()
        with anyio.move_on_after(_PATIENCE, shield=True):
            await _ended(result)


async def _ended(result: RunResultStreaming) -> None:
    """Wait for the run's task and take its exception, which `stream_events` has raised already
    or which nobody is there to hear."""
    if task := result.run_loop_task:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()


class _EventReader:
    """Events of the Agents SDK → steps, incrementally."""

    def __init__(self) -> None:
        self._queries: dict[str, str] = {}

    def read(self, event: StreamEvent) -> Iterable[Step]:
        if event.type == "raw_response_event":
            return self._read_raw(event.data)
        if event.type == "run_item_stream_event" and event.name == "tool_called":
            return self._read_call(event.item.raw_item)
        if event.type == "run_item_stream_event" and event.name == "tool_output":
            return self._read_output(event.item.raw_item)
        return ()

    def _read_raw(self, data: Any) -> Iterable[Step]:
        match data.type:
            case "response.output_text.delta" | "response.refusal.delta":
                return (data.delta,)
            case "response.output_item.added" if data.item.type == "message":
                return (MessageStarted(),)
            case "response.output_item.done" if data.item.type == "message":
                return (MessageDone(),)
            case "response.completed" | "response.incomplete" if data.response.incomplete_details:
                return (Cut(),)
            case _:
                return ()

    def _read_call(self, call: Any) -> Iterable[Step]:
        query = _argument(call.arguments)
        if query:
            self._queries[call.call_id] = query
            yield Searching(query)

    def _read_output(self, output: Any) -> Iterable[Step]:
        if query := self._queries.get(output["call_id"]):
            yield Found(query, tuple(parsed(str(output["output"]))))


def _argument(arguments: str) -> str:
    """What a tool was asked for; empty where a small model wrote no proper JSON."""
    try:
        values = json.loads(arguments)
    except ValueError:
        return ""
    match values:
        case {"query": str(value)} | {"path": str(value)}:
            return value
        case _:
            return ""


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
