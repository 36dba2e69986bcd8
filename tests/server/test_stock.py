"""The same scripted runs through ChatKit's own stream and through ours: what a reader's component
gets, and what is stored, are the same. Ours merges deltas, and shows what it searched."""

import json
from collections.abc import AsyncIterator
from itertools import groupby
from typing import Any

import pytest
from agents import Agent, Model, RunConfig, Runner
from chatkit.agents import AgentContext, stream_agent_response
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.types import ThreadMetadata, UserMessageItem

from app.answer.agent import DocsAgent
from app.context import RequestContext
from app.llm import open_model
from app.server import DocsServer
from app.stores import open_store
from tests.fakes.provider import FakeProvider, Script, answer, call, chunk, end, text
from tests.fakes.retriever import FakeRetriever
from tests.fakes.servers import running
from tests.llm.runs import search_docs
from tests.server.conftest import events, message

READER = RequestContext(owner="guest_" + "1" * 32)


class StockServer(ChatKitServer[RequestContext]):
    def __init__(self, store: Any, model: Model) -> None:
        super().__init__(store)
        self.agent = Agent[Any](name="docs", model=model, tools=[search_docs])

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: RequestContext,
    ) -> AsyncIterator[Any]:
        told = AgentContext(thread=thread, store=self.store, request_context=context)
        result = Runner.run_streamed(
            self.agent, "hi", context=told, run_config=RunConfig(tracing_disabled=True)
        )
        async for event in stream_agent_response(told, result):
            yield event


RUNS: dict[str, list[Script]] = {
    "an answer": [answer("It ", "is ", "blue.")],
    "all at once": [[[*text("It ", "is ", "blue."), *end()]]],
    "code and more than ASCII": [answer("```js\n", "x[1] = '🚀'", "\n```\n", 'é \\ " \u2028')],
    "a preamble and a search": [
        [*text("Let me ", "look."), *call("search_docs", '{"query": "x"}'), *end("tool_calls")],
        answer("It is ", "blue."),
    ],
    "a thought": [[chunk(reasoning="Hm."), chunk(reasoning=" Yes."), *text("Blue."), *end()]],
}


@pytest.mark.parametrize("run", RUNS)
async def test_a_reader_cannot_tell(run: str) -> None:
    provider = FakeProvider()
    async with (
        running(provider) as url,
        open_model(f"{url}/v1#fake") as model,
        open_store("memory://") as theirs,
        open_store("memory://") as ours,
    ):
        docs = DocsServer(
            ours,
            DocsAgent(FakeRetriever(), model, site="s"),
            model="fake",
            titled_by_model=False,
            count=len,
            budget=1_000,
        )
        provider.scripts = list(RUNS[run])
        expected, kept = await seen(StockServer(theirs, model))
        provider.scripts = list(RUNS[run])
        streamed, stored = await seen(docs)
    assert messages(streamed) == messages(expected)
    assert messages(streamed), "something was compared"
    assert [said(item) for item in stored] == [said(item) for item in kept]


async def seen(server: ChatKitServer[RequestContext]) -> tuple[list[Any], list[Any]]:
    """The events of one turn, and the messages that are stored after it."""
    asked = json.dumps(message("threads.create", "hi", quoted_text="This."))
    result = await server.process(asked, READER)
    assert isinstance(result, StreamingResult)
    streamed = events("".join([frame.decode() async for frame in result]))
    thread = streamed[0]["thread"]["id"]
    page = await server.store.load_thread_items(thread, None, 100, "asc", READER)
    items = [json.loads(item.model_dump_json(exclude_none=True)) for item in page.data]
    return streamed, [item for item in items if item["type"].endswith("_message")]


def messages(streamed: list[Any]) -> list[Any]:
    """What the events say of messages, without ids and times, each run of deltas as one."""
    told = [plain for event in streamed if (plain := _plain(event))]
    joined: list[Any] = []
    for delta, group in groupby(told, key=lambda plain: "delta" in plain):
        neighbours = list(group)
        joined += ["".join(plain["delta"] for plain in neighbours)] if delta else neighbours
    return joined


def _plain(event: Any) -> Any:
    match event:
        case {"type": "thread.created" | "stream_options" as kind}:
            return {"type": kind}
        case {"update": {"type": kind} as update} if "content_part" in kind:
            return {k: v for k, v in update.items() if k != "type"} | {"update": kind}
        case {"type": kind, "item": {"type": "user_message" | "assistant_message"} as item}:
            return {"type": kind} | said(item)
        case _:
            return None


def said(item: Any) -> Any:
    return {k: v for k, v in item.items() if k not in {"id", "thread_id", "created_at"}}
