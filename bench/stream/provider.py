"""A provider of Chat Completions that is never the bottleneck, as a process of its own.

The reader's question says what is answered: `[400 tokens at 0/s]`; 0 is as fast as they are read.
Each token is a space and the time at which it was sent, so that whoever reads it knows its lag;
every fiftieth is a citation.
"""

import asyncio
import re
import socket
import time
from collections import defaultdict
from typing import Any

import orjson
import uvloop

ASKED = re.compile(rb"\[(\d+) tokens at (\d+)/s\]")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TICK = 0.001  # seconds; streams at a pace are spread over the ticks of one period
BURST = 20  # tokens that leave in one write, where there is no pace

_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n"
)
_CHUNK = (
    b'data: {"id":"gen-1764000000-AbCdEfGhIjKlMnOpQrSt","provider":"Bench","model":"bench/fake",'
    b'"object":"chat.completion.chunk","created":1764000000,"choices":[{"index":0,"delta":'
    b'{"role":"assistant","content":"%s"},"finish_reason":%s,"native_finish_reason":null,'
    b'"logprobs":null}]}\n\n'
)
_USAGE = (
    b'data: {"id":"gen-1764000000-AbCdEfGhIjKlMnOpQrSt","provider":"Bench","model":"bench/fake",'
    b'"object":"chat.completion.chunk","created":1764000000,"choices":[],"usage":'
    b'{"prompt_tokens":900,"completion_tokens":400,"total_tokens":1300}}\n\n'
)


def stamp(at: float) -> str:
    """Microseconds of the monotonic clock, which all processes share, in five digits: a minute."""
    micros = int(at * 1_000_000) % 36**5
    digits = ""
    for _ in range(5):
        micros, digit = divmod(micros, 36)
        digits = DIGITS[digit] + digits
    return digits


def age(stamped: str, now: float) -> float:
    """Seconds since the stamp was made."""
    return ((int(now * 1_000_000) - int(stamped, 36)) % 36**5) / 1_000_000


def _framed(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


class Provider:
    """What all connections share."""

    def __init__(self) -> None:
        self.open = 0
        self.left: list[float] = []
        """When clients left in mid-answer."""
        self.paced: defaultdict[int, set[Connection]] = defaultdict(set)

    async def run(self, rate: int) -> None:
        """Send each paced stream its token, one phase of the period a tick."""
        phases = max(1, round(1 / rate / TICK))
        start, tick = time.monotonic(), 0
        while True:
            tick += 1
            await asyncio.sleep(max(0.0, start + tick * TICK - time.monotonic()))
            for connection in tuple(self.paced[tick % phases]):
                connection.send(1)

    def stats(self) -> bytes:
        said = orjson.dumps({"open": self.open, "left": self.left})
        self.left = []
        return said


class Connection(asyncio.Protocol):
    def __init__(self, provider: Provider, phases: dict[int, int]) -> None:
        self._provider = provider
        self._phases = phases
        self._received = b""
        self._transport: Any = None
        self._sent = 0
        self._tokens = 0
        self._phase: int | None = None
        self._writable = True
        self._answering = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not found or (length and len(body) < int(length.group(1))):
            return
        self._received = b""
        if head.startswith(b"GET"):
            said = self._provider.stats()
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(said))
            self._transport.write(said)
        else:
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        asked = ASKED.findall(body)
        tokens, rate = (int(part) for part in asked[-1])
        if b'"max_tokens"' in body:  # a title
            tokens, rate = 3, 0
        self._sent, self._tokens, self._answering = 0, tokens, True
        self._provider.open += 1
        self._transport.write(_HEAD)
        if rate:
            self._phases[rate] = self._phases.get(rate, 0) + 7
            self._phase = self._phases[rate] % max(1, round(1 / rate / TICK))
            self._provider.paced[self._phase].add(self)
        else:
            self._flood()

    def _flood(self) -> None:
        if self._answering and self._phase is None and self._writable:
            self.send(BURST)
            asyncio.get_running_loop().call_soon(self._flood)

    def send(self, tokens: int) -> None:
        tokens = min(tokens, self._tokens - self._sent)
        now = stamp(time.monotonic()).encode()
        body = b""
        for _ in range(tokens):
            self._sent += 1
            body += _CHUNK % (b" [1]" if self._sent % 50 == 0 else b" " + now, b"null")
        if self._sent < self._tokens:
            self._transport.write(_framed(body))
            return
        ending = body + _CHUNK % (b"", b'"stop"') + _USAGE + b"data: [DONE]\n\n"
        self._transport.write(_framed(ending) + b"0\r\n\r\n")
        self._end()

    def _end(self) -> None:
        self._answering = False
        self._provider.open -= 1
        if self._phase is not None:
            self._provider.paced[self._phase].discard(self)
            self._phase = None

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._flood()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering:
            self._provider.left.append(time.monotonic())
            self._end()


async def serve(rate: int) -> None:
    loop = asyncio.get_running_loop()
    provider = Provider()
    phases: dict[int, int] = {}
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        await loop.create_server(lambda: Connection(provider, phases), sock=listener)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        await provider.run(rate)


if __name__ == "__main__":
    import sys

    uvloop.run(serve(int(sys.argv[1])))
