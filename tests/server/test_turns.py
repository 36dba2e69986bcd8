"""One turn as a reader lives it, over a real server."""

import asyncio
import json
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from app.answer.prompt import STOPPED
from app.context import RequestContext
from app.failures import UNEXPECTED
from app.llm import ModelError
from app.retrieval import RetrievalError
from tests.fakes.model import Call
from tests.server.conftest import Options, Site, message


def kinds(items: list[dict[str, Any]]) -> list[str]:
    return [item["type"] for item in items]


def text(item: dict[str, Any]) -> str:
    return "".join(part["text"] for part in item["content"])


async def test_an_answer_streams_and_is_there_after_a_reload(site: Site) -> None:
    site.script("Use ", "it [1", "].")
    seen = await site.ask("How do I use it?")
    deltas = [e["update"]["delta"] for e in seen if "delta" in e.get("update", {})]
    assert "".join(deltas) == "Use it."
    assert len(deltas) > 1
    stored = (await site.items())[-1]
    assert text(stored) == "Use it."
    assert stored["content"][0]["annotations"] == seen[-1]["item"]["content"][0]["annotations"]
    assert stored["id"] == seen[-1]["item"]["id"]


async def test_the_stream_has_the_headers_that_proxies_need(site: Site) -> None:
    site.script("ok")
    answer = await site.send(message("threads.create", "hi"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert "no-transform" in answer.headers["cache-control"]


async def test_ids_are_128_bits_and_times_are_utc(site: Site) -> None:
    site.script("One.", Call("search_docs", {"query": "more"}))
    site.script("Two.")
    await site.ask("hi")
    items = await site.items()
    assert kinds(items) == ["user_message", *["workflow", "assistant_message"] * 2]
    assert len({item["id"] for item in items}) == 5
    for item in items:
        assert re.fullmatch(r"[a-z]+_[0-9a-z]{25,32}", item["id"])
        assert datetime.fromisoformat(item["created_at"]).utcoffset() == timedelta(0)


async def test_the_second_turn_knows_the_first(site: Site) -> None:
    site.script("It is blue.")
    await site.ask("What colour?")
    site.script("Still blue.")
    await site.ask("Sure?")
    said = [(m["role"], m["content"]) for m in site.model.inputs[1] if "role" in m]
    assert said == [
        ("user", "What colour?"),
        ("assistant", "It is blue."),
        ("user", "Sure?"),
    ]


async def test_a_thread_is_named_by_its_first_question(site: Site) -> None:
    site.script("ok")
    seen = await site.ask("How do I   install it?")
    told = [
        e["thread"].get("title") for e in seen if e["type"].startswith("thread.") and "thread" in e
    ]
    assert told == ["How do I install it?"]
    listed = await site.send({"type": "threads.list", "params": {}})
    assert listed.json()["data"][0]["title"] == "How do I install it?"


@pytest.mark.parametrize("options", [Options(titled_by_model=True)], ids=["model"])
async def test_or_by_the_model_beside_the_answer(site: Site) -> None:
    site.script("An answer.")
    site.model.titles.append(['"Installing it."'])
    seen = await site.ask("Tell me")
    told = [e["thread"].get("title") for e in seen if e["type"] == "thread.updated"]
    assert told == ["Installing it"]
    listed = await site.send({"type": "threads.list", "params": {}})
    assert listed.json()["data"][0]["title"] == "Installing it"


@pytest.mark.parametrize("options", [Options(titled_by_model=True)], ids=["model"])
async def test_a_title_that_fails_costs_the_answer_nothing(site: Site) -> None:
    site.script("An answer.")
    site.model.titles.append([ModelError("no", message="no", retryable=True)])
    seen = await site.ask("Tell me")
    assert "error" not in {e["type"] for e in seen}
    assert text((await site.items())[-1]) == "An answer."
    told = [e["thread"].get("title") for e in seen if e["type"] == "thread.updated"]
    assert told == ["Tell me"]


@pytest.mark.parametrize("options", [Options(titled_by_model=True)], ids=["model"])
async def test_a_failed_answer_leaves_its_thread_to_be_named_by_the_next(site: Site) -> None:
    waiting = asyncio.Event()
    site.script(ModelError("no", message="no", retryable=True))
    site.model.titles.append([waiting, "never said"])
    seen = await site.ask("Tell me")
    assert seen[-1]["type"] == "error"
    site.script("An answer.")
    site.model.titles.append(["A name"])
    seen = await site.ask("Tell me more")
    told = [e["thread"].get("title") for e in seen if e["type"] == "thread.updated"]
    assert told == ["A name"]


async def test_leaving_keeps_the_partial_answer_and_frees_the_model(site: Site) -> None:
    gate = asyncio.Event()
    site.script("Half an ans", gate, "wer")
    async with site.client.stream(
        "POST",
        "/chatkit",
        content=json.dumps(message("threads.create", "hi")),
        headers={"Content-Type": "application/json"} | site.headers(),
    ) as answer:
        async for line in answer.aiter_lines():
            if "thread.created" in line:
                site.thread = json.loads(line[6:])["thread"]["id"]
            if "text_delta" in line:
                break
    await asyncio.wait_for(site.model.closed.wait(), 2)
    assert site.model.sent == 1
    items = await stored(site, "assistant_message")
    assert text(items[-1]) == "Half an ans"
    site.script("On we go.")
    await site.ask("And?")
    history = [m["content"] for m in site.model.inputs[-1] if m.get("role") == "assistant"]
    assert history == ["Half an ans" + STOPPED]


async def stored(site: Site, kind: str) -> list[dict[str, Any]]:
    """The thread's items once one of that kind is there."""
    for _ in range(100):
        items = await site.items()
        if kind in kinds(items):
            return items
        await asyncio.sleep(0.02)
    raise AssertionError(f"no {kind} was stored: {kinds(items)}")


async def test_leaving_while_the_server_is_blocked_in_a_send(site: Site) -> None:
    """Trap 17: the generator is closed, not cancelled."""
    site.script(*["word " * 400] * 4_000)
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=2**12)
    body = json.dumps(message("threads.create", "hi")).encode()
    head = "".join(f"{k}: {v}\r\n" for k, v in site.headers().items())
    writer.write(
        f"POST /chatkit HTTP/1.1\r\nHost: {host}:{port}\r\n{head}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    seen = await reader.readuntil(b"text_delta")
    for _ in range(40):
        await asyncio.sleep(0.05)
        before, sent = site.model.sent, 0
        await asyncio.sleep(0.05)
        sent = site.model.sent
        if sent == before:
            break
    assert sent < 4_000, "a reader who stops reading stops the model"
    writer.transport.abort()
    await asyncio.wait_for(site.model.closed.wait(), 5)
    found = re.search(rb'"thread":\{"id":"(thr_\w+)"|"id":"(thr_\w+)"', seen)
    assert found
    site.thread = (found.group(1) or found.group(2)).decode()
    items = await stored(site, "assistant_message")
    assert text(items[-1]).startswith("word word")


@pytest.mark.parametrize(
    ("failure", "told", "retry"),
    [
        (ModelError("key", message="The key is wrong.", retryable=False), "key is wrong", False),
        (ModelError("429", message="Too busy.", retryable=True), "Too busy.", True),
        (RetrievalError("qdrant.internal:6333"), RetrievalError.message, True),
        (ZeroDivisionError("secret detail"), UNEXPECTED, True),
    ],
    ids=["final", "passing", "search", "a bug"],
)
async def test_a_failure_is_an_error_event_with_the_right_retry(
    site: Site, failure: Exception, told: str, retry: bool
) -> None:
    if isinstance(failure, RetrievalError):
        site.retriever.failure = failure
    site.script("Half", failure)
    seen = await site.ask("hi")
    (error,) = [e for e in seen if e["type"] == "error"]
    assert told in error["message"]
    assert error["allow_retry"] is retry
    assert "secret" not in str(seen)
    assert "qdrant.internal" not in str(seen)
    last = (await site.items())[-1]
    if isinstance(failure, RetrievalError):
        assert [t["status_indicator"] for t in last["workflow"]["tasks"]] == ["none"]
    else:
        assert text(last) == "Half"


async def test_a_retry_replaces_the_answer_and_a_failed_one_keeps_it(site: Site) -> None:
    site.script("First answer.")
    await site.ask("hi")
    question = (await site.items())[0]["id"]
    retry = {
        "type": "threads.retry_after_item",
        "params": {"thread_id": site.thread, "item_id": question},
    }
    site.script(ModelError("429", message="Busy.", retryable=True))
    await site.stream(retry)
    assert "First answer." in [text(i) for i in await site.items() if "content" in i]
    site.script("Second answer.")
    await site.stream(retry)
    items = await site.items()
    assert kinds(items) == ["user_message", "workflow", "assistant_message"]
    assert text(items[-1]) == "Second answer."
    assert [m for m in site.model.inputs[-1] if m.get("role") == "assistant"] == []


async def test_only_a_users_message_can_be_retried(site: Site) -> None:
    site.script("ok")
    done = (await site.ask("hi"))[-1]["item"]["id"]
    params = {"thread_id": site.thread, "item_id": done}
    answer = await site.send({"type": "threads.retry_after_item", "params": params})
    assert answer.status_code == 400
    assert done in answer.json()["message"]


async def test_without_a_token_the_chat_works_and_nothing_is_listed(site: Site) -> None:
    site.token = ""
    site.script("One.")
    await site.ask("hi")
    site.script("Two.")
    await site.ask("and?")
    assert len(await site.items()) == 6
    listed = await site.send({"type": "threads.list", "params": {}})
    assert listed.json()["data"] == []


@pytest.mark.parametrize("options", [Options(settings={"ping_seconds": 0.1})], ids=["0.1s"])
async def test_a_silent_stream_is_kept_alive_by_comments(site: Site) -> None:
    gate = asyncio.Event()
    site.script(gate, "ok")
    asyncio.get_running_loop().call_later(0.5, gate.set)
    answer = await site.send(message("threads.create", "hi"))
    assert answer.text.count(": ping") >= 2
    assert httpx.Headers(answer.headers)["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("options", [Options(settings={"ping_seconds": 0.2})], ids=["0.2s"])
async def test_a_stream_that_speaks_needs_no_comments(site: Site) -> None:
    gates = [asyncio.Event() for _ in range(20)]
    site.script(*(piece for gate in gates for piece in (gate, "word ")))
    for n, gate in enumerate(gates):
        asyncio.get_running_loop().call_later(n * 0.05, gate.set)
    answer = await site.send(message("threads.create", "hi"))
    assert answer.text.count("word ") >= 20
    assert ": ping" not in answer.text


async def test_hidden_items_stay_on_the_server(site: Site) -> None:
    site.script("ok")
    await site.ask("hi")
    owner = RequestContext(owner=site.identity.owner(site.token))
    thread = await site.store.load_thread(site.thread, owner)
    await site.store.add_thread_item(
        site.thread,
        __import__("chatkit.types", fromlist=["x"]).SDKHiddenContextItem(
            id="shcx_1", thread_id=thread.id, created_at=thread.created_at, content="hidden"
        ),
        owner,
    )
    got = await site.send({"type": "threads.get_by_id", "params": {"thread_id": site.thread}})
    assert "hidden" not in got.text
    assert len(await site.items()) == 3
