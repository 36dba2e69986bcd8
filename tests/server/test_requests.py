"""Every request type of ChatKit, over a real server."""

from typing import Any, get_args

import pytest
from chatkit.types import NonStreamingReq, StreamingReq

from tests.server.conftest import Site, message

UNKNOWN = "thr_00000000000000000000000000000000"

FOREIGN: dict[str, dict[str, Any]] = {
    "threads.get_by_id": {"thread_id": "{thread}"},
    "threads.add_user_message": message("", "hi", "{thread}")["params"],
    "threads.add_client_tool_output": {"thread_id": "{thread}", "result": 1},
    "threads.add_structured_input": {"thread_id": "{thread}", "item_id": "i", "input": {}},
    "threads.retry_after_item": {"thread_id": "{thread}", "item_id": "{item}"},
    "threads.custom_action": {"thread_id": "{thread}", "action": {"type": "a"}},
    "threads.sync_custom_action": {"thread_id": "{thread}", "action": {"type": "a"}},
    "items.list": {"thread_id": "{thread}"},
    "items.feedback": {"thread_id": "{thread}", "item_ids": ["{item}"], "kind": "positive"},
    "threads.update": {"thread_id": "{thread}", "title": "t"},
    "threads.delete": {"thread_id": "{thread}"},
}
NOT_OFFERED: dict[str, dict[str, Any]] = {
    "attachments.create": {"name": "a", "size": 1, "mime_type": "text/plain"},
    "attachments.delete": {"attachment_id": "atc_1"},
    "input.transcribe": {"audio_base64": "", "mime_type": "audio/webm"},
}


def filled(value: Any, **names: str) -> Any:
    match value:
        case str():
            return value.format(**names)
        case dict():
            return {k: filled(v, **names) for k, v in value.items()}
        case list():
            return [filled(v, **names) for v in value]
        case _:
            return value


def test_every_request_type_of_the_sdk_is_tested_here() -> None:
    types = {
        get_args(t.model_fields["type"].annotation)[0]
        for t in (*get_args(StreamingReq), *get_args(NonStreamingReq))
    }
    assert types == {*FOREIGN, *NOT_OFFERED, "threads.create", "threads.list"}


@pytest.mark.parametrize("kind", FOREIGN)
async def test_a_foreign_id_is_as_unknown_as_an_unknown_one(site: Site, kind: str) -> None:
    site.script("Mine.")
    seen = await site.ask("hello")
    item = seen[1]["item"]["id"]
    other = site.identity.issue().token
    for thread in (site.thread, UNKNOWN):
        params = filled(FOREIGN[kind], thread=thread, item=item)
        for token in (other, ""):
            answer = await site.send({"type": kind, "params": params}, token=token)
            assert answer.status_code == 404, answer.text
            assert thread in answer.json()["message"]
    assert [i["type"] for i in await site.items()] == [
        "user_message",
        "workflow",
        "assistant_message",
    ]


@pytest.mark.parametrize("kind", NOT_OFFERED)
async def test_what_is_not_offered_is_refused_with_a_sentence(site: Site, kind: str) -> None:
    answer = await site.send({"type": kind, "params": NOT_OFFERED[kind]})
    assert answer.status_code == 400
    assert answer.json()["message"].endswith("not offered here.")


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("threads.custom_action", {"action": {"type": "zoom"}}),
        ("threads.sync_custom_action", {"action": {"type": "zoom"}}),
        ("threads.add_client_tool_output", {"result": 1}),
        ("threads.add_structured_input", {"item_id": "i", "input": {}}),
    ],
)
async def test_what_this_server_never_asked_for_is_refused(
    site: Site, kind: str, params: dict[str, Any]
) -> None:
    site.script("Hello.")
    await site.ask("hello")
    answer = await site.send({"type": kind, "params": params | {"thread_id": site.thread}})
    assert answer.status_code == 400
    assert answer.json()["message"]


async def test_threads_are_listed_newest_first_and_renamed_and_deleted(site: Site) -> None:
    for n in range(3):
        site.thread = ""
        site.script("ok")
        await site.ask(f"Question {n}?")
    listed = (await site.send({"type": "threads.list", "params": {"limit": 2}})).json()
    assert [t["title"] for t in listed["data"]] == ["Question 2?", "Question 1?"]
    assert listed["has_more"]
    rest = await site.send({"type": "threads.list", "params": {"after": listed["after"]}})
    assert [t["title"] for t in rest.json()["data"]] == ["Question 0?"]
    renamed = await site.send(
        {"type": "threads.update", "params": {"thread_id": site.thread, "title": " New\nname "}}
    )
    assert renamed.json()["title"] == "New name"
    got = await site.send({"type": "threads.get_by_id", "params": {"thread_id": site.thread}})
    assert got.json()["title"] == "New name"
    assert [i["type"] for i in got.json()["items"]["data"]] == [
        "user_message",
        "workflow",
        "assistant_message",
    ]
    gone = await site.send({"type": "threads.delete", "params": {"thread_id": site.thread}})
    assert gone.json() == {}
    again = await site.send({"type": "threads.get_by_id", "params": {"thread_id": site.thread}})
    assert again.status_code == 404


async def test_a_limit_of_9999_is_taken_and_bounded(site: Site) -> None:
    listed = await site.send({"type": "threads.list", "params": {"limit": 9999}})
    assert listed.json() == {"data": [], "has_more": False}


async def test_feedback_is_kept(site: Site) -> None:
    from app.context import RequestContext  # noqa: PLC0415

    site.script("ok")
    done = (await site.ask("q"))[-1]["item"]["id"]
    answer = await site.send(
        {
            "type": "items.feedback",
            "params": {"thread_id": site.thread, "item_ids": [done], "kind": "negative"},
        }
    )
    assert answer.json() == {}
    owner = RequestContext(owner=site.identity.owner(site.token))
    (kept,) = await site.store.load_feedback(site.thread, owner)
    assert (kept.item_id, kept.kind, kept.answer) == (done, "negative", "ok")
    assert kept.trace
    assert (kept.trace.question, kept.trace.model, kept.trace.refused) == ("q", "fake", False)
    assert [(p.number, p.url, p.score) for p in kept.trace.passages] == [
        (1, "https://docs.example/docs/page#heading-1", 1.0),
        (2, "https://docs.example/docs/page#heading-2", 0.5),
    ]


async def test_that_the_docs_do_not_answer_is_kept(site: Site) -> None:
    from app.context import RequestContext  # noqa: PLC0415

    site.retriever.doubts = True
    site.script("Not in the docs.")
    done = (await site.ask("q"))[-1]["item"]["id"]
    owner = RequestContext(owner=site.identity.owner(site.token))
    await site.store.save_feedback(site.thread, [done], "positive", owner)
    (kept,) = await site.store.load_feedback(site.thread, owner)
    assert kept.trace
    assert kept.trace.refused is True


async def test_feedback_may_have_a_reason(site: Site) -> None:
    from app.context import RequestContext  # noqa: PLC0415

    site.script("ok")
    done = (await site.ask("q"))[-1]["item"]["id"]
    params = {"thread_id": site.thread, "item_ids": [done], "kind": "negative"}
    owner = RequestContext(owner=site.identity.owner(site.token))
    for said, kept in [
        (" It is\nold. ", "It is\nold."),
        ("  ", None),
        (7, None),
        ("x" * 9999, "x" * 2000),
    ]:
        request = {"type": "items.feedback", "params": params, "metadata": {"reason": said}}
        assert (await site.send(request)).json() == {}
        (feedback,) = await site.store.load_feedback(site.thread, owner)
        assert feedback.reason == kept


BAD_BODIES = {
    b"{": (400, "not JSON"),
    b"\xff": (400, "not JSON"),
    b"[]": (400, "object"),
    b'{"type": "threads.fly", "params": {}}': (400, "'threads.fly'"),
    b'{"type": "threads.get_by_id", "params": {}}': (400, "thread_id"),
    b'{"type": "threads.list", "params": {"order": "up"}}': (400, "'up'"),
}


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda b: b[:30].decode(errors="replace"))
async def test_a_malformed_request_is_told_what_is_wrong(site: Site, body: bytes) -> None:
    status, named = BAD_BODIES[body]
    answer = await site.send(body)
    assert answer.status_code == status
    assert named in answer.json()["message"]


async def test_what_no_answer_could_be_given_to_is_refused_before_it_is_stored(
    site: Site,
) -> None:
    for text, more, named in [
        ("  ", {}, "empty"),
        ("x" * 20_001, {}, "20,001"),
        ("x", {"quoted_text": "q" * 20_001}, "20,001"),
        ("x", {"attachments": ["atc_1"]}, "Attachments"),
    ]:
        answer = await site.send(message("threads.create", text, **more))
        assert answer.status_code == 400
        assert named in answer.json()["message"]
    listed = await site.send({"type": "threads.list", "params": {}})
    assert listed.json()["data"] == []


async def test_only_json_is_taken(site: Site) -> None:
    for path in ("/chatkit", "/chat"):
        answer = await site.client.post(path, content=b"{}", headers={"Content-Type": "text/plain"})
        assert answer.status_code == 415
        assert "text/plain" in answer.json()["message"]


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    answer = await site.send(b'{"type": "' + b"x" * 1_100_000 + b'"}')
    assert answer.status_code == 413
    assert "1,000,000" in answer.json()["message"] or "1000000" in answer.json()["message"]
