import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.request import Request as Visit
from urllib.request import urlopen

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.cli.server import ServeError, address, listening, serve


async def _greeting(_: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


def test_a_taken_port_is_named_with_the_remedy() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port} of 127.0.0.1 is taken: .* --port"):
            listening("127.0.0.1", port)


def test_another_port_when_that_is_wanted() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listening("127.0.0.1", port, else_any=True) as second:
            assert second.getsockname()[1] not in {0, port}


def test_an_address_of_another_machine() -> None:
    with pytest.raises(ServeError, match=r"cannot listen on 192\.0\.2\.1 port 0: "):
        listening("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")],  # noqa: S104
)
def test_the_address_can_be_browsed_to(host: str, shown: str) -> None:
    with listening(host, 0) as listener:
        assert address(listener) == f"http://{shown}:{listener.getsockname()[1]}"


def _served(app: Starlette, meanwhile: Callable[[str], None]) -> None:
    """Serve in this thread, as the command does; `meanwhile` runs in another once it is up."""
    failures: list[BaseException] = []

    def visit() -> None:
        try:
            meanwhile(address(listener))
        except BaseException as error:  # noqa: BLE001 (carried to the test's own thread)
            failures.append(error)
        os.kill(os.getpid(), signal.SIGINT)

    with listening("127.0.0.1", 0) as listener, pytest.raises(KeyboardInterrupt):
        serve(app, listener, grace=1, ready=lambda: threading.Thread(target=visit).start())
    for failure in failures:
        raise failure


def test_it_serves_until_a_signal() -> None:
    app = Starlette(routes=[Route("/", _greeting)])

    def visit(url: str) -> None:
        with urlopen(url) as response:  # noqa: S310 (our own server)
            assert response.read() == b"hello"
            assert "server" not in response.headers

    _served(app, visit)


def test_the_peer_is_the_peer_whatever_a_header_says() -> None:
    async def peer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.client.host} {request.url.scheme}")

    def visit(url: str) -> None:
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        with urlopen(Visit(url, headers=forged)) as response:  # noqa: S310
            assert response.read() == b"127.0.0.1 http"

    _served(Starlette(routes=[Route("/", peer)]), visit)


def test_a_start_up_that_fails_raises_its_own_error_and_prints_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        raise LookupError("no collection")
        yield

    with listening("127.0.0.1", 0) as listener, pytest.raises(LookupError, match="no collection"):
        serve(Starlette(lifespan=lifespan), listener, grace=1, ready=lambda: None)
    assert capfd.readouterr() == ("", "")
