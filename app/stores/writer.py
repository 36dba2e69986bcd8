"""The one thread that writes to SQLite.

Work that waits together is committed together: a commit waits for the disk, which takes longer
than all that is written.
"""

import asyncio
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
Work = Callable[[Connection], T]
Asked = tuple[Work[Any], asyncio.Future[Any]]
Outcome = tuple[Any, Exception | None]

_TOGETHER = 64  # pieces of work: other processes' writers wait for all of them


class Writer:
    """Work is done in the order in which it was asked for; what one raises undoes that one alone.

    Belongs to the event loop that asks.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)
        self._waiting: SimpleQueue[Asked | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, work: Work[T]) -> asyncio.Future[T]:
        """Done when what was written is on the disk."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put((work, future))
        return future

    def close(self) -> None:
        """Waits for what was asked before."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while first := self._waiting.get():
            together = [first, *self._more()]
            outcomes = committed(self._engine, [work for work, _ in together])
            futures = [future for _, future in together]
            futures[0].get_loop().call_soon_threadsafe(_tell, futures, outcomes)

    def _more(self) -> list[Asked]:
        """What waits already."""
        more: list[Asked] = []
        try:
            while len(more) < _TOGETHER - 1:
                asked = self._waiting.get_nowait()
                if asked is None:
                    self._waiting.put(None)  # for `_run`
                    break
                more.append(asked)
        except Empty:
            pass
        return more


def committed(engine: Engine, works: Sequence[Work[Any]]) -> list[Outcome]:
    """What each gave, or raised, in one transaction. One that cannot be committed is all theirs."""
    try:
        with engine.begin() as connection:
            if len(works) == 1:
                outcomes: list[Outcome] = [(works[0](connection), None)]
            else:
                outcomes = [_apart(connection, work) for work in works]
    except Exception as error:  # noqa: BLE001 - for those who asked
        return [(None, error)] * len(works)
    return outcomes


def _apart(connection: Connection, work: Work[Any]) -> Outcome:
    """Savepoints are the driver's: SQLAlchemy's take as long as the work."""
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT work")
    try:
        result = work(connection)
    except Exception as error:
        if not driver.in_transaction:  # SQLite gave up all of it, as when the disk is full
            raise
        driver.execute("ROLLBACK TO work")
        driver.execute("RELEASE work")
        return None, error
    driver.execute("RELEASE work")
    return result, None


def _tell(futures: Sequence[asyncio.Future[Any]], outcomes: Sequence[Outcome]) -> None:
    for future, (result, error) in zip(futures, outcomes, strict=True):
        if error:
            future.set_exception(error)
        else:
            future.set_result(result)
