"""uvicorn with our socket, our logs and our way to fail."""

import errno
import logging
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

LAST_WORDS = 5
"""Seconds that streams have to say goodbye after their time is up."""


_UNREAD = 131_072  # bytes of one reader that the kernel holds, beside what uvicorn does


class ServeError(Exception):
    """The server cannot start."""


def listening(host: str, port: int, *, else_any: bool = False) -> socket.socket:
    """A socket that listens; with `else_any` on a free port when that one is taken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and else_any:
            return listening(host, 0)
        raise ServeError(_reason(error, host, port)) from error
    # Connections inherit it: else the kernel takes megabytes for a reader who stopped reading.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNREAD)
    return listener


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with --port"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def address(listener: socket.socket) -> str:
    """Where to browse to."""
    host, port, *_ = listener.getsockname()
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (compared, not bound)
    return f"http://{everywhere.get(host, f'[{host}]' if ':' in host else host)}:{port}"


def serve(app: ASGIApp, listener: socket.socket, *, grace: int, ready: Callable[[], None]) -> None:
    """Until a signal ends it; then running requests have `grace` seconds to end.

    Raises what the application raises when it cannot start.
    """
    application = _Application(app)
    config = uvicorn.Config(
        application,
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        ws="none",
        access_log=False,
        log_level="critical",  # until it is up: what goes wrong before is ours to tell
        timeout_graceful_shutdown=grace + LAST_WORDS,
    )
    try:
        _Server(config, ready).run(sockets=[listener])
    except SystemExit:
        if application.failure:
            raise application.failure from None
        raise


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        self._ready()


class _Application:
    """Keeps the exception that ended the start-up, which uvicorn only logs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.failure: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            self.failure = error
            raise
