"""The Agents SDK's own runner over the model: what it does with what providers really send."""

import asyncio
from typing import Any

import pytest
from agents import Model, RunResultStreaming
from agents.items import ToolCallOutputItem

from app.llm import ModelError
from tests.fakes.provider import FakeProvider, Script, answer, call, chunk, end, text
from tests.llm.runs import run


async def ended(result: RunResultStreaming) -> list[Any]:
    return [event async for event in result.stream_events()]


def searching(arguments: str = '{"query": "hooks"}', **named: Any) -> Script:
    return [*text("Let me look."), *call("search_docs", arguments, **named), *end("tool_calls")]


def said(request: Any, role: str) -> list[Any]:
    return [m["content"] for m in request.body["messages"] if m["role"] == role]


async def test_a_preamble_a_search_and_the_answer(provider: FakeProvider, model: Model) -> None:
    provider.scripts = [searching(), answer("It ", "hooks.")]
    result = run(model)
    await ended(result)
    assert result.final_output == "It hooks."
    assert said(provider.requests[1], "tool") == ["found for hooks"]
    assert [type(item).__name__ for item in result.new_items] == [
        "MessageOutputItem",
        "ToolCallItem",
        "ToolCallOutputItem",
        "MessageOutputItem",
    ]


async def test_no_two_items_of_a_run_share_an_id(provider: FakeProvider, model: Model) -> None:
    """Trap 3: with the SDK's own model all of them are one."""
    provider.scripts = [
        [chunk(reasoning="Hm."), *searching(id="0")],
        [chunk(reasoning="Hm."), *searching(id="0")],
        answer("Done."),
    ]
    result = run(model)
    await ended(result)
    raw: list[Any] = [r for response in result.raw_responses for r in response.output]
    assert len({item.id for item in raw}) == len(raw) == 7
    outputs = [i.raw_item for i in result.new_items if isinstance(i, ToolCallOutputItem)]
    assert len({output["call_id"] for output in outputs}) == 2  # type: ignore[index]


@pytest.mark.parametrize(
    "history",
    [
        [
            {"role": "user", "content": "What colour?"},
            {"role": "assistant", "content": "Blue."},
            {"role": "user", "content": "Sure?"},
        ],
        None,
    ],
    ids=["plain strings", "what the run gave"],
)
async def test_a_second_turn(
    provider: FakeProvider, model: Model, history: list[Any] | None
) -> None:
    """Trap 16."""
    if history is None:
        provider.scripts = [answer("Blue.")]
        first = run(model, "What colour?")
        await ended(first)
        history = [*first.to_input_list(), {"role": "user", "content": "Sure?"}]
    provider.scripts = [answer("Yes.")]
    result = run(model, history)
    await ended(result)
    assert result.final_output == "Yes."
    assert said(provider.requests[-1], "assistant") == ["Blue."]
    assert said(provider.requests[-1], "user") == ["What colour?", "Sure?"]


@pytest.mark.parametrize(
    "arguments",
    ["", "{", '{"query": ', "[1]", "null", '{"q": 1}', '"query"', '{"query": "a"}{"query": "b"}'],
)
async def test_malformed_arguments_do_not_end_a_run(
    provider: FakeProvider, model: Model, arguments: str
) -> None:
    """Trap 24. The provider gets back what it can parse."""
    provider.scripts = [searching(arguments), answer("Done.")]
    result = run(model)
    await ended(result)
    assert result.final_output == "Done."
    (output,) = said(provider.requests[1], "tool")
    assert output


async def test_a_tool_that_does_not_exist_does_not_end_a_run(
    provider: FakeProvider, model: Model
) -> None:
    provider.scripts = [[*call("fly", "{}"), *end("tool_calls")], answer("Done.")]
    result = run(model)
    await ended(result)
    assert result.final_output == "Done."


async def test_a_truncated_answer_ends_a_run_with_an_error(
    provider: FakeProvider, model: Model
) -> None:
    """Trap 21: with the SDK's own model it counts as finished."""
    provider.scripts = [text("Half")]
    result = run(model)
    with pytest.raises(ModelError):
        await ended(result)


async def test_a_run_that_is_cancelled_closes_the_connection(
    provider: FakeProvider, model: Model
) -> None:
    """Trap 1."""
    provider.scripts = [[*text("Half"), asyncio.Event()]]
    result = run(model)
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            result.cancel()
            break
    await asyncio.wait_for(provider.left.wait(), 1)
