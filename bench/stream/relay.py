"""The limit: a server that looks at nothing, and passes the provider's bytes on."""

import asyncio
import re
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import uvloop


class Upstream(asyncio.Protocol):
    def __init__(self, reader: Any, body: bytes) -> None:
        self._reader = reader
        self._body = body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        head = b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % len(self._body)
        self.transport.write(head + self._body)

    def data_received(self, data: bytes) -> None:
        self._reader.write(data)


class Downstream(asyncio.Protocol):
    def __init__(self, provider: str) -> None:
        self._provider = urlsplit(provider)
        self._received = b""
        self._upstream: Upstream | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if found and length and len(body) >= int(length.group(1)):
            self._received = b""
            self._task = asyncio.ensure_future(self._ask(body))

    async def _ask(self, body: bytes) -> None:
        _, self._upstream = await asyncio.get_running_loop().create_connection(
            lambda: Upstream(self._transport, body), self._provider.hostname, self._provider.port
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if self._upstream:
            self._upstream.transport.abort()


async def serve(provider: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        loop = asyncio.get_running_loop()
        await loop.create_server(lambda: Downstream(provider), sock=listener)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
