"""Sixteen servers' worth of processes on one PostgreSQL, two hundred readers at once."""

import asyncio
import subprocess
import sys
from collections import Counter

import psycopg
import pytest

from app.context import RequestContext
from app.stores import ThreadStore, open_store
from tests.stores.samples import ids, thread

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]

PROCESSES, READERS, TURNS = 16, 200, 3
SHARED = RequestContext(owner="guest_shared")
"""One reader with a tab open on every server."""

READ_AND_WRITE = """
import asyncio, sys
from app.context import RequestContext
from app.stores import open_store
from tests.stores.samples import answer, question, thread
from tests.stores.test_many_processes import PROCESSES, READERS, SHARED, TURNS

async def reader(store, n):
    mine, id_ = RequestContext(owner=f"guest_{n}"), f"thr_{n}"
    await store.save_thread(thread(id_), mine)
    for turn in range(TURNS):
        await store.add_thread_item(id_, question(f"q{turn}", id_, turn), mine)
        await store.add_thread_item("thr_shared", question(f"{n}-{turn}", "thr_shared"), SHARED)
        await store.load_visible_items(id_, None, 20, "desc", mine)
        await store.add_thread_item(id_, answer(f"a{turn}", id_, turn + 0.5), mine)
        await store.save_feedback(id_, [f"a{turn}"], "positive", mine)
    await store.delete_items_after(id_, f"a{TURNS - 2}", mine)

async def main(url, process):
    async with open_store(url) as store:
        print("open", flush=True)
        sys.stdin.readline()
        await asyncio.gather(*(reader(store, n) for n in range(process, READERS, PROCESSES)))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def process(url: str, number: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", READ_AND_WRITE, url, str(number),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_no_update_is_lost_nothing_deadlocks_and_every_connection_is_closed(
    database_url: str,
) -> None:
    async with open_store(database_url) as store:
        await store.save_thread(thread("thr_shared"), SHARED)
    writers = [await process(database_url, n) for n in range(PROCESSES)]
    for writer in writers:
        assert writer.stdout
        assert await writer.stdout.readline() == b"open\n"
    errors = await asyncio.gather(*(writer.communicate(b"\n") for writer in writers))
    assert [stderr.decode() for _, stderr in errors] == [""] * PROCESSES
    async with open_store(database_url) as store:
        for n in range(READERS):
            mine = RequestContext(owner=f"guest_{n}")
            found = ids((await store.load_thread_items(f"thr_{n}", None, 100, "asc", mine)).data)
            expected = [f"{kind}{turn}" for turn in range(TURNS) for kind in "qa"][:-2]
            assert found == expected
            assert len(await store.load_feedback(f"thr_{n}", mine)) == TURNS
        assert await count_shared(store) == READERS * TURNS
    with psycopg.connect(database_url) as connection:
        name = connection.info.dbname
        left = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        ).fetchone()
        deadlocks = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [name]
        ).fetchone()
    assert (left, deadlocks) == ((0,), (0,))


async def count_shared(store: ThreadStore) -> int:
    found: Counter[str] = Counter()
    after = None
    while True:
        page = await store.load_thread_items("thr_shared", after, 100, "asc", SHARED)
        found.update(ids(page.data))
        if not page.has_more:
            return len(found)
        after = page.after
