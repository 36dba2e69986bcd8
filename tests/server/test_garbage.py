"""Who waits for the garbage collector."""

import asyncio
import gc
import weakref

import pytest

from app.closing import Closing
from app.garbage import settled


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def old_garbage() -> weakref.ref[Cycle]:
    """What only a full collection finds: it was in use when the collector came by."""
    cycle = Cycle()
    gc.collect(0)
    gc.collect(1)
    return weakref.ref(cycle)


async def gone(garbage: weakref.ref[Cycle], seconds: float) -> bool:
    for _ in range(round(seconds / 0.01)):
        await asyncio.sleep(0.01)
        if garbage() is None:
            return True
    return False


async def test_streams_do_not_wait_for_it() -> None:
    closing = Closing(1)
    async with settled(closing, every=0.01):
        async with closing.stream():
            garbage = old_garbage()
            held = [[n] for n in range(200_000)]
            assert not await gone(garbage, 0.2)
            del held
        assert await gone(garbage, 5), "nobody is answered now"


async def test_a_server_that_is_never_idle_is_collected_all_the_same() -> None:
    closing = Closing(1)
    async with settled(closing, every=0.01, at_the_latest=0.05), closing.stream():
        assert await gone(old_garbage(), 5)


async def test_the_collector_is_left_as_it_was() -> None:
    before = gc.get_threshold()
    async with settled(Closing(1)):
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


@pytest.fixture(autouse=True)
def thresholds() -> None:
    """As Python has them: other tests' servers set their own."""
    gc.set_threshold(700, 10, 10)
