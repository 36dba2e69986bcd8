"""A reader leaves, over real connections on both sides: reader, server, provider."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.context import RequestContext
from app.llm import open_model
from app.retrieval.collections import Filter
from app.retrieval.passages import Passage
from tests.fakes.provider import PROCESSING, FakeProvider, Script, answer, call, end, text
from tests.fakes.retriever import EVERYTHING, FakeRetriever
from tests.fakes.servers import running
from tests.server.conftest import Options, Site, message, opened


@dataclass
class StuckRetriever(FakeRetriever):
    """Finds what is asked first, and then nothing, for ever."""

    stuck: asyncio.Event = field(default_factory=asyncio.Event)
    freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def search(
        self, question: str, *, where: Filter = EVERYTHING, page: str = ""
    ) -> list[Passage]:
        if not self.asked:
            return await super().search(question, where=where, page=page)
        self.stuck.set()
        try:
            await asyncio.Event().wait()
            raise AssertionError
        finally:
            self.freed.set()


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def options() -> Options:
    return Options(retriever=StuckRetriever())


@pytest.fixture
async def site(tmp_path: Path, options: Options, provider: FakeProvider) -> AsyncIterator[Site]:
    async with (
        running(provider) as url,
        open_model(f"{url}/v1#fake") as options.model,
        opened(tmp_path, options) as site,
    ):
        yield site


@dataclass
class Reader:
    """A browser's tab: what it has read, and how it closes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: bytes = b""

    async def reads(self, pattern: bytes) -> None:
        async with asyncio.timeout(5):
            while not re.search(pattern, self.seen):
                read = await self.reader.read(2**12)
                assert read, self.seen
                self.seen += read

    @property
    def thread(self) -> str:
        found = re.search(rb"thr_\w+", self.seen)
        assert found
        return found.group().decode()


@asynccontextmanager
async def reading(site: Site) -> AsyncIterator[Reader]:
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=2**12)
    body = json.dumps(message("threads.create", "hi")).encode()
    head = "".join(f"{k}: {v}\r\n" for k, v in site.headers().items())
    writer.write(
        f"POST /chatkit HTTP/1.1\r\nHost: {host}:{port}\r\n{head}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    try:
        yield Reader(reader, writer)
    finally:
        writer.transport.abort()


def tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if not task.done()}


async def settled(before: set[asyncio.Task[Any]]) -> None:
    """No task is left of those that a turn began."""
    for _ in range(100):
        left = tasks() - before
        # sse-starlette keeps one watcher a thread, uvicorn a task for each request under way
        if not [task for task in left if "_shutdown_watcher" not in str(task.get_coro())]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(left)


async def stored(site: Site, thread: str) -> list[dict[str, Any]]:
    """Everything of a thread, hidden items too, once it says that the reader stopped it."""
    owner = RequestContext(owner=site.identity.owner(site.token))
    for _ in range(100):
        page = await site.store.load_thread_items(thread, None, 100, "asc", owner)
        if page.data[-1].type == "sdk_hidden_context":
            return [item.model_dump() for item in page.data]
        await asyncio.sleep(0.01)
    raise AssertionError([item.type for item in page.data])


POINTS: dict[str, tuple[Callable[[], Script], bytes, str]] = {
    "before the provider answers": (lambda: [asyncio.Event()], rb'"complete"', ""),
    "while it thinks": (lambda: [PROCESSING, asyncio.Event()], rb'"complete"', ""),
    "in mid-answer": (
        lambda: [*text("Half", " an"), asyncio.Event()],
        rb'"delta":".*an"',
        "Half an",
    ),
    "in the middle of a call": (
        lambda: [*text("Let me see."), *call("search_docs", '{"query":'), asyncio.Event()],
        rb"see\.",
        "Let me see.",
    ),
}


@pytest.mark.parametrize("closes", ["closed", "killed"])
@pytest.mark.parametrize("point", POINTS)
async def test_leaving_closes_the_provider_and_keeps_what_was_written(
    site: Site, provider: FakeProvider, point: str, closes: str
) -> None:
    script, seen, written = POINTS[point]
    provider.scripts = [script()]
    async with reading(site) as reader:
        before = tasks()  # with the connection's own
        await reader.reads(seen)
        await asyncio.wait_for(provider.asked.wait(), 2)
        if closes == "killed":
            reader.writer.transport.abort()
        else:
            reader.writer.close()
        await asyncio.wait_for(provider.left.wait(), 1)
    assert provider.open == 0
    items = await stored(site, reader.thread)
    said = [i["content"][0]["text"] for i in items if i["type"] == "assistant_message"]
    assert said == ([written] if written else [])
    assert items[0]["type"] == "user_message"
    await settled(before)


async def test_leaving_in_a_tool_ends_the_tool_and_asks_nothing_more(
    site: Site, provider: FakeProvider
) -> None:
    assert isinstance(site.retriever, StuckRetriever)
    searching = [*text("Let me see."), *call("search_docs", '{"query": "x"}'), *end("tool_calls")]
    provider.scripts = [searching]
    async with reading(site) as reader:
        before = tasks()
        await asyncio.wait_for(site.retriever.stuck.wait(), 2)
        await reader.reads(rb"see\.")
        reader.writer.close()
        await asyncio.wait_for(site.retriever.freed.wait(), 1)
    items = await stored(site, reader.thread)
    assert [i["type"] for i in items].count("assistant_message") == 1
    await settled(before)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "options",
    [Options(settings={"send_timeout_seconds": 0.3})],
    ids=["0.3s"],
)
async def test_a_reader_who_stops_reading_stops_the_provider_and_is_dropped(
    site: Site, provider: FakeProvider
) -> None:
    """Trap 36. 60 MB are on their way; what sockets hold on both sides is a few."""
    provider.scripts = [text(*["word " * 20_000] * 600)]
    async with reading(site) as reader:
        before = tasks()
        await reader.reads(rb"word word")
        await asyncio.wait_for(provider.left.wait(), 5)
    assert provider.sent < 300
    items = await stored(site, reader.thread)
    assert items[-2]["content"][0]["text"].startswith("word word")
    await settled(before)


@pytest.mark.parametrize("options", [Options()], ids=["found"])
async def test_a_reader_who_stays_leaves_the_connection_to_the_next(
    site: Site, provider: FakeProvider
) -> None:
    """Though the end of an answer comes later than the last that it says."""
    provider.scripts = [[*answer("One."), 0.05], [*answer("Two."), 0.05]]
    for question in ("How?", "Why?"):
        assert "thread.item.done" in (await site.send(message("threads.create", question))).text
    assert len(provider.requests) == 2
    assert len({request.client for request in provider.requests}) == 1
