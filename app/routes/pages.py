"""GET /: the chat page and what it is made of."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.routes.requests import AppServices

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


class WebConfig(BaseModel):
    title: str
    prompts: list[str]
    link_hosts: list[str]


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
    )


def static() -> Mount:
    return Mount("/web", StaticFiles(directory=STATIC), name="web")
