"""Keeps a model in step with the reader of its run.

The Agents SDK puts a model's events into a queue without bounds, and drops those still in it when
the model fails. A model at a reader's pace waits when it is too far ahead, so that a reader who
stops reading stops the provider's stream; and it fails only after everything before was read.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from agents import Model, ModelResponse
from openai.types.responses import ResponseStreamEvent

_AHEAD = 256  # events


class Pace:
    """Counts of events: given by the model, taken by the reader."""

    def __init__(self) -> None:
        self._given = 0
        self._taken = 0
        self._moved = asyncio.Event()

    def take(self) -> None:
        self._taken += 1
        self._moved.set()

    async def give(self) -> None:
        self._given += 1
        await self._within(_AHEAD)

    async def caught_up(self) -> None:
        await self._within(0)

    async def _within(self, events: int) -> None:
        while self._given - self._taken > events:
            self._moved.clear()
            await self._moved.wait()


class PacedModel(Model):
    """A model for one run. The run's reader calls `pace.take()` for each raw event."""

    def __init__(self, model: Model, pace: Pace) -> None:
        self._model = model
        self._pace = pace

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        return await self._model.get_response(*args, **kwargs)

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncIterator[ResponseStreamEvent]:
        stream = cast(
            AsyncGenerator[ResponseStreamEvent, None], self._model.stream_response(*args, **kwargs)
        )
        async with aclosing(stream):
            try:
                async for event in stream:
                    await self._pace.give()
                    yield event
            except Exception:
                await self._pace.caught_up()
                raise
