"""The real application on a real uvicorn, with a scripted model and a handful of passages."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from agents import Model
from chatkit.types import ThreadStreamEvent
from pydantic import SecretStr, TypeAdapter

from app.answer.agent import DocsAgent
from app.closing import Closing
from app.guard.identity import Identity
from app.main import create_app
from app.server import DocsServer
from app.services import Services
from app.settings import Settings
from app.stores import ThreadStore, open_store
from tests.fakes.model import FakeModel, Piece
from tests.fakes.retriever import FakeRetriever
from tests.fakes.servers import running

EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)
KEY = SecretStr("k" * 40)


@dataclass
class Site:
    """A running server, and what it is made of."""

    url: str
    client: httpx.AsyncClient
    model: FakeModel
    retriever: FakeRetriever
    store: ThreadStore
    identity: Identity
    closing: Closing
    token: str = ""
    thread: str = ""

    def headers(self, token: str | None = None) -> dict[str, str]:
        token = self.token if token is None else token
        return {"Authorization": f"Bearer {token}"} if token else {}

    def script(self, *pieces: Piece) -> None:
        self.model.scripts.append(list(pieces))

    async def send(self, body: Any, *, token: str | None = None, **headers: str) -> httpx.Response:
        return await self.client.post(
            "/chatkit",
            content=body if isinstance(body, bytes) else json.dumps(body),
            headers={"Content-Type": "application/json"} | self.headers(token) | headers,
        )

    async def ask(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """A message in a thread of its own, or in `thread`; the events of the answer."""
        kind = "threads.add_user_message" if self.thread else "threads.create"
        headers: dict[str, str] = more.pop("headers", {})
        return await self.stream(message(kind, text, self.thread, **more), **headers)

    async def stream(self, body: Any, **headers: str) -> list[dict[str, Any]]:
        answer = await self.send(body, **headers)
        assert answer.status_code == 200, answer.text
        seen = events(answer.text)
        for event in seen:
            if event["type"] == "thread.created":
                self.thread = event["thread"]["id"]
        return seen

    async def items(self) -> list[dict[str, Any]]:
        listed = await self.send(
            {"type": "items.list", "params": {"thread_id": self.thread, "order": "asc"}}
        )
        return listed.json()["data"]


def message(kind: str, text: str, thread: str = "", **more: Any) -> dict[str, Any]:
    """As the component sends it."""
    content = more.pop("content", [{"type": "input_text", "text": text}])
    params: dict[str, Any] = {
        "input": {
            "content": content,
            "quoted_text": "",
            "attachments": [],
            "inference_options": {},
            **more,
        }
    }
    if thread:
        params["thread_id"] = thread
    return {"type": kind, "params": params}


def events(body: str) -> list[dict[str, Any]]:
    """Every event of a stream, checked against the SDK's own models."""
    seen = [
        json.loads(frame.removeprefix("data: "))
        for frame in body.split("\n\n")
        if frame.startswith("data: ")
    ]
    for event in seen:
        EVENT.validate_python(event)
    return seen


@dataclass
class Options:
    settings: dict[str, Any] = field(default_factory=dict)
    titled_by_model: bool = False
    model: Model | None = None
    """Instead of the scripted one."""
    choices: dict[str, FakeModel] = field(default_factory=dict[str, FakeModel])
    """What readers may choose, by name; the scripted one answers by default."""
    retriever: FakeRetriever = field(default_factory=FakeRetriever)
    grace: float = 10


@pytest.fixture
def options() -> Options:
    return Options()


@pytest.fixture
async def site(tmp_path: Path, options: Options) -> AsyncIterator[Site]:
    async with opened(tmp_path, options) as site:
        yield site


@asynccontextmanager
async def opened(folder: Path, options: Options) -> AsyncIterator[Site]:
    settings = Settings(data=folder, **options.settings)
    model, retriever = FakeModel(), options.retriever
    identity = Identity(KEY, lifetime=3600)
    async with open_store(f"sqlite:///{folder / 'threads.db'}") as store:
        scripted = options.model or model
        agent = DocsAgent(retriever, scripted, site="the docs", choices=options.choices)
        server = DocsServer(
            store,
            agent,
            model="fake",
            choices={name: f"fake:{name}" for name in options.choices},
            titled_by_model=options.titled_by_model,
            count=len,
            budget=10_000,
            grace=options.grace,
        )

        @asynccontextmanager
        async def services(settings: Settings) -> AsyncIterator[Services]:
            yield Services(settings, identity, store, _Absent(), _Absent(), agent, server)

        async with (
            running(create_app(settings, services)) as url,
            httpx.AsyncClient(base_url=url, timeout=20) as client,
        ):
            site = Site(url, client, model, retriever, store, identity, server.closing)
            site.token = identity.issue().token
            yield site


class _Absent:
    """A part that these tests do not reach."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} of a part that is absent here")
