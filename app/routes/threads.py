"""DELETE /threads: a reader takes back all they said."""

from fastapi import APIRouter
from pydantic import BaseModel

from app.guard.identity import InvalidToken
from app.routes.requests import AppContext, AppServices

router = APIRouter()


class Deleted(BaseModel):
    deleted: int


@router.delete("/threads")
async def delete_threads(services: AppServices, context: AppContext) -> Deleted:
    """Deletes every thread of the reader whose token it is, with its items and feedback."""
    if context.anonymous:
        raise InvalidToken("Whose threads? Send the reader's token: Authorization: Bearer <token>.")
    return Deleted(deleted=await services.store.delete_threads(context))
