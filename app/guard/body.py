"""How much a request may send."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Reads the body before the application runs: up to `limit` bytes, else 413.

    With a Content-Length the refusal costs no reading. The response is not touched: it streams.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._limit:
            await self._too_large()(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # left in the middle of it: nobody waits for an answer
            body += message.get("body", b"")
            if len(body) > self._limit:
                await self._too_large()(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        await self._app(scope, whole(bytes(body), receive), send)

    def _too_large(self) -> JSONResponse:
        message = f"The request is larger than {self._limit:,} bytes: send a shorter message."
        return JSONResponse({"message": message}, 413)


def whole(body: bytes, receive: Receive) -> Receive:
    """The body in one message, then whatever the server has to say: a disconnect."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
