"""Server-sent events to a reader who may be slow, silent or gone."""

import asyncio
import logging
from collections.abc import AsyncGenerator

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)

STRAIGHT = "askdocs.send"
_CLOSING = 15.0  # seconds
_HEADERS = {"Cache-Control": "no-cache, no-transform"}


class Straight:
    """Middleware that lets frames pass by all that is inside of it: none of that looks at them, and
    each wraps every send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[STRAIGHT] = send
        await self._app(scope, receive, send)


class EventStream(EventSourceResponse):
    """Frames as they are. A comment is sent where nothing was said for `ping` seconds; a reader
    who takes nothing for `patience` seconds is dropped.

    Frames leave from here instead of through the base class, whose cancel scope around each costs
    more than all else that happens to a delta: one watch for a whole stream does the same.
    """

    def __init__(
        self,
        frames: AsyncGenerator[bytes, None],
        *,
        ping: float,
        patience: float,
        grace: float,
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - theirs names a bare dict
            self._sent(frames),
            headers=_HEADERS,
            ping=ping,
            ping_message_factory=self._comment,
            data_sender_callable=self._watch,
            send_timeout=patience,  # of comments
            shutdown_grace_period=grace,
        )
        self._patience = patience
        self._time = asyncio.get_running_loop().time
        self._blocked = 0.0  # since when a frame waits to be taken; 0 for none
        self._spoke = 0.0
        self._send: Send | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = scope.get(STRAIGHT, send)
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            logger.info("a reader took nothing for %s s and was dropped", self._patience)

    async def _sent(self, frames: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """Sends all frames: what is left for the base class is the end."""
        send = self._send
        assert send  # noqa: S101 - for the type checker
        try:
            async for frame in frames:
                self._blocked = self._spoke = self._time()
                await send({"type": "http.response.body", "body": frame, "more_body": True})
                self._blocked = 0.0
        finally:  # in the task that it ran in; what it does last is not cancelled
            with anyio.move_on_after(_CLOSING, shield=True):
                await frames.aclose()
        for nothing in ():
            yield nothing

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._patience / 4)
            if self._blocked and self._time() - self._blocked > self._patience:
                raise SendTimeoutError

    def _comment(self) -> ServerSentEvent:
        silent = self._time() - self._spoke >= self.ping_interval
        return ServerSentEvent(comment="ping", sep="\n") if silent else _Nothing()


class _Nothing(ServerSentEvent):
    def encode(self) -> bytes:
        return b""
