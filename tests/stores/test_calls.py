"""A call that nobody waits for any more."""

import asyncio
import logging

import pytest

from app.stores.calls import Calls


async def left(calls: Calls, work: asyncio.Future[None]) -> None:
    """Wait for `work` through `calls`, and be cancelled."""

    async def working() -> None:
        await work

    waiting = asyncio.create_task(calls.finish(working()))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_all_finished_waits_for_it():
    calls, work = Calls(), asyncio.get_running_loop().create_future()
    await left(calls, work)
    finishing = asyncio.create_task(calls.all_finished())
    await asyncio.sleep(0.01)
    assert not finishing.done()
    work.set_result(None)
    await asyncio.wait_for(finishing, 1)


async def test_its_failure_is_logged(caplog: pytest.LogCaptureFixture):
    calls, work = Calls(), asyncio.get_running_loop().create_future()
    await left(calls, work)
    with caplog.at_level(logging.ERROR):
        work.set_exception(OSError("the disk is full"))
        await calls.all_finished()
        await asyncio.sleep(0)
    assert "failed after its reader had left" in caplog.text
    assert "the disk is full" in caplog.text


async def test_a_failure_that_somebody_waits_for_is_theirs(caplog: pytest.LogCaptureFixture):
    async def failing() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        await Calls().finish(failing())
    assert caplog.text == ""
