"""The agent that answers: one search at once, then the model, which may search again."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from typing import cast

import anyio
from agents import (
    Agent,
    MaxTurnsExceeded,
    Model,
    ModelSettings,
    RunConfig,
    RunContextWrapper,
    Runner,
    StopAtTools,
    Tool,
    TResponseInputItem,
    set_trace_provider,
)
from agents.tracing.provider import DefaultTraceProvider

from app.answer.citations import CitationDecoder
from app.answer.follow_up import searched
from app.answer.history import Message
from app.answer.pace import TellingModel
from app.answer.prompt import framed, instructions
from app.answer.question import Question
from app.answer.reading import Reading
from app.answer.sources import Sources
from app.answer.steps import Found, MessageDone, PageAsked, Searching, Step
from app.answer.title import title
from app.answer.tools import Searches, Turn, tools
from app.context import READ_CURRENT_PAGE
from app.retrieval.passages import rendered

_FIRST_CALL = "call_readers_question"
_PAGE_CALL = "call_readers_page"
_MAX_TURNS = 5
_PATIENCE = 5.0  # seconds that a cancelled run has to end


class TurnAgent(Agent[Turn]):
    """Its tools are the turn's, and none are its own: those the SDK writes down twice a run, and
    compares with the ones of all runs that share an agent."""

    async def get_all_tools(self, run_context: RunContextWrapper[Turn]) -> list[Tool]:
        return run_context.context.tools


class DocsAgent:
    """Answers questions; one for the whole process. `choices` are models that readers may name."""

    def __init__(
        self,
        retriever: Searches,
        model: Model,
        *,
        site: str,
        choices: Mapping[str, Model] | None = None,
    ) -> None:
        self._retriever = retriever
        self._model = model
        self._choices = choices or {}
        self._agent = TurnAgent(
            name="docs",
            instructions=instructions(site),
            model=model,
            model_settings=ModelSettings(parallel_tool_calls=False),
            tool_use_behavior=StopAtTools(stop_at_tool_names=[READ_CURRENT_PAGE]),
        )

    async def answer(
        self,
        question: Question,
        history: Sequence[Message],
        sources: Sources,
        *,
        reading: Reading | None = None,
    ) -> AsyncGenerator[Step, None]:
        """The steps of one answer. Closing the iterator cancels the model's request.

        When they end with `PageAsked`, the answer goes on in another call, with the `reading`.
        Raises what the retriever or the model raises; what came before stands.
        """
        if question.tool == READ_CURRENT_PAGE and not reading:
            yield PageAsked()
            return
        offered = question.tools - {READ_CURRENT_PAGE} if reading else question.tools
        turn = Turn(self._retriever, question, sources, tools(offered))
        query = searched(question, history)
        if not reading:
            yield Searching(question.text)
        passages, told = await turn.search(query)
        if not reading:
            yield Found(question.text, tuple(passages))
        asked: list[TResponseInputItem] = [
            *cast(list[TResponseInputItem], history),
            cast(TResponseInputItem, {"role": "user", "content": framed(question)}),
            *_called(_FIRST_CALL, "search_docs", {"query": query}, told),
            *(_page_read(reading, sources) if reading else ()),
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
        model = self._choices.get(turn.question.model, self._model)
        config = RunConfig(
            model=TellingModel(model, turn.line),
            tracing_disabled=True,
            tool_not_found_behavior="return_error_to_model",
        )
        # Even without tools the SDK goes through all runs that share an agent, again and again:
        # with a thousand of them, for milliseconds a turn.
        agent = copy(self._agent)
        try:
            await Runner.run(agent, asked, context=turn, max_turns=_MAX_TURNS, run_config=config)
        except MaxTurnsExceeded as error:
            # The reader deserves an answer from what was found: once more, without tools.
            done = error.run_data.new_items if error.run_data else []
            last = [*asked, *(item.to_input_item() for item in done)]
            turn.tools = []
            await Runner.run(agent, last, context=turn, max_turns=1, run_config=config)


def leave_tracing_out() -> None:
    """For the whole process: the SDK's own provider of traces opens a client to OpenAI in the first
    run, traced or not, which takes half a second in which nobody is answered."""
    set_trace_provider(DefaultTraceProvider())


def _page_read(reading: Reading, sources: Sources) -> list[TResponseInputItem]:
    passages = sources.add([reading.chunk]) if reading.text else []
    told = rendered(passages) or "The page could not be read."
    return _called(_PAGE_CALL, READ_CURRENT_PAGE, {}, told)


def _called(
    call_id: str, name: str, arguments: dict[str, str], output: str
) -> list[TResponseInputItem]:
    """A tool's output as if the model had called it: passages and pages stay a tool's data."""
    return [
        {
            "type": "function_call",
            "call_id": call_id,
            "name": name,
            "arguments": json.dumps(arguments),
        },
        {"type": "function_call_output", "call_id": call_id, "output": output},
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
