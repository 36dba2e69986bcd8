"""The server is told to stop while readers read, and messages that come twice."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.failures import RESTARTING
from app.main import ending
from app.server import ANSWERING
from tests.server.conftest import Options, Site, events, message, opened


@pytest.fixture
def options() -> Options:
    return Options(grace=0.3)


@pytest.fixture
async def site(tmp_path: Path, options: Options) -> AsyncIterator[Site]:
    async with opened(tmp_path, options) as site:
        yield site


async def asked(site: Site, text: str = "hi") -> list[dict[str, Any]]:
    answer = await site.send(message("threads.create", text))
    return events(answer.text)


def said(item: dict[str, Any]) -> str:
    return "".join(part["text"] for part in item["content"])


async def begun(site: Site, count: int = 1) -> None:
    for _ in range(500):
        if site.model.sent >= count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(site.model.sent)


async def test_new_streams_are_refused_and_running_ones_finish(site: Site) -> None:
    gate = asyncio.Event()
    site.script("Half, ", gate, "whole.")
    running = asyncio.create_task(asked(site))
    await begun(site)
    site.closing.begin()
    refused = await site.send(message("threads.create", "another"))
    assert (refused.status_code, refused.json()["message"]) == (503, RESTARTING)
    assert int(refused.headers["retry-after"]) > 0
    listed = await site.send({"type": "threads.list", "params": {}})
    assert len(listed.json()["data"]) == 1, "what is stored can still be read; no thread was made"
    gate.set()
    seen = await running
    assert said(seen[-1]["item"] if "item" in seen[-1] else seen[-2]["item"]) == "Half, whole."
    assert "error" not in {e["type"] for e in seen}
    await asyncio.wait_for(site.closing.ended(), 1)


async def test_when_the_time_is_up_readers_are_told_and_nothing_is_lost(site: Site) -> None:
    site.script("Half", asyncio.Event(), " lost")
    running = asyncio.create_task(asked(site))
    await begun(site)
    site.closing.begin()
    await asyncio.wait_for(site.closing.ended(), 2)
    seen = await running
    assert (seen[-1]["type"], seen[-1]["allow_retry"]) == ("error", True)
    assert seen[-1]["message"] == RESTARTING
    assert site.model.closed.is_set()
    site.thread = seen[0]["thread"]["id"]
    assert said((await site.items())[-1]) == "Half"


async def test_sigterm_ends_streams_before_the_server(site: Site) -> None:
    passed_on = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(passed_on.set))
    gate = asyncio.Event()
    site.script("Half, ", gate, "whole.")
    try:
        async with ending(site.closing):
            running = asyncio.create_task(asked(site))
            await begun(site)
            os.kill(os.getpid(), signal.SIGTERM)
            for _ in range(200):
                if site.closing.begun:
                    break
                await asyncio.sleep(0.01)
            assert site.closing.begun
            assert not passed_on.is_set()
            gate.set()
            await running
            await asyncio.wait_for(passed_on.wait(), 2)
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_message_that_is_sent_twice_is_answered_once(site: Site) -> None:
    gate = asyncio.Event()
    site.script("The ", gate, "answer.")
    first = asyncio.create_task(asked(site))
    await begun(site)
    second = await site.send(message("threads.create", "hi"))
    assert (second.status_code, second.json()["message"]) == (409, ANSWERING)
    gate.set()
    seen = await first
    again = await asked(site)
    assert again[0] == seen[0] | {"thread": again[0]["thread"]}
    assert again[0]["thread"]["id"] == seen[0]["thread"]["id"]
    done = [e["item"]["id"] for e in seen if e["type"] == "thread.item.done"]
    assert [e["item"]["id"] for e in again if e["type"] == "thread.item.done"] == done
    assert len(site.model.inputs) == 1
    assert len((await site.send({"type": "threads.list", "params": {}})).json()["data"]) == 1


async def test_one_that_was_cut_is_answered_again_in_its_place(site: Site) -> None:
    site.script("Half", asyncio.Event())
    async with site.client.stream(
        "POST",
        "/chatkit",
        content=json.dumps(message("threads.create", "hi")),
        headers={"Content-Type": "application/json"} | site.headers(),
    ) as answer:
        async for line in answer.aiter_lines():
            if "text_delta" in line:
                break
    await asyncio.wait_for(site.model.closed.wait(), 2)
    site.script("Whole.")
    for _ in range(250):
        answer = await site.send(message("threads.create", "hi"))
        if answer.status_code != 409:  # its sender is known to have left
            break
        await asyncio.sleep(0.02)
    site.thread = events(answer.text)[0]["thread"]["id"]
    items = await site.items()
    assert [item["type"] for item in items] == ["user_message", "workflow", "assistant_message"]
    assert said(items[-1]) == "Whole."


async def test_what_others_ask_or_where_it_is_asked_again_is_not_the_same(site: Site) -> None:
    site.model.scripts += [["One."], ["Two."], ["Three."], ["Four."]]
    first = await asked(site)
    owner, site.token = site.token, site.identity.issue().token
    other = await asked(site)
    site.token = ""
    nobody = await asked(site)
    site.token = owner
    site.thread = first[0]["thread"]["id"]
    await site.ask("hi")
    threads = {seen[0]["thread"]["id"] for seen in (first, other, nobody)}
    assert len(threads) == 3
    assert len(site.model.inputs) == 4


async def test_the_same_words_on_another_page_are_another_question(site: Site) -> None:
    site.model.scripts += [["One."], ["Two."]]
    pages = ("/docs/one", "/docs/two", "/docs/two")
    seen = [await site.ask("What is this?", headers={"X-AskDocs-Page": page}) for page in pages]
    one, two, again = (said(events[-1]["item"]) for events in seen)
    assert (one, two, again) == ("One.", "Two.", "Two.")
