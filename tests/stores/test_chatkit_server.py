"""The SDK's own server, unchanged, on each of our stores: what a reader does in a session."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.store import NotFoundError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    HiddenContextItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

from app.context import RequestContext
from app.stores import ThreadStore
from tests.stores.conftest import STORES
from tests.stores.samples import ANA, BEN

pytestmark = pytest.mark.parametrize("database_url", STORES, indirect=True)


class Parrot(ChatKitServer[RequestContext]):
    """Says what it was told, after an item that it takes back and one that nobody sees."""

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: RequestContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        assert input_user_message is not None
        said = input_user_message.content[0].text
        common = {"thread_id": thread.id, "created_at": datetime.now()}  # noqa: DTZ005 - as the SDK

        def message(text: str) -> AssistantMessageItem:
            id_ = self.store.generate_item_id("message", thread, context)
            content = [AssistantMessageContent(text=text)]
            return AssistantMessageItem(id=id_, content=content, **common)

        draft, answer = message("Hm"), message("Well")
        yield ThreadItemDoneEvent(item=draft)
        yield ThreadItemRemovedEvent(item_id=draft.id)
        note = self.store.generate_item_id("message", thread, context)
        yield ThreadItemDoneEvent(item=HiddenContextItem(id=note, content="note", **common))
        yield ThreadItemDoneEvent(item=answer)
        answer.content[0].text = said.upper()
        yield ThreadItemReplacedEvent(item=answer)
        thread.title = said


async def ask(store: ThreadStore, kind: str, context: RequestContext, **params: Any) -> Any:
    """The events of a streaming request, the object of another."""
    request = json.dumps({"type": kind, "params": params})
    result = await Parrot(store).process(request, context)
    if isinstance(result, StreamingResult):
        events = [json.loads(event.removeprefix(b"data: ")) async for event in result]
        assert [event for event in events if event["type"] == "error"] == []
        return events
    assert isinstance(result, NonStreamingResult)
    return json.loads(result.json)


def message(text: str) -> dict[str, Any]:
    return {
        "content": [{"type": "input_text", "text": text}],
        "attachments": [],
        "inference_options": {},
    }


async def begun(store: ThreadStore, text: str = "hello") -> str:
    events = await ask(store, "threads.create", ANA, input=message(text))
    return events[0]["thread"]["id"]


def texts(items: dict[str, Any]) -> list[str]:
    return [item["content"][0]["text"] for item in items["data"]]


async def test_a_thread_goes_on_and_is_read_again(store: ThreadStore):
    thread = await begun(store)
    await ask(store, "threads.add_user_message", ANA, thread_id=thread, input=message("more"))
    found = await ask(store, "threads.get_by_id", ANA, thread_id=thread)
    assert texts(found["items"]) == ["hello", "HELLO", "more", "MORE"]
    assert found["title"] == "more"
    assert found["created_at"].endswith("Z")
    newest = await ask(store, "items.list", ANA, thread_id=thread, limit=2, order="desc")
    assert texts(newest)[0] == "MORE"


async def test_a_retry_replaces_the_answer(store: ThreadStore):
    thread = await begun(store)
    items = await ask(store, "items.list", ANA, thread_id=thread, order="asc")
    question, first = items["data"]
    await ask(store, "threads.retry_after_item", ANA, thread_id=thread, item_id=question["id"])
    again = await ask(store, "items.list", ANA, thread_id=thread, order="asc")
    assert texts(again) == ["hello", "HELLO"]
    assert again["data"][1]["id"] != first["id"]


async def test_threads_are_listed_renamed_and_deleted(store: ThreadStore):
    threads = [await begun(store, text) for text in ("one", "two", "three")]
    listed = await ask(store, "threads.list", ANA, limit=2)
    assert [thread["title"] for thread in listed["data"]] == ["three", "two"]
    rest = await ask(store, "threads.list", ANA, limit=2, after=listed["after"])
    assert [thread["title"] for thread in rest["data"]] == ["one"]
    await ask(store, "threads.update", ANA, thread_id=threads[0], title="uno")
    await ask(store, "threads.delete", ANA, thread_id=threads[1])
    listed = await ask(store, "threads.list", ANA)
    assert [thread["title"] for thread in listed["data"]] == ["three", "uno"]


FOREIGN: dict[str, dict[str, Any]] = {
    "threads.get_by_id": {},
    "items.list": {},
    "threads.update": {"title": "mine now"},
    "threads.delete": {},
    "threads.add_user_message": {"input": message("let me in")},
    "threads.retry_after_item": {"item_id": "msg_1"},
    "threads.add_client_tool_output": {"result": 1},
    "threads.custom_action": {"action": {"type": "go", "payload": {}}},
    "threads.sync_custom_action": {"action": {"type": "go", "payload": {}}},
}


async def test_nobody_reaches_the_thread_of_another(store: ThreadStore):
    thread = await begun(store)
    for kind, params in FOREIGN.items():
        with pytest.raises(NotFoundError, match=thread):
            await ask(store, kind, BEN, thread_id=thread, **params)
    assert (await ask(store, "threads.list", BEN))["data"] == []
    items = await ask(store, "items.list", ANA, thread_id=thread, order="asc")
    assert texts(items) == ["hello", "HELLO"]
