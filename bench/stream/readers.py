"""Readers: what they ask, what they get, and when. Reading costs as little as it can; what was
read is understood afterwards."""

import asyncio
import re
import socket
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import orjson

from bench.stream.provider import age

_DELTA = re.compile(
    rb'data: (\{"type":"thread\.item\.updated","item_id":"[^"]+","update":\{"type":'
    rb'"assistant_message\.content_part\.text_delta","content_index":0,"delta":"([^"]*)"\}\})\n\n'
)
_STAMP = re.compile(r" ([0-9a-z]{5})")
_CHUNKED = re.compile(rb"(?:^|\r\n)[0-9a-f]+\r\n")
SMALL = 16_384  # bytes that a stalled reader's own socket holds


_numbers = count(1)


def question(tokens: int, rate: int) -> bytes:
    """No two are the same: a message that is sent twice would be answered once."""
    number = next(_numbers)
    asked = f"How do I index the docs of my site {number}? [{tokens} tokens at {rate}/s]"
    said = {
        "content": [{"type": "input_text", "text": asked}],
        "quoted_text": "",
        "attachments": [],
        "inference_options": {},
    }
    return orjson.dumps({"type": "threads.create", "params": {"input": said}})


@dataclass
class Reader(asyncio.Protocol):
    """One question over one connection."""

    head: bytes
    body: bytes
    stalls: bool = False
    asked: float = 0.0
    reads: list[tuple[float, bytes]] = field(default_factory=list[tuple[float, bytes]])
    first: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the first text."""
    done: asyncio.Event = field(default_factory=asyncio.Event)
    whole: bool = False
    """Whether the answer came to its end."""
    transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.asked = time.monotonic()
        self.transport.write(self.head + self.body)

    def data_received(self, data: bytes) -> None:
        self.reads.append((time.monotonic(), data))
        if not self.first.is_set() and b"text_delta" in data:
            self.first.set()
            if self.stalls:
                self.transport.pause_reading()
        if data.endswith(b"0\r\n\r\n"):
            self.whole = True
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.done.set()

    def leave(self) -> None:
        self.transport.abort()

    def lags(self, since: float, until: float) -> list[float]:
        """Seconds from the provider's sending to here, of each token that came in between."""
        return [
            age(stamped, at)
            for at, data in self.reads
            if since <= at < until
            for _, delta in _DELTA.findall(data)
            for stamped in _STAMP.findall(delta.decode())
        ]

    def first_token(self) -> float:
        """Seconds from the question to the first text."""
        return next(at for at, data in self.reads if b"text_delta" in data) - self.asked

    def text(self) -> bytes:
        """The body, without what HTTP put around its pieces."""
        return _CHUNKED.sub(b"", b"".join(data for _, data in self.reads))

    def deltas(self) -> list[tuple[bytes, bytes]]:
        """Each delta's frame and text."""
        return _DELTA.findall(self.text())


@dataclass
class Readers:
    """Where they ask, as whom."""

    url: str
    token: str = ""

    @classmethod
    async def of(cls, url: str, *, identity: bool) -> "Readers":
        if not identity:
            return cls(url)
        issued = orjson.loads(await request(url, "POST", "/session"))
        return cls(url, issued["token"])

    async def ask(self, tokens: int, rate: int, *, stalls: bool = False) -> Reader:
        body = question(tokens, rate)
        bearer = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        head = (
            f"POST /chatkit HTTP/1.1\r\nHost: {_netloc(self.url)}\r\n{bearer}"
            "Content-Type: application/json\r\nAccept: text/event-stream\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        sock = socket.socket()
        sock.setblocking(False)
        if stalls:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, _address(self.url))
        reader = Reader(head, body, stalls)
        await loop.create_connection(lambda: reader, sock=sock)
        return reader

    async def answered(self, tokens: int, rate: int = 0) -> Reader:
        reader = await self.ask(tokens, rate)
        await asyncio.wait_for(reader.done.wait(), 100)
        return reader


async def request(url: str, method: str, path: str) -> bytes:
    """The body of an answer with a Content-Length."""
    stream, writer = await asyncio.open_connection(*_address(url))
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: {_netloc(url)}\r\nContent-Length: 0\r\n\r\n".encode()
    )
    head = await stream.readuntil(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    body = await stream.readexactly(int(cast("re.Match[bytes]", found).group(1)))
    writer.close()
    return body


def _netloc(url: str) -> str:
    return url.removeprefix("http://")


def _address(url: str) -> tuple[str, int]:
    host, _, port = _netloc(url).partition(":")
    return host, int(port)
