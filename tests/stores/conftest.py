"""Every store, open and empty; PostgreSQL from Debian's packages unless a URL is given."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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


@dataclass
class Postgres:
    """A server of our own, in a folder."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://askdocs@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self._run(
            "initdb", "-U", "askdocs", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )

    def start(self, *options: str) -> None:
        given = f"-p {self.port} -c unix_socket_directories= -c listen_addresses=127.0.0.1"
        log = ["-w", "-l", f"{self.folder}/log"]
        self._run("pg_ctl", *log, "-o", " ".join((given, *options)), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def kill(self) -> None:
        """kill -9, the postmaster first: nothing is left that could tidy up."""
        postmaster = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        killed = (postmaster, *map(int, children))
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in killed:
            while alive(pid):
                time.sleep(0.01)
        # It names a process that may stay a zombie for long: PostgreSQL takes that for alive.
        (self.folder / "data/postmaster.pid").unlink()

    def _run(self, program: str, *arguments: str) -> None:
        as_postgres(str(self.programs / program), "-D", f"{self.folder}/data", *arguments)


def alive(pid: int) -> bool:
    """Not so for a zombie, which holds nothing any more."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Made, not started."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing("no PostgreSQL: install Debian's postgresql, or set ASKDOCS_TEST_POSTGRES_URL")
    folder = tempfile.mkdtemp(prefix="askdocs-postgres-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(programs[-1], Path(folder), free_port())
    server.make()
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server's maintenance database."""
    if given := os.environ.get("ASKDOCS_TEST_POSTGRES_URL"):
        yield given
        return
    with postgres() as server:
        server.start("-c fsync=off")
        yield server.url


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
