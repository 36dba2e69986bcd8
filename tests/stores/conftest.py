"""Every store, open and empty; PostgreSQL from Debian's packages unless a URL is given."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.stores import ThreadStore, open_store

STORES = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
SQL_STORES = STORES[1:]


def missing(reason: str) -> None:
    if os.environ.get("ASKDOCS_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def as_postgres(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    prefix = drop if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server's maintenance database."""
    if given := os.environ.get("ASKDOCS_TEST_POSTGRES_URL"):
        yield given
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing("no PostgreSQL: install Debian's postgresql, or set ASKDOCS_TEST_POSTGRES_URL")
    initdb, pg_ctl = str(programs[-1] / "initdb"), str(programs[-1] / "pg_ctl")
    folder = tempfile.mkdtemp(prefix="askdocs-postgres-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, log, port = f"{folder}/data", f"{folder}/log", free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    as_postgres(
        initdb, "-D", data, "-U", "askdocs", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-sync",
    )  # fmt: skip
    as_postgres(pg_ctl, "-D", data, "-w", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql://askdocs@127.0.0.1:{port}/postgres"
    finally:
        as_postgres(pg_ctl, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """The URL of a database of this session's own: making one costs 0.2 s, emptying it nothing."""
    import psycopg  # noqa: PLC0415 - an optional extra

    name = f"askdocs_test_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    server, _, query = postgres_server.partition("?")
    url = f"{server.rpartition('/')[0]}/{name}"
    yield f"{url}?{query}" if query else url
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for the store named by the parameter."""
    match request.param:
        case "memory":
            return "memory://"
        case "sqlite":
            return f"sqlite:///{tmp_path}/threads.db"
        case _:
            import psycopg  # noqa: PLC0415 - an optional extra

            url: str = request.getfixturevalue("postgres_database")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute("CREATE SCHEMA public")
            return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[ThreadStore]:
    async with open_store(database_url) as store:
        yield store
