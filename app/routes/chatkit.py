"""POST /chatkit: ChatKit's one endpoint."""

import logging

from chatkit.server import StreamingResult
from fastapi import APIRouter, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from app.requests import RequestError
from app.routes.requests import AppContext, AppServices

logger = logging.getLogger(__name__)

router = APIRouter()

_HEADERS = {"Cache-Control": "no-cache, no-transform"}


@router.post("/chatkit", response_class=Response)
async def chatkit(request: Request, services: AppServices, context: AppContext) -> Response:
    """A request of the ChatKit protocol. Answers JSON, or a stream of server-sent events."""
    require_json(request)
    result = await services.server.process(await request.body(), context)
    if not isinstance(result, StreamingResult):
        return Response(result.json, media_type="application/json")
    settings = services.settings
    return EventStream(
        result.json_events,  # the generator itself, so that it is closed when a send fails
        headers=_HEADERS,
        ping=settings.ping_seconds,
        ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
        send_timeout=settings.send_timeout_seconds,
        shutdown_grace_period=settings.shutdown_grace_seconds,
    )


class EventStream(EventSourceResponse):
    """One whose reader may stop reading."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            logger.info("a reader took nothing for %s s and was dropped", self.send_timeout)


def require_json(request: Request) -> None:
    """A form or plain text would be sent across origins without a preflight."""
    said = request.headers.get("content-type", "")
    if said.partition(";")[0].strip().lower() != "application/json":
        raise RequestError(415, f"Content-Type is {said!r}; send application/json.")
