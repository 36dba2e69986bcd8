"""The connections of SqlStore: one URL, SQLite's or PostgreSQL's."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.stores.base import StoreError
from app.stores.migrations import migrate

BUSY_MILLISECONDS = 15_000
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


@asynccontextmanager
async def open_engine(database_url: str, *, new: bool = True) -> AsyncGenerator[AsyncEngine]:
    """Open, with its schema up to date. Raises StoreError when that cannot be, and for a SQLite
    file that is not there unless it may be `new`."""
    url = parsed(database_url)
    sqlite = url.get_backend_name() == "sqlite"
    engine = sqlite_engine(url, new=new) if sqlite else postgres_engine(url)
    try:
        try:
            await prepare(engine)
        except DBAPIError as error:
            raise StoreError(f"Cannot use the database {url!r}: {error.orig}") from error
        yield engine
    finally:
        await engine.dispose()


async def prepare(engine: AsyncEngine) -> None:
    """Two processes that open a new SQLite file both turn its journal to WAL: the second is told
    that the database is locked, at once, whatever the busy time-out. So it tries again."""
    give_up = asyncio.get_running_loop().time() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            return await migrate(engine)
        except DBAPIError as error:
            busy = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_BUSY"
            if not busy or asyncio.get_running_loop().time() > give_up:
                raise
        await asyncio.sleep(0.05)


def parsed(database_url: str) -> URL:
    """With the driver of ours. `repr` of the result hides the password."""
    scheme = database_url.partition("://")[0]
    driver = DRIVERS.get(scheme.lower())
    if scheme == "memory":
        raise StoreError("DATABASE_URL is memory://, which keeps nothing: name a database.")
    if driver is None:
        raise StoreError(
            f"DATABASE_URL starts with {scheme}://, a driver that askdocs does not use: "
            f"write {scheme.partition('+')[0]}:// instead."
        )
    try:
        return make_url(driver + database_url[len(scheme) :])
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            f"DATABASE_URL starts with {scheme}:// but the rest of it is no URL: characters such "
            "as @ : / in a password are written as %40 %3A %2F."
        ) from error


def sqlite_engine(url: URL, *, new: bool) -> AsyncEngine:
    """Waits for other processes' writes, and loses no acknowledged one to a kill or power cut."""
    if not url.database or url.host:
        raise StoreError(
            "DATABASE_URL names no SQLite file: write sqlite:///data/askdocs.db (three slashes, "
            "relative), sqlite:////srv/askdocs.db (four, absolute), or memory://."
        )
    if not new and not Path(url.database).exists():
        raise StoreError(
            f"There is no database {url.database!r}: are DATABASE_URL and --data those of the "
            "server?"
        )
    make_file(Path(url.database))
    engine = create_async_engine(url, pool_size=5, max_overflow=0)
    configure(engine.sync_engine)
    return engine


def sqlite_in_threads(database_url: str) -> Engine:
    """The same without asynchronous driver, for a file that is there."""
    engine = create_engine(parsed(database_url).set(drivername="sqlite"), pool_size=5)
    configure(engine)
    return engine


def configure(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # `begun` begins, instead of the driver's own guess
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once, whatever the time-out,
        # if another wrote in between: so one that will write says so when it begins.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    _ = connected, begun  # their decorators registered them; pyright takes them for unused


def make_file(path: Path) -> None:
    """Readers' conversations: for the eyes of this user alone, where it is not there already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"Cannot write the database file {str(path)!r}: {error.strerror}."
        ) from error


def postgres_engine(url: URL) -> AsyncEngine:
    """Five connections: sixteen processes of them fit PostgreSQL's usual hundred."""
    if find_spec("psycopg") is None:
        raise StoreError(
            "PostgreSQL needs its driver: pip install 'askdocs[postgres]', or use sqlite:///…"
        )
    return create_async_engine(
        url,
        pool_size=5,
        max_overflow=0,
        pool_pre_ping=True,  # a database that was restarted costs no request its answer
        connect_args={
            "connect_timeout": 10,  # seconds
            "tcp_user_timeout": 15_000,  # milliseconds until a connection counts as dead
            "prepare_threshold": None,  # PgBouncer passes no prepared statements on
            **url.query,
        },
    )
