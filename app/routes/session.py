"""POST /session: who a reader is, without asking."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.guard.identity import GUEST, InvalidToken
from app.requests import RequestError
from app.routes.requests import AppServices, bearer

router = APIRouter()


class SessionToken(BaseModel):
    token: str
    expires_at: datetime


@router.post("/session")
async def session(request: Request, services: AppServices) -> SessionToken:
    """A token for an anonymous reader. Sent with one that is still good: a later one for the
    same reader, so that threads outlive a token."""
    try:
        token = bearer(request)
        owner = services.identity.owner(token) if token else None
    except InvalidToken:
        owner = None
    if owner and not GUEST.fullmatch(owner):
        raise RequestError(400, "A reader who is signed in has the site's own token.")
    issued = services.identity.issue(owner)
    return SessionToken(token=issued.token, expires_at=issued.expires_at)
