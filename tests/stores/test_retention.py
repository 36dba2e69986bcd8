"""Old threads go while a server runs, and a database that is away for a while is no matter."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from chatkit.types import ThreadMetadata

from app.stores.memory import MemoryStore
from app.stores.retention import retaining
from tests.stores.samples import ANA, ids


async def aged(store: MemoryStore, **days: float) -> None:
    for name, age in days.items():
        created = datetime.now(UTC) - timedelta(days=age)
        await store.save_thread(ThreadMetadata(id=name, created_at=created), ANA)


async def left(store: MemoryStore) -> list[str]:
    return ids((await store.load_threads(10, None, "asc", ANA)).data)


async def until_left(store: MemoryStore, *names: str) -> None:
    for _ in range(500):
        if await left(store) == list(names):
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"left after 5 s: {await left(store)}")


async def test_threads_past_their_days_go_at_once_and_later_ones_in_time() -> None:
    store = MemoryStore()
    await aged(store, old=31, young=29)
    async with retaining(store, 30, every=0.02):
        await until_left(store, "young")
        await aged(store, also_old=40)
        await until_left(store, "young")


async def test_none_go_unless_that_is_wanted() -> None:
    store = MemoryStore()
    await aged(store, ancient=3000)
    async with retaining(store, 0, every=0.01):
        await asyncio.sleep(0.05)
    assert await left(store) == ["ancient"]


async def test_a_failure_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    class Away(MemoryStore):
        away = True

        async def delete_idle_threads(self, before: datetime) -> int:
            if self.away:
                self.away = False
                raise ConnectionError("the database restarts")
            return await super().delete_idle_threads(before)

    store = Away()
    await aged(store, old=31)
    with caplog.at_level(logging.INFO):
        async with retaining(store, 30, every=0.02):
            await until_left(store)
    assert "the next try is in 0 s" in caplog.text
