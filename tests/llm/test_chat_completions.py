"""The model over real HTTP: what the SDK gets for what a provider says."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from agents import Model, ModelSettings

from app.llm import ModelError, open_model
from tests.fakes.provider import (
    DONE,
    PROCESSING,
    Cut,
    FakeProvider,
    Status,
    answer,
    call,
    chunk,
    end,
    text,
    usage,
)
from tests.llm.conftest import KEY
from tests.llm.runs import collect, deltas, events_of, response_of, search_docs, streamed


async def test_text_arrives_as_it_is_said(provider: FakeProvider, model: Model) -> None:
    gate = asyncio.Event()
    provider.scripts = [[*text("Hel"), gate, *text("lo."), *end()]]
    async with aclosing(streamed(model)) as events:
        async for event in events:
            if event.type == "response.output_text.delta":
                assert event.delta == "Hel"
                break
        gate.set()
        rest: list[Any] = [event async for event in events]
    assert deltas(rest) == ["lo."]
    assert rest[-1].response.output_text == "Hello."
    assert rest[-1].response.status == "completed"


async def test_deltas_that_arrive_together_leave_together(
    provider: FakeProvider, model: Model
) -> None:
    provider.scripts = [[[*text("One", " two", " three.")], *end()]]
    assert deltas(await events_of(model)) == ["One two three."]


async def test_what_is_asked(provider: FakeProvider, model: Model) -> None:
    settings = ModelSettings(temperature=0.2, max_tokens=50, parallel_tool_calls=False)
    await events_of(model, settings=settings, tools=[search_docs])
    asked = provider.requests[0]
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
    ]
    assert asked.body["model"] == "fake"
    assert asked.body["stream"] is True
    assert asked.body["stream_options"] == {"include_usage": True}
    assert asked.body["temperature"] == 0.2
    assert asked.body["max_tokens"] == 50
    assert asked.body["parallel_tool_calls"] is False
    assert asked.body["tools"][0]["function"]["name"] == "search_docs"


async def test_organizations_of_the_environment_stay_at_home(
    provider: FakeProvider, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-ours")
    async with open_model(f"{url}#fake") as model:
        await events_of(model)
    assert not {"openai-organization", "openai-project"} & set(provider.requests[0].headers)


async def test_without_streaming(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [[*text("Hello."), chunk(finish="stop"), usage(7, 2), DONE]]
    whole = await model.get_response(
        None,
        "Hi",
        ModelSettings(),
        [],
        None,
        [],
        None,  # type: ignore[arg-type] - tracing is not looked at
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    assert whole.output[0].content[0].text == "Hello."  # type: ignore[union-attr]
    assert (whole.usage.input_tokens, whole.usage.output_tokens) == (7, 2)


async def test_a_connection_serves_one_answer_after_the_other(
    provider: FakeProvider, model: Model
) -> None:
    await events_of(model)
    await events_of(model)
    first, second = provider.requests
    assert first.client == second.client


async def test_calls_arrive_in_pieces(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [
        [
            *call("search_docs", '{"query": "hooks"}', id="a", index=0),
            *call("read_page", '{"path": "/docs"}', id="b", index=1),
            *end("tool_calls"),
        ]
    ]
    first, second = (await response_of(model)).output
    assert (first.call_id, first.name, first.arguments) == (  # type: ignore[union-attr]
        "a",
        "search_docs",
        '{"query": "hooks"}',
    )
    assert (second.call_id, second.name) == ("b", "read_page")  # type: ignore[union-attr]
    assert first.id != second.id


async def test_every_item_has_its_own_id(provider: FakeProvider, model: Model) -> None:
    """Trap 3, and call ids that providers begin anew with each answer."""
    script = [chunk(reasoning="Hm."), *text("Wait."), *call("search_docs", "{}", id="0"), *end()]
    provider.scripts = [script, script]
    first = (await response_of(model)).output
    asked = [
        {"role": "user", "content": "Hi"},
        {"type": "function_call", "call_id": "0", "name": "search_docs", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "0", "output": "nothing"},
    ]
    second = (await response_of(model, asked)).output
    assert [item.type for item in second] == ["reasoning", "message", "function_call"]
    ids = [item.id for item in (*first, *second)]
    assert len(set(ids)) == 6
    assert not any("fake" in str(i) for i in ids)
    assert second[2].call_id != "0"  # type: ignore[union-attr]


async def test_reasoning_is_a_summary_and_not_text(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [
        [chunk(reasoning="Let me "), chunk(reasoning_content="see."), *text("Yes."), *end()]
    ]
    events = await events_of(model)
    done = [e.item.type for e in events if e.type == "response.output_item.done"]
    assert done == ["reasoning", "message"]
    response = events[-1].response
    assert response.output_text == "Yes."
    assert response.output[0].summary[0].text == "Let me see."


async def test_a_refusal_is_one(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [[chunk(refusal="I can't "), chunk(refusal="do that."), *end()]]
    events = await events_of(model)
    assert "".join(e.delta for e in events if e.type == "response.refusal.delta") == (
        "I can't do that."
    )
    assert events[-1].response.output[0].content[0].refusal == "I can't do that."


async def test_usage(provider: FakeProvider, model: Model) -> None:
    used = usage(120, 30)
    used["usage"]["prompt_tokens_details"] = {"cached_tokens": 100}
    used["usage"]["completion_tokens_details"] = None
    provider.scripts = [[*text("Yes."), chunk(finish="stop"), used, DONE]]
    counted = (await response_of(model)).usage
    assert counted is not None
    assert (counted.input_tokens, counted.output_tokens, counted.total_tokens) == (120, 30, 150)
    assert counted.input_tokens_details.cached_tokens == 100


async def test_an_option_that_is_rejected_is_not_sent_again(
    provider: FakeProvider, model: Model
) -> None:
    """Trap 27."""
    unknown = Status(400, {"error": {"message": "Unrecognized request argument: stream_options"}})
    provider.scripts = [[unknown], answer("Yes."), answer("Again.")]
    assert (await response_of(model)).output_text == "Yes."
    assert (await response_of(model)).output_text == "Again."
    assert ["stream_options" in r.body for r in provider.requests] == [True, False, False]


async def test_an_answer_at_the_length_limit_is_incomplete(
    provider: FakeProvider, model: Model
) -> None:
    """Trap 22."""
    provider.scripts = [[*text("Half an"), *end("length")]]
    response = await response_of(model)
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "Half an"


async def test_comments_are_passed_over(provider: FakeProvider, model: Model) -> None:
    """Trap 25."""
    provider.scripts = [[PROCESSING, PROCESSING, *text("Yes."), b": ping\r\n\r\n", *end()]]
    assert (await response_of(model)).output_text == "Yes."


async def test_an_answer_ends_when_the_provider_says_so(
    provider: FakeProvider, model: Model
) -> None:
    """Even where it forgets to end the stream."""
    provider.scripts = [[*answer("Yes."), asyncio.Event()]]
    async with asyncio.timeout(3):
        assert (await response_of(model)).output_text == "Yes."


async def test_a_break_after_the_finish_reason_breaks_nothing(
    provider: FakeProvider, model: Model
) -> None:
    provider.scripts = [[*text("Yes."), chunk(finish="stop"), 0.05, Cut()]]
    assert (await response_of(model)).output_text == "Yes."


TRUNCATED = [
    pytest.param([*text("Half"), 0.02, Cut()], id="connection broken"),
    pytest.param([*text("Half")], id="closed without a finish reason"),
    pytest.param([*text("Half"), b'data: {"choices": [{"del'], id="closed within a chunk"),
]


@pytest.mark.parametrize("script", TRUNCATED)
async def test_a_truncated_answer_is_an_error(
    script: list[Any], provider: FakeProvider, model: Model
) -> None:
    """Trap 21."""
    provider.scripts = [script]
    said: list[Any] = []
    with pytest.raises(ModelError) as raised:
        await collect(model, said)
    assert deltas(said) == ["Half"]
    assert raised.value.retryable
    assert len(provider.requests) == 1, "what was said once must not be said again"


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        ({"code": 502, "message": "Provider disconnected"}, True),
        ({"code": "rate_limit_exceeded", "message": "slow down"}, True),
        ({"code": 402, "message": "Insufficient credits"}, False),
        ("something", True),
    ],
)
async def test_an_error_in_mid_stream(
    error: Any, retryable: bool, provider: FakeProvider, model: Model
) -> None:
    """Trap 25: after HTTP 200. What came with it in the same read was still said."""
    provider.scripts = [[[*text("Half"), {"error": error, **chunk(finish="error")}], *end()]]
    said: list[Any] = []
    with pytest.raises(ModelError) as raised:
        await collect(model, said)
    assert deltas(said) == ["Half"]
    assert raised.value.retryable is retryable
    assert str(error) in str(raised.value) or "credits" in str(raised.value)
    assert "credits" not in raised.value.message


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "Incorrect API key provided: " + KEY),
        (402, "Insufficient credits"),
        (403, "Your account is blocked"),
        (404, "No endpoints found for fake"),
        (400, "This model's maximum context length is 8192 tokens"),
        (413, "Request too large"),
        (429, "insufficient_quota: check your plan and billing details"),
    ],
)
async def test_what_no_other_try_will_cure(
    status: int, said: str, provider: FakeProvider, model: Model
) -> None:
    """Trap 26. The log has the provider's words, the reader ours, nobody the key."""
    provider.scripts = [[Status(status, {"error": {"message": said}})]]
    with pytest.raises(ModelError) as raised:
        await events_of(model)
    assert not raised.value.retryable
    assert len(provider.requests) == 1
    assert said.replace(KEY, "…") in str(raised.value)
    assert KEY not in str(raised.value)
    assert said not in raised.value.message


@pytest.mark.parametrize(
    "trouble",
    [
        [Status(429, headers={"retry-after": "0"})],
        [Status(503, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})],
        [Status(500, headers={"retry-after": "0"})],
        [PROCESSING, {"error": {"code": 503, "message": "No instance"}}],
        [Cut()],
    ],
)
async def test_trouble_before_the_first_token_is_tried_again(
    trouble: list[Any], provider: FakeProvider, model: Model
) -> None:
    provider.scripts = [trouble, answer("Yes.")]
    assert (await response_of(model)).output_text == "Yes."
    assert len(provider.requests) == 2


async def test_tries_are_bounded(provider: FakeProvider, model: Model) -> None:
    provider.otherwise = lambda _: [Status(429, headers={"retry-after": "0"})]
    with pytest.raises(ModelError) as raised:
        await events_of(model)
    assert raised.value.retryable
    assert len(provider.requests) == 3


async def test_a_reader_does_not_wait_as_long_as_a_provider_asks(
    provider: FakeProvider, model: Model
) -> None:
    provider.scripts = [[Status(429, headers={"retry-after": "3600"})]]
    with pytest.raises(ModelError) as raised:
        await events_of(model)
    assert raised.value.retryable
    assert len(provider.requests) == 1


async def test_a_filtered_answer_is_not_an_empty_one(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [end("content_filter")]
    with pytest.raises(ModelError, match="filter"):
        await events_of(model)


@pytest.mark.parametrize("odd", [{"choices": {"a": 1}}, {"choices": ["text"]}, {"choices": [7]}])
async def test_chunks_of_an_unknown_shape(
    odd: dict[str, Any], provider: FakeProvider, model: Model
) -> None:
    provider.scripts = [[*text("Half"), 0.05, odd, *end()]]
    with pytest.raises(ModelError, match="shape"):
        await events_of(model)


async def test_what_is_no_stream_names_the_remedy(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [[Status(200, b"<html>", {"content-type": "text/html"})]]
    with pytest.raises(ModelError, match="/v1") as raised:
        await events_of(model)
    assert not raised.value.retryable


async def test_a_provider_that_is_not_there() -> None:
    """Trap 47: the client's own HTTP library raises errors of its own."""
    async with open_model("http://127.0.0.1:1/v1#fake") as model:
        with pytest.raises(ModelError, match="Connect") as raised:
            await events_of(model)
    assert raised.value.retryable
