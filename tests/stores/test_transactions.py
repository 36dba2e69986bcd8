"""A call that nobody waits for any more."""

import asyncio
import logging

import pytest

from app.stores.transactions import Running


async def left(running: Running, work: asyncio.Future[None]) -> None:
    """Wait for `work` through `running`, and be cancelled."""

    async def working() -> None:
        await work

    waiting = asyncio.create_task(running.finish(asyncio.ensure_future(working())))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_all_finished_waits_for_it():
    running, work = Running(), asyncio.get_running_loop().create_future()
    await left(running, work)
    finishing = asyncio.create_task(running.all_finished())
    await asyncio.sleep(0.01)
    assert not finishing.done()
    work.set_result(None)
    await asyncio.wait_for(finishing, 1)


async def test_its_failure_is_logged(caplog: pytest.LogCaptureFixture):
    running, work = Running(), asyncio.get_running_loop().create_future()
    await left(running, work)
    with caplog.at_level(logging.ERROR):
        work.set_exception(OSError("the disk is full"))
        await running.all_finished()
        await asyncio.sleep(0)
    assert "failed after its reader had left" in caplog.text
    assert "the disk is full" in caplog.text


async def test_a_failure_that_somebody_waits_for_is_theirs(caplog: pytest.LogCaptureFixture):
    async def failing() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        await Running().finish(asyncio.ensure_future(failing()))
    assert caplog.text == ""
