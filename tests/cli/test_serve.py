"""`askdocs serve` as its own process."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.cli.conftest import SCRIPT, Run


@pytest.fixture
def server(tmp_path: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [SCRIPT, "serve", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_it_says_where_to_browse_serves_and_ends_quietly(server: subprocess.Popen[str]) -> None:
    assert server.stderr
    said, url = server.stderr.readline().split(" http")
    assert said == "Browse to"
    with urlopen(f"http{url.strip()}/healthz") as response:  # noqa: S310 (our own server)
        assert json.load(response) == {"status": "ok"}
    with pytest.raises(HTTPError, match="503") as caught:
        urlopen(f"http{url.strip()}/readyz")  # noqa: S310 (our own server)
    with caught.value as refused:
        assert "run askdocs ingest" in json.load(refused)["parts"]["collection"]
    server.send_signal(signal.SIGINT)
    assert server.wait(20) == 130
    assert server.stderr.read() == ""


def test_a_taken_port_is_told_in_one_line(askdocs: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = askdocs("serve", PORT=str(port))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"askdocs: port {port} of 127.0.0.1 is taken: choose another with --port\n"
    )


def test_a_store_that_cannot_be_opened_is_told_in_one_line(askdocs: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("no database at all, though as long as one" * 100)
    ran = askdocs("serve", "--port", "0", DATABASE_URL="sqlite:///broken.db")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("askdocs: ")
    assert ran.stderr.count("\n") == 1
    assert "broken.db" in ran.stderr
