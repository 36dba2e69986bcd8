"""One URL chooses the store; what cannot work says why."""

import asyncio
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import aclosing, closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

import app.stores.migrations
from app.stores import StoreError, ThreadStore, open_store
from app.stores.engine import open_engine, parsed, sqlite_in_threads
from app.stores.ids import PREFIXES, new_id
from app.stores.schema import REVISION, metadata
from app.stores.sql import SqlStore
from app.stores.transactions import InThreads
from tests.stores.conftest import SQL_STORES, free_port, postgres
from tests.stores.samples import ANA, answer, ids, thread

SECRET = "hunter2"


async def opened(url: str) -> None:
    async with open_store(url):
        pass


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://root:hunter2@db/x", "mysql://…, which is no store"),
        ("hunter2", "without a scheme.*memory://, sqlite:///path/to/file.db, or postgresql://"),
        ("", "without a scheme"),
        ("sqlite://", "names no SQLite file"),
        ("sqlite:///", "names no SQLite file"),
        ("sqlite://data/threads.db", "three slashes"),
        ("sqlite+pysqlite:///threads.db", "write sqlite:// instead"),
        ("postgresql+asyncpg://ana:hunter2@db/x", "write postgresql:// instead"),
        ("postgresql://ana:hun/ter2@db:port/x", "rest of it is no URL.*%40"),
    ],
)
async def test_a_url_that_cannot_work_says_what_can(url: str, says: str):
    with pytest.raises(StoreError, match=says) as caught:
        await opened(url)
    assert SECRET not in str(caught.value)


async def test_a_database_that_does_not_answer_is_named_without_its_password():
    port = free_port()
    with pytest.raises(StoreError, match=rf"ana:\*\*\*@127.0.0.1:{port}/x") as caught:
        await opened(f"postgresql://ana:{SECRET}@127.0.0.1:{port}/x")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_urls_are_taken_as_hosting_providers_write_them(scheme: str):
    url = parsed(f"{scheme}://ana:s%40fe@db.example:6543/threads?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.host, url.port, url.password) == ("db.example", 6543, "s@fe")
    assert url.query == {"sslmode": "require"}


@pytest.mark.postgres
async def test_a_providers_url_opens(postgres_database: str):
    url = postgres_database.replace("postgresql://", "postgres://", 1)
    await opened(url if "sslmode=" in url else f"{url}{'&' if '?' in url else '?'}sslmode=prefer")


async def test_a_relative_file_is_made_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    await opened("sqlite:///data/new/threads.db")
    file = tmp_path / "data/new/threads.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("Not a database, but somebody's notes. " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt.*not a database"):
        await opened(f"sqlite:///{file}")
    assert file.read_text().startswith("Not a database")


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/threads\.db.*File exists"):
        await opened(f"sqlite:///{tmp_path}/file/threads.db")


def test_nobody_pays_for_a_store_that_was_not_chosen():
    program = (
        "import sys, asyncio\n"
        "from app.stores import open_store\n"
        "async def main():\n"
        "    async with open_store('memory://') as store: await store.ping()\n"
        "asyncio.run(main())\n"
        "print({'sqlalchemy', 'alembic', 'psycopg', 'agents'} & sys.modules.keys() or 'none')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert run.stdout == "none\n"


# What is on disk


async def test_threads_are_there_when_the_store_is_opened_again(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/threads.db"
    async with open_store(url) as store:
        await store.save_thread(thread(title="Hooks"), ANA)
        await store.add_thread_item("thr_1", answer("m0"), ANA)
    async with open_store(url) as store:
        assert (await store.load_thread("thr_1", ANA)).title == "Hooks"
        assert await store.load_item("thr_1", "m0", ANA) == answer("m0")


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
async def test_a_store_finishes_its_saves_before_it_closes(database_url: str):
    async with open_store(database_url) as store:
        await store.save_thread(thread(), ANA)
        save = asyncio.create_task(store.add_thread_item("thr_1", answer("last"), ANA))
        await asyncio.sleep(0)
        save.cancel()
    async with open_store(database_url) as store:
        assert (await store.load_item("thr_1", "last", ANA)).id == "last"


async def test_every_connection_has_the_settings_that_keep_an_acknowledged_write(tmp_path: Path):
    async with (
        open_engine(f"sqlite:///{tmp_path}/threads.db") as engine,
        engine.connect() as first,
        engine.connect() as second,
    ):
        for connection in (first, second):
            found = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert found == ["wal", 2, 1, 15_000]


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
@pytest.mark.usefixtures("store")
async def test_the_migrations_make_the_tables_of_the_schema(database_url: str):
    engine = create_async_engine(parsed(database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    await engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(Path(app.stores.migrations.__file__).parent))
    assert [found] == ScriptDirectory.from_config(config).get_heads() == [REVISION]


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
@pytest.mark.usefixtures("store")
async def test_a_newer_schema_is_refused(database_url: str):
    engine = create_async_engine(parsed(database_url))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    await engine.dispose()
    with pytest.raises(
        StoreError, match=r"schema '0999'.*newer askdocs wrote it.*upgrade this one"
    ):
        await opened(database_url)


async def test_a_new_file_that_another_process_is_just_making_is_waited_for(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "threads.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.3, other.execute, "COMMIT")
        await opened(f"sqlite:///{tmp_path}/threads.db")


OPEN_AND_WRITE = """
import asyncio, sys
from app.stores import open_store
from tests.stores.samples import ANA, question, thread
async def main(url, name):
    async with open_store(url) as store:
        await store.save_thread(thread(), ANA)
        for n in range(10):
            await store.add_thread_item("thr_1", question(f"{name}-{n}"), ANA)
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
async def test_processes_that_start_at_once_on_a_new_database_lose_nothing(database_url: str):
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN_AND_WRITE, database_url, str(n), stderr=subprocess.PIPE
        )
        for n in range(2)
    ]
    errors = [stderr.decode() for _, stderr in [await w.communicate() for w in writers]]
    assert errors == [""] * 2
    async with open_store(database_url) as store:
        found = await store.load_thread_items("thr_1", None, 100, "asc", ANA)
    assert len(set(ids(found.data))) == 20


WRITE_FOR_EVER = """
import asyncio, itertools, sys
from app.stores import open_store
from tests.stores.samples import ANA, question, thread
async def main(url, name):
    async with open_store(url) as store:
        await store.save_thread(thread(), ANA)
        for n in itertools.count():
            await store.add_thread_item("thr_1", question(f"{name}-{n}", minutes=n), ANA)
            print(f"{name}-{n}", flush=True)
asyncio.run(main(*sys.argv[1:]))
"""


async def acknowledged_until_killed(url: str, name: str, count: int) -> list[str]:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE_FOR_EVER, url, name, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    acknowledged = [(await writer.stdout.readline()).decode().strip() for _ in range(count)]
    writer.kill()
    acknowledged += (await writer.stdout.read()).decode().split()
    await writer.wait()
    return acknowledged


async def test_a_killed_process_loses_no_acknowledged_item(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/threads.db"
    acknowledged: list[str] = []
    for name in ("first", "second", "third"):
        acknowledged += await acknowledged_until_killed(url, name, 25)
    await all_there(url, acknowledged)
    with closing(sqlite3.connect(tmp_path / "threads.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def all_there(url: str, acknowledged: list[str]) -> None:
    assert len(acknowledged) >= 75
    async with open_store(url) as store:
        for item_id in acknowledged:
            assert (await store.load_item("thr_1", item_id, ANA)).id == item_id


@pytest.mark.postgres
async def test_a_killed_postgresql_loses_no_acknowledged_item():
    acknowledged: list[str] = []
    with postgres() as server:
        server.start()
        for name in ("first", "second", "third"):
            writer = await asyncio.create_subprocess_exec(
                sys.executable, "-c", WRITE_FOR_EVER, server.url, name,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            assert writer.stdout is not None
            acknowledged += [(await writer.stdout.readline()).decode().strip() for _ in range(25)]
            server.kill()
            acknowledged += (await writer.stdout.read()).decode().split()
            assert await writer.wait() != 0
            server.start()
        await all_there(server.url, acknowledged)


@pytest.mark.postgres
async def test_a_store_goes_on_when_its_postgresql_was_started_again():
    with postgres() as server:
        server.start()
        async with open_store(server.url) as store:
            await store.save_thread(thread(), ANA)
            server.kill()
            with pytest.raises(DBAPIError):
                await store.ping()
            server.start()
            await store.add_thread_item("thr_1", answer("m0"), ANA)
            assert (await store.load_item("thr_1", "m0", ANA)).id == "m0"


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
async def test_ids_of_deleted_threads_are_forgotten_in_time(store: ThreadStore, database_url: str):
    await store.save_thread(thread(), ANA)
    await store.delete_thread("thr_1", ANA)
    engine = create_async_engine(parsed(database_url))
    for age, left in ((0, 1), (10**12, 0)):
        async with engine.begin() as connection:
            await connection.execute(
                text("UPDATE deleted_threads SET deleted = deleted - :age"), {"age": age}
            )
        await opened(database_url)
        async with engine.connect() as connection:
            count = await connection.scalar(text("SELECT count(*) FROM deleted_threads"))
        assert count == left
    await engine.dispose()


async def test_a_page_is_read_from_an_index(tmp_path: Path):
    """However long the thread or the list: nothing is scanned, nothing sorted."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def asking(_c: object, _cursor: object, sql: str, values: tuple[object, ...], *_: object):
        if " LIMIT " in sql:
            asked.append((sql, values))

    url = f"sqlite:///{tmp_path}/threads.db"
    async with open_store(url):
        pass
    engine = sqlite_in_threads(url)
    async with aclosing(InThreads(engine)) as transactions:
        store = SqlStore(transactions)
        await store.save_thread(thread(), ANA)
        await store.add_thread_item("thr_1", answer("m0"), ANA)
        event.listen(engine, "before_cursor_execute", asking)
        await store.load_thread_items("thr_1", "m0", 20, "desc", ANA)
        await store.load_thread_items("thr_1", None, 20, "asc", ANA)
        await store.load_threads(20, "thr_1", "desc", ANA)
        event.remove(engine, "before_cursor_execute", asking)
        with engine.connect() as connection:
            explained = [
                connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
                for sql, values in asked
            ]
            plans = [[step.detail for step in plan] for plan in explained]
    assert plans == [
        ["SEARCH items USING INDEX items_in_order (thread_id=? AND created<?)"],
        ["SEARCH items USING INDEX items_in_order (thread_id=?)"],
        ["SEARCH threads USING INDEX threads_in_order (owner=? AND created<?)"],
    ]


def test_ids_have_128_bits_sort_by_time_and_keep_chatkits_prefixes():
    made = [new_id("thread") for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(re.fullmatch(r"thr_[0-9a-v]{26}", id_) for id_ in made)
    times = [id_[:13] for id_ in made]  # 45 of the 48 bits
    assert times == sorted(times)
    assert {kind: new_id(kind).partition("_")[0] for kind in PREFIXES} == PREFIXES
