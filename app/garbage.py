"""Garbage collection, in a process whose streams live long and leave nothing to collect."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from app.closing import Closing

_NEW = 50_000  # objects until those that are new are looked at: most live for one token
_NEVER = 2**31 - 1


@asynccontextmanager
async def settled(
    closing: Closing, *, every: float = 60.0, at_the_latest: float = 600.0
) -> AsyncGenerator[None, None]:
    """What is there by now stays, and is not looked at again.

    Of what comes later, the old is looked at `every` so many seconds, as soon as no stream runs.
    Python would do it in mid-stream: it goes through some thousand objects a stream, so that with
    500 of them every reader waits for a third of a second, again and again.
    """
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(_NEW, before[1], _NEVER)
    collecting = asyncio.create_task(_collecting(closing, every, at_the_latest))
    try:
        yield
    finally:
        collecting.cancel()
        gc.set_threshold(*before)
        gc.unfreeze()


async def _collecting(closing: Closing, every: float, at_the_latest: float) -> None:
    while True:
        await asyncio.sleep(every)
        with suppress(TimeoutError):
            async with asyncio.timeout(at_the_latest):
                await closing.idle()
        gc.collect()
