"""One connection to a provider, in HTTP/1.1, with as little work a read as can be: one callback, no
task."""

import asyncio
from typing import Any

import httptools
import httpx2

_AHEAD = 65_536  # bytes that wait for a reader before the provider is no longer read
_AT_ONCE = 16_384  # bytes: what is decoded of them takes many times the room


class Connection(asyncio.Protocol):
    """One request at a time. What arrives together is read together."""

    def __init__(self, read_timeout: float) -> None:
        self.reusable = False
        self.head: asyncio.Future[int] | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self._timeout = read_timeout
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._parser: Any = None
        self._body: list[bytes] = []
        self._held = 0
        self._paused = False
        self._ended = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._since = 0.0
        self._watch: asyncio.TimerHandle | None = None

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def request(self, head: bytes, body: bytes) -> asyncio.Future[int]:
        """Send it; the status of the answer."""
        self.headers = []
        self.reusable = self._ended = False
        self._parser = httptools.HttpResponseParser(self)
        self.head = self._loop.create_future()
        self._since = self._loop.time()
        self._watch = self._loop.call_later(self._timeout, self._watched)
        self._resume()  # the answer before this may have ended while it was held back
        self._transport.write(head + body)
        return self.head

    async def read(self) -> bytes:
        """What arrived since the last read, or as much of it as is decoded at once, waiting for
        something; empty at the end."""
        while not self._body:
            if self._error:
                raise self._error
            if self._ended:
                return b""
            self._resume()
            self._reader = self._loop.create_future()
            self._since = self._loop.time()
            try:
                await self._reader
            finally:
                self._reader = None
        if len(self._body) == 1:
            self._held = 0
            return self._body.pop()
        size = count = 0
        while count < len(self._body) and size < _AT_ONCE:
            size += len(self._body[count])
            count += 1
        data = b"".join(self._body[:count])
        del self._body[:count]
        self._held -= size
        return data

    def close(self) -> None:
        if self._watch:
            self._watch.cancel()
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._parser is None:  # nobody asked
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(httpx2.RemoteProtocolError(f"not HTTP: {error}"))
            self.close()
        if self._body and self._reader and not self._reader.done():
            self._reader.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch:
            self._watch.cancel()
        until_the_end = self.head and self.head.done() and not self._framed()
        if until_the_end and exc is None:
            self._end()
        elif not self._ended:
            self._fail(httpx2.ReadError(str(exc or "the connection was closed")))

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self.head and not self.head.done() and status >= 200:
            self.head.set_result(status)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)
        self._held += len(body)
        if self._held > _AHEAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self.head and self.head.done():
            self.reusable = bool(self._parser.should_keep_alive()) and self._framed()
            self._end()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()

    def _framed(self) -> bool:
        """Whether the answer says itself where it ends."""
        return any(
            name == b"content-length" or (name == b"transfer-encoding" and b"chunked" in value)
            for name, value in self.headers
        )

    def _end(self) -> None:
        self._ended = True
        if self._watch:
            self._watch.cancel()
        if self._reader and not self._reader.done():
            self._reader.set_result(None)

    def _fail(self, error: Exception) -> None:
        self._error = self._error or error
        if self.head and not self.head.done():
            self.head.set_exception(error)
        if self._reader and not self._reader.done():
            self._reader.set_result(None)

    def _watched(self) -> None:
        """One timer for a whole answer, however many reads it has."""
        waits = self._reader is not None or (self.head is not None and not self.head.done())
        left = self._timeout - (self._loop.time() - self._since) if waits else self._timeout
        if left > 0:
            self._watch = self._loop.call_later(left, self._watched)
            return
        self._fail(httpx2.ReadTimeout(f"nothing was said for {self._timeout:.0f} seconds"))
        self.close()
