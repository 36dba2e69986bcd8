"""One worker of uvicorn, as both stacks run it."""

import asyncio
import socket
from typing import Any

import uvicorn


def serve(app: Any, listener: socket.socket) -> None:
    """Prints its URL. `GET /bench/tasks` tells how many tasks there are."""

    async def observed(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/bench/tasks":
            await app(scope, receive, send)
            return
        said = str(len(asyncio.all_tasks())).encode()
        headers = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})

    with listener:
        config = uvicorn.Config(
            observed,
            loop="uvloop",
            http="httptools",
            lifespan="on",
            ws="none",
            access_log=False,
            log_level="critical",
            backlog=4096,
        )
        server = uvicorn.Server(config)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        server.run(sockets=[listener])
