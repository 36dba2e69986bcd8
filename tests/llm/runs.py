"""What a model says, alone and run by the Agents SDK."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

from agents import (
    Agent,
    Model,
    ModelSettings,
    ModelTracing,
    RunConfig,
    Runner,
    RunResultStreaming,
    function_tool,
)
from openai.types.responses import Response, ResponseStreamEvent

QUIET = RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")


@function_tool
def search_docs(query: str) -> str:
    """Search the documentation."""
    return f"found for {query}"


def streamed(
    model: Model, asked: Any = "Hi", settings: ModelSettings | None = None, **given: Any
) -> AsyncGenerator[ResponseStreamEvent, None]:
    call = {"tools": [], "output_schema": None, "handoffs": []} | given
    stream = model.stream_response(
        system_instructions="Be brief.",
        input=asked,
        model_settings=settings or ModelSettings(),
        tracing=ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
        **call,
    )
    return cast("AsyncGenerator[ResponseStreamEvent, None]", stream)


async def collect(model: Model, said: list[Any]) -> None:
    """What was said is in `said` even if the model fails."""
    async with aclosing(streamed(model)) as events:
        async for event in events:
            said.append(event)  # noqa: PERF401 - extend() would lose what came before an error


async def events_of(model: Model, asked: Any = "Hi", **given: Any) -> list[Any]:
    async with aclosing(streamed(model, asked, **given)) as events:
        return [event async for event in events]


async def response_of(model: Model, asked: Any = "Hi", **given: Any) -> Response:
    return (await events_of(model, asked, **given))[-1].response


def deltas(events: list[Any]) -> list[str]:
    return [event.delta for event in events if event.type == "response.output_text.delta"]


def text(response: Response) -> str:
    return response.output_text


def run(model: Model, asked: Any = "Hi", *, tools: list[Any] | None = None) -> RunResultStreaming:
    agent = Agent(name="docs", model=model, tools=[search_docs] if tools is None else tools)
    return Runner.run_streamed(agent, asked, run_config=QUIET)
