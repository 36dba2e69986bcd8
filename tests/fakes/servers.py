"""A real uvicorn on a free port, in the test's own loop: gates and events are shared with it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def running(app: Any, **options: Any) -> AsyncIterator[str]:
    """The server's URL; `options` are uvicorn's. What the application raises at start-up is raised
    here."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, **{"lifespan": "on", "log_level": "warning", "timeout_graceful_shutdown": 2, **options}
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the application did not start")
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()
