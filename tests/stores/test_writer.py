"""SQLite's one writer: what waits together is committed together, and fails apart."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from app.stores.engine import configure
from app.stores.writer import Work, Writer


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path}/numbers.db", pool_size=1)
    configure(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY, data BLOB)"))
    yield engine
    engine.dispose()


def kept(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT n FROM numbers ORDER BY n")))


def adding(n: int, size: int = 1) -> Work[int]:
    def add(connection: Connection) -> int:
        insert = text("INSERT INTO numbers VALUES (:n, zeroblob(:size))")
        connection.execute(insert, {"n": n, "size": size})
        return n

    return add


def failing(n: int) -> Work[int]:
    def fail(connection: Connection) -> int:
        adding(n)(connection)
        raise LookupError(n)

    return fail


async def together(engine: Engine, *works: Work[int]) -> list[int | BaseException]:
    """What each gave, all having waited for one that was at work."""
    begun, hold = Event(), Event()

    def holding(_: Connection) -> bool:
        begun.set()
        return hold.wait(10)

    writer = Writer(engine)
    try:
        held = writer.write(holding)
        assert await asyncio.to_thread(begun.wait, 10)
        waiting = [writer.write(work) for work in works]
        hold.set()
        assert await held
        return await asyncio.gather(*waiting, return_exceptions=True)
    finally:
        hold.set()
        writer.close()


async def test_what_waits_together_is_committed_once(engine: Engine):
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)
    assert await together(engine, *map(adding, range(20))) == list(range(20))
    assert kept(engine) == list(range(20))
    assert len(commits) == 2  # of the one that was at work, and of the twenty


async def test_what_fails_is_undone_alone(engine: Engine):
    one, two, three, four = await together(engine, adding(1), failing(2), adding(1), adding(4))
    assert (one, four) == (1, 4)
    assert isinstance(two, LookupError)
    assert "UNIQUE" in str(three)
    assert kept(engine) == [1, 4]


async def test_one_alone_that_fails_is_undone(engine: Engine):
    writer = Writer(engine)
    with pytest.raises(LookupError):
        await writer.write(failing(1))
    assert await writer.write(adding(2)) == 2
    writer.close()
    assert kept(engine) == [2]


@pytest.mark.parametrize("large", [0, 1, 2])
async def test_on_a_full_disk_nothing_is_kept_that_was_called_a_failure(engine: Engine, large: int):
    """And nothing lost that was not: SQLite may give up the whole transaction."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 40")
    works = [adding(n, 1_000_000 if n == large else 1) for n in range(3)]
    told = await together(engine, *works)
    assert isinstance(told[large], OperationalError)
    assert "full" in str(told[large])
    assert kept(engine) == [n for n in told if isinstance(n, int)]


async def test_more_than_is_committed_at_once_is_written_all_the_same(engine: Engine):
    assert await together(engine, *map(adding, range(200))) == list(range(200))
    assert kept(engine) == list(range(200))


async def test_a_close_waits_for_what_was_asked(engine: Engine):
    writer = Writer(engine)
    waiting = [writer.write(adding(n)) for n in range(5)]
    writer.close()
    assert kept(engine) == list(range(5))
    assert await asyncio.gather(*waiting) == list(range(5))
