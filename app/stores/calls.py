"""Calls that run to their end, even when whoever waits for them is cancelled.

A reader who leaves cancels whatever the server awaits. Cancelled between two statements, SQLite's
driver can leave a connection closing for ever and the next writer waiting for it (seen with
SQLAlchemy 2.1 and aiosqlite 0.22); and a save that has begun is better finished.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Coroutine
from types import CoroutineType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

logger = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Calls:
    """Those under way; their connections are closed after the last."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def finish(self, call: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(report)
            raise

    async def all_finished(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)


def report(task: asyncio.Task[Any]) -> None:
    """Whoever waited is gone: the log is all that is left to tell."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("A call to the store failed after its reader had left", exc_info=error)


class Caller(Protocol):
    calls: Calls


Owner = TypeVar("Owner", bound=Caller)


def finishing(
    method: Callable[Concatenate[Owner, Arguments], Coroutine[Any, Any, Result]],
) -> "Callable[Concatenate[Owner, Arguments], CoroutineType[Any, Any, Result]]":
    """The method, run to its end once it was called."""

    @functools.wraps(method)
    async def call(self: Owner, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return await self.calls.finish(method(self, *args, **kwargs))

    return call
