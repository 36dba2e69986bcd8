"""A real uvicorn on a free port, for what has to be seen on a real connection."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import pytest
import uvicorn
from starlette.types import ASGIApp


class Serving(Protocol):
    def __call__(self, app: ASGIApp) -> AbstractAsyncContextManager[int]: ...


@pytest.fixture
def serving() -> Serving:
    @asynccontextmanager
    async def serve(app: ASGIApp) -> AsyncGenerator[int]:
        config = uvicorn.Config(app, port=0, lifespan="off", log_level="warning")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        try:
            yield server.servers[0].sockets[0].getsockname()[1]
        finally:
            server.should_exit = True
            await task

    return serve
