"""POST /chatkit: ChatKit's one endpoint."""

from chatkit.server import StreamingResult
from fastapi import APIRouter, Request, Response

from app.requests import RequestError
from app.routes.event_stream import EventStream
from app.routes.requests import AppContext, AppServices

router = APIRouter()


@router.post("/chatkit", response_class=Response)
async def chatkit(request: Request, services: AppServices, context: AppContext) -> Response:
    """A request of the ChatKit protocol. Answers JSON, or a stream of server-sent events."""
    require_json(request)
    result = await services.server.process(await request.body(), context)
    if not isinstance(result, StreamingResult):
        return Response(result.json, media_type="application/json")
    settings = services.settings
    return EventStream(
        result.json_events,
        ping=settings.ping_seconds,
        patience=settings.send_timeout_seconds,
        grace=settings.shutdown_grace_seconds,
    )


def require_json(request: Request) -> None:
    """A form or plain text would be sent across origins without a preflight."""
    said = request.headers.get("content-type", "")
    if said.partition(";")[0].strip().lower() != "application/json":
        raise RequestError(415, f"Content-Type is {said!r}; send application/json.")
