"""What the browser is told of an answer."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from chatkit.errors import CustomStreamError
from chatkit.types import ThreadStreamEvent
from pydantic import TypeAdapter

from app.answer.citations import Citation
from app.answer.events import CUT, EventWriter, events
from app.answer.message import Message, Written
from app.answer.sources import Sources
from app.answer.steps import Cut, Found, MessageDone, MessageStarted, Searching, Step
from app.trace import Trace, Traced
from tests.fakes.retriever import chunk

EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)


async def told(*steps: Step | Exception) -> list[dict[str, Any]]:
    """Events as JSON, each checked against the SDK's own models."""
    sources = Sources()
    sources.add([chunk(1), chunk(2)])
    ids = count(1)

    async def played() -> AsyncGenerator[Step, None]:
        for step in steps:
            if isinstance(step, Exception):
                raise step
            yield step

    written: list[dict[str, Any]] = []
    try:
        writer = EventWriter(
            "thr", lambda kind: f"{kind}_{next(ids)}", sources, lambda: Trace("Why?", "fake")
        )
        async for event in events(played(), writer):
            if isinstance(event, Traced):
                continue
            event = event.event() if isinstance(event, Written) else event  # noqa: PLW2901
            dumped = event.model_dump(mode="json", exclude_none=True)
            EVENT.validate_python(dumped)
            written.append(dumped)
    except ValueError:
        pass
    return written


def passages() -> tuple[Any, ...]:
    return tuple(Sources().add([chunk(1), chunk(2)]))


async def test_a_message_is_added_written_annotated_and_done() -> None:
    seen = await told(MessageStarted(), "Use ", "it", Citation((2,)), ".", MessageDone())
    assert [e["type"] for e in seen] == [
        "thread.item.added",
        *["thread.item.updated"] * 6,
        "thread.item.done",
    ]
    assert {e.get("item_id") or e["item"]["id"] for e in seen} == {"message_1"}
    done = seen[-1]["item"]["content"][0]
    assert done["text"] == "Use it."
    (annotation,) = done["annotations"]
    assert annotation["index"] == 6
    assert annotation["source"]["url"] == "https://docs.example/docs/page#heading-2"
    added = next(e["update"] for e in seen if "annotation" in e.get("update", {}))
    assert added["annotation"] == annotation


async def test_indexes_count_utf16_units_as_browsers_do() -> None:
    seen = await told("Go 🚀 é", Citation((1,)), MessageDone())
    assert seen[-1]["item"]["content"][0]["annotations"][0]["index"] == 7


async def test_two_messages_of_one_turn_have_two_ids() -> None:
    seen = await told("One.", MessageDone(), Searching("q"), Found("q", ()), "Two.", MessageDone())
    done = [e["item"] for e in seen if e["type"] == "thread.item.done"]
    assert [(i["type"], i["id"]) for i in done] == [
        ("assistant_message", "message_1"),
        ("workflow", "workflow_2"),
        ("assistant_message", "message_3"),
    ]


async def test_a_search_is_shown_with_its_query_and_what_it_found() -> None:
    seen = await told(Searching("how?"), Found("how?", passages()), "It is so.", MessageDone())
    assert seen[0]["type"] == "progress_update"
    assert "how?" in seen[0]["text"]
    workflow = next(e["item"] for e in seen if e["type"] == "thread.item.done")
    (task,) = workflow["workflow"]["tasks"]
    assert task["queries"] == ["how?"]
    assert task["status_indicator"] == "complete"
    assert [s["url"] for s in task["sources"]] == [
        "https://docs.example/docs/page#heading-1",
        "https://docs.example/docs/page#heading-2",
    ]


async def test_a_search_that_failed_does_not_look_as_if_it_went_on() -> None:
    seen = await told(Searching("how?"), ValueError("qdrant gone"))
    (task,) = seen[-1]["item"]["workflow"]["tasks"]
    assert task["status_indicator"] == "none"


async def test_times_are_utc_with_their_offset() -> None:
    event = next(iter(Message("m", "t").write("x")))
    assert event.item.created_at.utcoffset() == timedelta(0)  # type: ignore[union-attr]


async def test_a_message_without_text_is_no_message() -> None:
    with pytest.raises(CustomStreamError) as caught:
        await told(Searching("q"), Found("q", ()), MessageStarted(), MessageDone())
    assert caught.value.allow_retry


async def test_a_cut_answer_is_announced() -> None:
    seen = await told("Half", MessageDone(), Cut())
    assert seen[-1] == {"type": "notice", "level": "warning", "message": CUT}


async def test_what_was_written_before_a_failure_is_done_first() -> None:
    seen = await told("Half", ValueError("provider gone"))
    assert seen[-1]["type"] == "thread.item.done"
    assert seen[-1]["item"]["content"][0]["text"] == "Half"
