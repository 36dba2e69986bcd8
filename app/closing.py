"""The end of a server: no new streams, some time for those that run, a word to their readers."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

logger = logging.getLogger(__name__)

_GOODBYE = 1.0  # seconds that readers have to be told, once the time is up


class StreamsEndedError(Exception):
    """The server is told to stop, and the time that running streams had is up."""


class Closing:
    """Of one server. Until `begin`, nothing here costs a stream more than a set's entry."""

    def __init__(self, grace: float) -> None:
        self.begun = False
        self._grace = grace
        self._running: set[asyncio.Timeout] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[None, None]:
        """For a stream's whole life, in one task, which is cancelled when the time is up; then
        raises `StreamsEndedError`."""
        deadline = asyncio.timeout(None)
        self._running.add(deadline)
        self._idle.clear()
        try:
            async with deadline:
                yield
        except TimeoutError as error:
            if deadline.expired():
                raise StreamsEndedError from error
            raise
        finally:
            self._running.discard(deadline)
            if not self._running:
                self._idle.set()

    async def idle(self) -> None:
        """When no stream runs."""
        await self._idle.wait()

    def begin(self) -> None:
        self.begun = True
        when = asyncio.get_running_loop().time() + self._grace
        for deadline in self._running:
            deadline.reschedule(when)

    async def ended(self) -> None:
        """When the last stream has ended, or should have."""
        if self._running:
            logger.info("%d streams have %g s to end", len(self._running), self._grace)
        try:
            await asyncio.wait_for(self.idle(), self._grace + _GOODBYE)
        except TimeoutError:
            logger.warning("%d streams did not end in time", len(self._running))
