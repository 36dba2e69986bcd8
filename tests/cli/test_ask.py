"""`ask --server` against a server on this machine that answers like ours."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result

from app.cli import cli

ANSWER = {
    "response": "Run it. [1]",
    "sources": [{"title": "Install", "url": "https://docs.example.com/install"}],
}


class Answering(HTTPServer):
    """Answers every request alike, and keeps what it was asked."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = status
        self.body = body
        self.asked: list[tuple[str, object]] = []


class Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append((self.path, json.loads(self.rfile.read(length))))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        pass


@pytest.fixture
def answering() -> Iterator[Callable[[int, bytes], Answering]]:
    servers: list[Answering] = []

    def start(status: int, body: bytes) -> Answering:
        servers.append(Answering(status, body))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,)).start()
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(server: Answering | str) -> Result:
    url = server if isinstance(server, str) else f"http://127.0.0.1:{server.server_port}/"
    return CliRunner().invoke(cli, ["ask", "--server", url, "How?"])


def test_the_answer_and_its_sources(answering: Callable[[int, bytes], Answering]) -> None:
    server = answering(200, json.dumps(ANSWER).encode())
    ran = ask(server)
    assert ran.exit_code == 0
    assert ran.stdout == "Run it. [1]\n\n[1] Install\n    https://docs.example.com/install\n"
    assert server.asked == [("/chat", {"query": "How?"})]


@pytest.mark.parametrize(
    ("body", "said"), [(b'{"message": "No index."}', "No index."), (b"<html>", "Service Unavail")]
)
def test_a_refusal_is_told_in_the_servers_words(
    body: bytes, said: str, answering: Callable[[int, bytes], Answering]
) -> None:
    ran = ask(answering(503, body))
    assert ran.exit_code == 1
    assert ran.stderr.startswith("askdocs: http://127.0.0.1:")
    assert f"answered 503: {said}" in ran.stderr


def test_an_answer_of_something_else(answering: Callable[[int, bytes], Answering]) -> None:
    ran = ask(answering(200, b"<html>"))
    assert ran.exit_code == 1
    assert "is no askdocs server" in ran.stderr


def test_a_server_that_is_not_there() -> None:
    ran = ask("http://127.0.0.1:9")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("askdocs: http://127.0.0.1:9 does not answer: ")


def test_a_server_that_is_no_url() -> None:
    assert ask("localhost:8000").stderr == (
        "askdocs: --server is 'localhost:8000': it starts with http:// or https://\n"
    )
