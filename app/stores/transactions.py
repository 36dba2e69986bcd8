"""A piece of work on the database, in one transaction, that runs to its end once it was begun.

The work is a plain function of SQLAlchemy's connection. SQLite's runs in a thread, all of it at
once: an asynchronous driver goes to its thread and back for every statement, which costs more than
the statements.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from app.stores.engine import open_engine, sqlite_in_threads
from app.stores.writer import Work, Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")

_READERS = 4  # threads


class Transactions(Protocol):
    """Whoever waits may be cancelled: a reader who leaves cancels whatever the server awaits. A
    transaction that has begun is finished all the same."""

    async def read(self, work: Work[T]) -> T: ...

    async def write(self, work: Work[T]) -> T: ...


class Running:
    """Those under way; what they use is closed after the last."""

    def __init__(self) -> None:
        self._futures: set[asyncio.Future[Any]] = set()

    async def finish(self, future: asyncio.Future[T]) -> T:
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(report)
            raise

    async def all_finished(self) -> None:
        while self._futures:
            await asyncio.wait(self._futures)


def report(future: asyncio.Future[Any]) -> None:
    """Whoever waited is gone: the log is all that is left to tell."""
    if not future.cancelled() and (error := future.exception()) is not None:
        logger.error("A call to the store failed after its reader had left", exc_info=error)


class InThreads:
    """SQLite has one writer at a time: those of one process wait in line for one thread, and only
    those of different processes wait by its busy time-out."""

    def __init__(self, engine: Engine) -> None:
        self.running = Running()
        self._engine = engine
        self._writer = Writer(engine)
        self._readers = ThreadPoolExecutor(_READERS, "store-reader")

    async def read(self, work: Work[T]) -> T:
        loop = asyncio.get_running_loop()
        return await self.running.finish(loop.run_in_executor(self._readers, self._read, work))

    async def write(self, work: Work[T]) -> T:
        return await self.running.finish(self._writer.write(work))

    async def aclose(self) -> None:
        await self.running.all_finished()
        self._writer.close()
        self._readers.shutdown()
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


class Awaited:
    """PostgreSQL: any number of writers, up to the size of the pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.running = Running()
        self._engine = engine

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def write(self, work: Work[T]) -> T:
        return await self.running.finish(asyncio.ensure_future(self._worked(work)))

    async def _worked(self, work: Work[T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)


@asynccontextmanager
async def open_transactions(url: str) -> AsyncGenerator[Transactions]:
    """With the schema up to date. Raises StoreError when that cannot be."""
    async with open_engine(url) as engine:
        if engine.dialect.name != "sqlite":
            awaited = Awaited(engine)
            try:
                yield awaited
            finally:
                await awaited.running.all_finished()
            return
    async with aclosing(InThreads(sqlite_in_threads(url))) as in_threads:
        yield in_threads
