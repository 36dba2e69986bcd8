"""How much a request may send, over real connections."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from app.guard.body import BodyLimit
from tests.fakes.servers import running

LIMIT = 1000


def limited(app: ASGIApp) -> ASGIApp:
    return BodyLimit(Starlette(routes=[Mount("/", app)]), LIMIT)


class Echo:
    """Answers with the size of the body; keeps what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert not message["more_body"]
        self.bodies.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % len(message["body"])})


async def pieces(size: int) -> AsyncIterator[bytes]:
    """A chunked body: nothing declares its length."""
    for start in range(0, size, 100):
        yield b"x" * min(100, size - start)
        await asyncio.sleep(0)


@pytest.mark.parametrize("size", [0, 1, LIMIT])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_within_the_limit_arrives_whole(size: int, chunked: bool):
    echo = Echo()
    async with running(limited(echo)) as url, httpx.AsyncClient() as client:
        body = pieces(size) if chunked else b"x" * size
        response = await client.post(url, content=body)
    assert (response.status_code, response.text) == (200, str(size))
    assert echo.bodies == [b"x" * size]


@pytest.mark.parametrize("size", [LIMIT + 1, 300_000])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_larger_body_is_refused_before_anything_runs(
    size: int,
    chunked: bool,
):
    echo = Echo()
    async with running(limited(echo)) as url, httpx.AsyncClient() as client:
        body = pieces(size) if chunked else b"x" * size
        response = await client.post(url, content=body)
    assert response.status_code == 413
    message = "The request is larger than 1,000 bytes: send a shorter message."
    assert response.json() == {"message": message}
    assert echo.bodies == []


async def test_a_length_that_lies_is_counted():
    """A server that passes on more than was declared is not believed."""
    echo = Echo()
    parts = [b"x" * 600, b"x" * 600]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    sent: list[int] = []

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])  # type: ignore[arg-type]

    scope = {"type": "http", "method": "POST", "headers": [(b"content-length", b"10")]}
    await BodyLimit(echo, LIMIT)(scope, receive, send)  # type: ignore[arg-type]
    assert sent == [413]
    assert echo.bodies == []


async def test_a_reader_who_leaves_in_the_middle_of_the_body_runs_nothing():
    echo = Echo()
    async with running(limited(echo)) as url:
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"POST / HTTP/1.1\r\nHost: ask.test\r\nContent-Length: 500\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)
    assert echo.bodies == []


async def test_the_answer_streams_and_the_application_hears_that_its_reader_left():
    heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        heard.set_result((await receive())["type"])

    async with running(limited(app)) as url:
        async with (
            httpx.AsyncClient() as client,
            client.stream("POST", url, content=b"{}") as response,
        ):
            assert await anext(response.aiter_bytes()) == b"first"
            assert not heard.done()
        assert await asyncio.wait_for(heard, 5) == "http.disconnect"
