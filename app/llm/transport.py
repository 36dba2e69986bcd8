"""Requests to a provider over connections of our own.

The transport of httpx2, whose interface this is, spends 100 µs and more on every read of a stream.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator
from typing import Any

import httpx2

from app.llm.connection import Connection

_KERNEL = 131_072  # bytes that the kernel holds, on top of what a connection does
_IDLE = 5.0  # seconds after which a connection is not used again

Origin = tuple[str, str, int | None]


class StreamTransport(httpx2.AsyncBaseTransport):
    """As `httpx2.AsyncHTTPTransport`: raises its errors. Connections are kept for the next request;
    an answer that is closed before its end closes its connection."""

    def __init__(self, *, connect: float, read: float) -> None:
        self._connect = connect
        self._read = read
        self._idle: dict[Origin, list[tuple[Connection, asyncio.TimerHandle]]] = {}
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        origin = request.url.scheme, request.url.host, request.url.port
        head, body = _written(request)
        while connection := self._kept(origin):
            try:
                return await self._answered(connection, origin, head, body)
            except httpx2.NetworkError:  # it was being closed while it lay idle
                continue
        return await self._answered(await self._opened(origin), origin, head, body)

    async def aclose(self) -> None:
        for kept in self._idle.values():
            for connection, timer in kept:
                timer.cancel()
                connection.close()
        self._idle.clear()

    async def _answered(
        self, connection: Connection, origin: Origin, head: bytes, body: bytes
    ) -> httpx2.Response:
        try:
            status = await connection.request(head, body)
        except BaseException:
            connection.close()
            raise
        stream = _Body(connection, lambda: self._keep(origin, connection))
        return httpx2.Response(status, headers=connection.headers, stream=stream)

    async def _opened(self, origin: Origin) -> Connection:
        scheme, host, port = origin
        secure = scheme == "https"
        if secure and self._tls is None:
            self._tls = await asyncio.to_thread(httpx2.create_ssl_context)
        try:
            async with asyncio.timeout(self._connect):
                transport, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(self._read),
                    host,
                    port or (443 if secure else 80),
                    ssl=self._tls if secure else None,
                )
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(f"no connection within {self._connect:.0f} s") from error
        except OSError as error:
            raise httpx2.ConnectError(str(error)) from error
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL)
        return connection

    def _kept(self, origin: Origin) -> Connection | None:
        kept = self._idle.get(origin)
        while kept:
            connection, timer = kept.pop()
            timer.cancel()
            if not connection.closed:
                return connection
        return None

    def _keep(self, origin: Origin, connection: Connection) -> None:
        timer = asyncio.get_running_loop().call_later(_IDLE, connection.close)
        self._idle.setdefault(origin, []).append((connection, timer))


class _Body(httpx2.AsyncByteStream):
    def __init__(self, connection: Connection, keep: Any) -> None:
        self._connection = connection
        self._keep = keep

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        while data := await self._connection.read():
            yield data

    async def aclose(self) -> None:
        connection, keep = self._connection, self._keep
        if connection.reusable and not connection.closed:
            keep()
        else:
            connection.close()


def _written(request: httpx2.Request) -> tuple[bytes, bytes]:
    body = request.read()
    lines = [f"{request.method} ".encode() + request.url.raw_path + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n", body
