"""An HTTP request → what the rooms behind the doors need."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request

from app.context import PAGE_TOOLS, Page, RequestContext
from app.guard.identity import InvalidToken
from app.services import Services

_LONGEST = 500  # characters of a page header that are looked at


async def services(request: Request) -> Services:  # FastAPI runs others in a thread
    return request.state.services


AppServices = Annotated[Services, Depends(services)]


def bearer(request: Request) -> str | None:
    """The token of the Authorization header; None without one. Raises `InvalidToken`."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("The Authorization header is not of the form 'Bearer <token>'.")
    return token.strip()


async def context(request: Request, services: AppServices) -> RequestContext:
    """Raises `InvalidToken` for a token that is forged or expired."""
    token = bearer(request)
    page = Page(
        path=_said(request, "x-askdocs-page"),
        title=_said(request, "x-askdocs-title"),
        version=_said(request, "x-askdocs-version"),
        locale=_said(request, "x-askdocs-locale"),
    )
    offered = {name.strip() for name in _said(request, "x-askdocs-tools").split(",")}
    tools = PAGE_TOOLS & offered
    if token is None:
        return RequestContext(page=page, tools=tools)
    return RequestContext(services.identity.owner(token), page, tools)


def _said(request: Request, header: str) -> str:
    """Header values are Latin-1: a page percent-encodes the rest."""
    return unquote(request.headers.get(header, ""))[:_LONGEST]


AppContext = Annotated[RequestContext, Depends(context)]
