"""GET /: the chat page and what it is made of."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.llm.choice import offered
from app.requests import READER_TOOLS
from app.routes.requests import AppServices
from app.settings import Settings

STATIC = Path(str(files("app"))) / "web" / "static"

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter()


class Offer(BaseModel):
    """What a reader may choose: ChatKit's `ModelOption`, and the start of its `ToolOption`."""

    id: str
    label: str
    default: bool = False


class WebConfig(BaseModel):
    title: str
    prompts: list[str]
    link_hosts: list[str]
    models: list[Offer]
    """Empty where there is no choice."""
    tools: list[str]
    """Ids of those that a reader may ask for, of a page that can run them."""


@router.get("/", response_class=FileResponse, include_in_schema=False)
async def page() -> FileResponse:
    return FileResponse(STATIC / "index.html", headers=_HEADERS)


@router.get("/web/config", include_in_schema=False)
async def config(services: AppServices) -> WebConfig:
    settings = services.settings
    return WebConfig(
        title=settings.site_title,
        prompts=[p.strip() for p in settings.prompts.split("|") if p.strip()],
        link_hosts=[h.strip() for h in settings.link_hosts.split(",") if h.strip()],
        models=_models(settings),
        tools=sorted(READER_TOOLS),
    )


def _models(settings: Settings) -> list[Offer]:
    if not settings.models:
        return []
    names = offered(settings.model, settings.models)
    return [Offer(id=n, label=n, default=at == 0) for at, n in enumerate(names)]


def static() -> Mount:
    return Mount("/web", StaticFiles(directory=STATIC), name="web")
