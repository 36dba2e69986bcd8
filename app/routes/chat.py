"""POST /chat: one question, one answer, for scripts."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.answer.events import EMPTY
from app.answer.question import Question
from app.answer.transcript import transcribed
from app.llm import ModelError
from app.requests import LONGEST_MESSAGE
from app.routes.chatkit import require_json
from app.routes.requests import AppContext, AppServices

router = APIRouter()

T = TypeVar("T")


class ChatRequest(BaseModel):
    query: str = Field(min_length=1, max_length=LONGEST_MESSAGE)


class ChatSource(BaseModel):
    title: str
    url: str


class ChatResponse(BaseModel):
    response: str
    """Markdown; `[n]` is the n-th of the sources."""
    sources: list[ChatSource]


@router.post("/chat", dependencies=[Depends(require_json)], response_model=ChatResponse)
async def chat(
    request: Request, asked: ChatRequest, services: AppServices, context: AppContext
) -> ChatResponse | Response:
    """The answer to one question, with its sources. Nothing is stored."""
    question = Question(asked.query, page=context.page)
    answer = await _unless_left(request, transcribed(services.agent, question))
    if answer is None:
        return Response(status_code=499)  # nginx's status for it: a log may read it
    if not answer.text:
        raise ModelError("the model wrote nothing", message=EMPTY, retryable=True)
    return ChatResponse(
        response=answer.text,
        sources=[ChatSource(title=s.path, url=s.url) for s in answer.sources],
    )


async def _unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """The result; None once the reader left, which cancels the work.

    Before a response starts nothing else listens: the answer would be paid for, for nobody.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
