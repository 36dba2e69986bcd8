"""What a provider is asked: the SDK's words → those of Chat Completions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import httpx2
import openai
import orjson
from agents import AgentOutputSchemaBase, Handoff, ModelSettings, Tool, TResponseInputItem
from agents.models.chatcmpl_converter import Converter

_SETTINGS = (
    "temperature",
    "top_p",
    "frequency_penalty",
    "presence_penalty",
    "verbosity",
    "metadata",
    "store",
)
_DISPENSABLE = ("stream_options", "parallel_tool_calls", "temperature", "top_p", "verbosity")
"""Options that some provider or model rejects and that an answer can do without."""


def messages(
    instructions: str | None, asked: str | list[TResponseInputItem], model: str
) -> list[Any]:
    converted: list[Any] = list(Converter.items_to_messages(asked, model=model))
    if instructions:
        converted.insert(0, {"role": "system", "content": instructions})
    return converted


def options(
    settings: ModelSettings,
    tools: list[Tool],
    handoffs: list[Handoff],
    schema: AgentOutputSchemaBase | None,
) -> dict[str, Any]:
    functions = [
        *(Converter.tool_to_openai(tool) for tool in tools),
        *(Converter.convert_handoff_tool(handoff) for handoff in handoffs),
    ]
    named: dict[str, Any] = {name: getattr(settings, name) for name in _SETTINGS}
    if functions:
        named["tools"] = functions
        named["tool_choice"] = Converter.convert_tool_choice(settings.tool_choice)
        named["parallel_tool_calls"] = settings.parallel_tool_calls
    if settings.reasoning:
        named["reasoning_effort"] = settings.reasoning.effort
    named["response_format"] = Converter.convert_response_format(schema)
    named |= settings.extra_args or {}
    named |= cast("dict[str, Any]", settings.extra_body or {})
    return {
        name: value
        for name, value in named.items()
        if value is not None and not isinstance(value, openai.Omit)
    }


def rejected(response: httpx2.Response, request: dict[str, Any]) -> set[str]:
    """Options of the request that a provider knows nothing of (trap 27)."""
    if response.status_code not in {400, 422}:
        return set()
    said = response.text
    return {name for name in _DISPENSABLE if name in request and name in said}


def call_ids(asked: str | list[TResponseInputItem]) -> frozenset[str]:
    items = cast("Iterable[dict[str, Any]]", () if isinstance(asked, str) else asked)
    return frozenset(str(item["call_id"]) for item in items if "call_id" in item)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, whatever the number of tries."""

    body: dict[str, Any]
    url: httpx2.URL
    headers: dict[str, str]
    call_ids: frozenset[str]

    def request(self, body: dict[str, Any]) -> httpx2.Request:
        """With all of its headers: httpx2 takes as long to add two as for the rest."""
        content = orjson.dumps(body)
        ours = {"Host": self.url.netloc.decode(), "Content-Length": str(len(content))}
        stream = httpx2.ByteStream(content)
        return httpx2.Request("POST", self.url, headers=ours | self.headers, stream=stream)
