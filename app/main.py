"""The application: lifespan, middleware, routes."""

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from types import FrameType
from typing import Any, TypedDict

from chatkit.store import NotFoundError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from app.closing import Closing
from app.failures import UNEXPECTED
from app.garbage import settled
from app.guard.body import BodyLimit
from app.guard.identity import InvalidToken
from app.guard.origins import OriginGuard, allowed_origins
from app.llm import ModelError
from app.requests import RequestError
from app.retrieval import RetrievalError
from app.routes import chat, chatkit, health, pages, session, threads
from app.routes.event_stream import Straight
from app.services import Services, open_services
from app.settings import Settings

logger = logging.getLogger(__name__)


@asynccontextmanager
async def ending(closing: Closing) -> AsyncGenerator[None, None]:
    """On SIGTERM streams are ended first; then whoever else waits for the signal gets it.

    The server still listens meanwhile, and tells new streams to come again later. A second signal
    is passed on at once.
    """
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    async def passed_on(signum: int, frame: FrameType | None) -> None:
        await closing.ended()
        if callable(before):
            before(signum, frame)

    def begin(signum: int, frame: FrameType | None) -> None:
        if closing.begun and callable(before):
            before(signum, frame)
            return
        closing.begin()
        tasks.add(loop.create_task(passed_on(signum, frame)))

    def told(signum: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(begin, signum, frame)

    if threading.current_thread() is not threading.main_thread():  # signals are not ours there
        yield
        return
    before = signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is told:
            signal.signal(signal.SIGTERM, before)


Opening = Callable[[Settings], AbstractAsyncContextManager[Services]]


class State(TypedDict):
    services: Services


def create_app(settings: Settings, opened: Opening = open_services) -> FastAPI:
    """All is opened in the lifespan: what cannot be opened keeps the server from starting."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[State, None]:
        async with opened(settings) as services:
            closing = services.server.closing
            async with ending(closing), settled(closing):
                yield {"services": services}

    app = FastAPI(title="askdocs", version=version("askdocs"), lifespan=lifespan)
    for room in (chatkit, chat, session, threads, health, pages):
        app.include_router(room.router)
    app.router.routes.append(pages.static())
    for error, handler in _HANDLERS.items():
        app.add_exception_handler(error, handler)
    origins = allowed_origins(settings.origins)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(OriginGuard, origins=origins)
    app.add_middleware(  # outside of those: a refusal without its headers would look like another
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        max_age=600,
    )
    app.add_middleware(Straight)
    return app


def _told(status: int, message: str, **headers: str) -> JSONResponse:
    """ChatKit's component shows `message`, not FastAPI's `detail`."""
    return JSONResponse({"message": message}, status, headers)


async def _request_error(request: Request, error: Any) -> JSONResponse:
    later = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return _told(error.status, error.message, **later)


async def _not_found(request: Request, error: Any) -> JSONResponse:
    return _told(404, str(error))


async def _unauthorised(request: Request, error: Any) -> JSONResponse:
    return _told(401, str(error), **{"WWW-Authenticate": "Bearer"})


async def _invalid(request: Request, error: Any) -> JSONResponse:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    return _told(400, f"{place}: {first['msg']}." if place else f"{first['msg']}.")


async def _http(request: Request, error: Any) -> JSONResponse:
    return _told(error.status_code, str(error.detail))


async def _no_answer(request: Request, error: Any) -> JSONResponse:
    logger.warning("no answer: %s", error)
    final = isinstance(error, ModelError) and not error.retryable
    return _told(502 if final else 503, error.message)


async def _unexpected(request: Request, error: Any) -> JSONResponse:
    return _told(500, UNEXPECTED)


_HANDLERS: dict[type[Exception], Any] = {
    RequestError: _request_error,
    NotFoundError: _not_found,
    InvalidToken: _unauthorised,
    RequestValidationError: _invalid,
    HTTPException: _http,
    ModelError: _no_answer,
    RetrievalError: _no_answer,
    Exception: _unexpected,
}
