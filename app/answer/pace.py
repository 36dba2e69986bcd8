"""What a run says, on its way from the run's task to whoever reads the answer.

The Agents SDK puts a model's events into a queue without bounds, a task and several models of
pydantic's for each, and drops those still in it when the model fails. Here whoever reads the answer
reads our models themselves, and the run waits for the end: no task wakes another for a delta. Other
models tell their steps. Either way what is ready together leaves together, a reader who is slow
slows the provider down, and a failure comes after everything that was said before it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any, cast

from agents import Model, ModelResponse
from openai.types.responses import ResponseCompletedEvent, ResponseStreamEvent

from app.answer.steps import Cut, MessageDone, MessageStarted, Step
from app.llm.pieces import Delta, Mark, Piece, PieceModel
from app.llm.response import model_response

_AHEAD = 512  # characters that wait for the reader before the model waits too

_SHOWN = ("text", "refusal")
_MARKED: dict[str, Step] = {"begun": MessageStarted(), "done": MessageDone()}


class Line:
    """A queue for one writer's task and one reader's. Text that waits is merged."""

    def __init__(self) -> None:
        self._steps: list[Step | Reply] = []
        self._length = 0
        self._ended = False
        self._reader: asyncio.Future[None] | None = None  # who waits for a step
        self._writer: asyncio.Future[None] | None = None  # who waits for room

    async def tell(self, step: Step) -> None:
        self._steps.append(step)
        _wake(self._reader)
        if isinstance(step, str):
            self._length += len(step)
            while self._length > _AHEAD:
                self._writer = asyncio.get_running_loop().create_future()
                await self._writer

    async def read(self, pieces: AsyncGenerator[Piece, None]) -> ModelResponse:
        """Have the reader read them; what they come to."""
        reply = Reply(pieces)
        self._steps.append(reply)
        _wake(self._reader)
        return await reply.response

    def end(self, _: object = None) -> None:
        self._ended = True
        _wake(self._reader)

    async def __aiter__(self) -> AsyncGenerator[Step, None]:
        """Until the end, and what was told before it."""
        loop = asyncio.get_running_loop()
        while True:
            if not self._steps:
                if self._ended:
                    return
                self._reader = loop.create_future()
                await self._reader
            steps, self._steps = self._steps, []
            self._length = 0
            _wake(self._writer)
            for step in steps if len(steps) == 1 else merged(steps):
                if not isinstance(step, Reply):
                    yield step
                    continue
                async with aclosing(step.steps()) as said:
                    async for each in said:
                        yield each


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting and not waiting.done():
        waiting.set_result(None)


class Reply:
    """What a model says, on its way to one reader; and to the run, once it is whole."""

    def __init__(self, pieces: AsyncGenerator[Piece, None]) -> None:
        self.response: asyncio.Future[ModelResponse] = asyncio.get_running_loop().create_future()
        self._pieces = pieces

    async def steps(self) -> AsyncGenerator[Step, None]:
        """Errors are the run's, which raises them in its turn."""
        try:
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Delta):
                        if piece.kind in _SHOWN:
                            yield piece.text
                    elif isinstance(piece, Mark):
                        if step := _MARKED.get(piece.message):
                            yield step
                    else:
                        if piece.cut:
                            yield Cut()
                        self._end(piece.response())
            self._end(RuntimeError("a model ended without a response"))
        except Exception as error:  # noqa: BLE001 - the run's to raise
            self._end(error)
        finally:
            self.response.cancel()  # the reader left: does nothing to one that is there

    def _end(self, response: ModelResponse | Exception) -> None:
        if self.response.done():
            return
        if isinstance(response, Exception):
            self.response.set_exception(response)
        else:
            self.response.set_result(response)


def merged(steps: Iterable[Step | Reply]) -> Iterable[Step | Reply]:
    """Neighbouring deltas as one."""
    deltas: list[str] = []
    for step in steps:
        if isinstance(step, str):
            deltas.append(step)
            continue
        if deltas:
            yield "".join(deltas)
            deltas = []
        yield step
    if deltas:
        yield "".join(deltas)


class TellingModel(Model):
    """A model for one run: what it writes is told while it writes."""

    def __init__(self, model: Model, line: Line) -> None:
        self._model = model
        self._line = line

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        if isinstance(self._model, PieceModel):
            return await self._line.read(self._model.pieces(*args, **kwargs))
        events = self._model.stream_response(*args, **kwargs)
        async with aclosing(cast(AsyncGenerator[ResponseStreamEvent, None], events)) as said:
            async for event in said:
                for step in _steps(event):
                    await self._line.tell(step)
                if isinstance(event, ResponseCompletedEvent):
                    response = event.response
                    return model_response(response.output, response.usage, response.id)
        raise RuntimeError("a model ended without a response")

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[ResponseStreamEvent]:
        """Not for this: what is told is not streamed again."""
        raise NotImplementedError


def _steps(event: ResponseStreamEvent) -> Iterable[Step]:
    match event.type:
        case "response.output_text.delta" | "response.refusal.delta":
            yield event.delta
        case "response.output_item.added" if event.item.type == "message":
            yield MessageStarted()
        case "response.output_item.done" if event.item.type == "message":
            yield MessageDone()
        case "response.completed" if event.response.incomplete_details:
            yield Cut()
        case _:
            pass
