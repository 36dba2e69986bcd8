"""POST /chat: one question, one answer, for scripts."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from app.answer.events import EMPTY
from app.answer.question import Question
from app.answer.transcript import transcribed
from app.llm import ModelError
from app.requests import LONGEST_MESSAGE
from app.routes.chatkit import require_json
from app.routes.requests import AppContext, AppServices

router = APIRouter()


class ChatRequest(BaseModel):
    query: str = Field(min_length=1, max_length=LONGEST_MESSAGE)


class ChatSource(BaseModel):
    title: str
    url: str


class ChatResponse(BaseModel):
    response: str
    """Markdown; `[n]` is the n-th of the sources."""
    sources: list[ChatSource]


@router.post("/chat", dependencies=[Depends(require_json)])
async def chat(asked: ChatRequest, services: AppServices, context: AppContext) -> ChatResponse:
    """The answer to one question, with its sources. Nothing is stored."""
    answer = await transcribed(services.agent, Question(asked.query, page=context.page))
    if not answer.text:
        raise ModelError("the model wrote nothing", message=EMPTY, retryable=True)
    return ChatResponse(
        response=answer.text,
        sources=[ChatSource(title=s.path, url=s.url) for s in answer.sources],
    )
