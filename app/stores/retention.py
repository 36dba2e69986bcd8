"""Threads that nobody added to for long go, if the owner of the site wants that."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from app.stores.base import ThreadStore

logger = logging.getLogger(__name__)

HOUR = 3600.0


@asynccontextmanager
async def retaining(
    store: ThreadStore, days: int, *, every: float = HOUR
) -> AsyncGenerator[None, None]:
    """While this is open, threads idle for more than `days` are deleted: now, and then `every` so
    many seconds. 0 days keeps all. Several servers may do it to one database at the same time."""
    if days == 0:
        yield
        return
    sweeping = asyncio.create_task(_sweep(store, timedelta(days=days), every))
    try:
        yield
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])


async def _sweep(store: ThreadStore, age: timedelta, every: float) -> None:
    while True:
        try:
            if count := await store.delete_idle_threads(datetime.now(UTC) - age):
                logger.info("%d threads were idle for %d days: deleted", count, age.days)
        except Exception:
            logger.exception("idle threads were not deleted; the next try is in %.0f s", every)
        await asyncio.sleep(every)
