"""Any provider of Chat Completions: OpenRouter, OpenAI, Ollama, vLLM, LM Studio, …

The openai client makes the request; its stream is decoded here, so that an answer that was cut is
not taken for a whole one, and a delta costs no model of pydantic's.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx2
import openai
import orjson
from agents import (
    AgentOutputSchemaBase,
    Handoff,
    Model,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    Tool,
    TResponseInputItem,
    Usage,
)
from agents.models.chatcmpl_converter import Converter
from openai import AsyncOpenAI
from openai.types.responses import ResponseCompletedEvent, ResponseStreamEvent
from pydantic import SecretStr

from app.llm import ModelError
from app.llm.assembly import Assembly
from app.llm.errors import cut_off, explained, filtered, interrupted, told
from app.llm.sse import SSEDecoder

logger = logging.getLogger(__name__)

_OPENROUTER = "https://openrouter.ai/api/v1"
_ATTRIBUTION = {"X-Title": "askdocs"}  # how OpenRouter lists an application
_TRIES = 3  # before the first token
_LONGEST_WAIT = 8.0  # seconds before a try: a reader is waiting
_TIMEOUT = httpx2.Timeout(90, connect=10)  # the 90 are between two reads: models think
_DONE = b"[DONE]"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a model lives, and what its endpoint calls the limit of an answer."""

    base_url: str | None
    model: str
    limit: str
    headers: dict[str, str]


def provider(url: str) -> Provider:
    """For a URL that `check_model_url` accepts."""
    scheme, _, model = url.partition(":")
    if scheme == "openai":
        return Provider(None, model, "max_completion_tokens", {})
    if scheme == "openrouter":
        return Provider(_OPENROUTER, model, "max_tokens", _ATTRIBUTION)
    base_url, _, model = url.partition("#")
    return Provider(base_url, model, "max_tokens", {})


class ChatCompletionsModel(Model):
    """Errors are `ModelError`s. Temporary ones are tried again before the first token only."""

    def __init__(self, client: AsyncOpenAI, provider: Provider) -> None:
        self._client = client
        self._provider = provider
        self._asks_usage = True

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        async for event in self.stream_response(*args, **kwargs):
            if isinstance(event, ResponseCompletedEvent):
                answer = event.response
                return ModelResponse(list(answer.output), Usage(requests=1), answer.id)
        raise cut_off(self._provider.model)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        **_: Any,
    ) -> AsyncGenerator[ResponseStreamEvent, None]:
        request = self._request(system_instructions, input, model_settings, tools)
        assembly = Assembly(self._provider.model, _call_ids(input))
        async with self._opened(request) as answer:
            done = False
            async for chunk in _chunks(answer, self._provider.model):
                if chunk is None:
                    done = True
                    continue
                for event in assembly.add(chunk):
                    yield event
        if not (done or assembly.finish_reason):
            raise cut_off(self._provider.model)
        if assembly.finish_reason == "content_filter" and assembly.empty:
            raise filtered(self._provider.model)
        for event in assembly.close():
            yield event

    def _request(
        self,
        instructions: str | None,
        asked: str | list[TResponseInputItem],
        settings: ModelSettings,
        tools: list[Tool],
    ) -> dict[str, Any]:
        messages: list[Any] = list(Converter.items_to_messages(asked, model=self._provider.model))
        if instructions:
            messages.insert(0, {"role": "system", "content": instructions})
        request: dict[str, Any] = {
            "model": self._provider.model,
            "messages": messages,
            "stream": True,
        }
        if tools:
            request["tools"] = [Converter.tool_to_openai(tool) for tool in tools]
            if settings.tool_choice:
                request["tool_choice"] = Converter.convert_tool_choice(settings.tool_choice)
            if settings.parallel_tool_calls is not None:
                request["parallel_tool_calls"] = settings.parallel_tool_calls
        if settings.max_tokens is not None:
            request[self._provider.limit] = settings.max_tokens
        if settings.temperature is not None:
            request["temperature"] = settings.temperature
        return request

    @asynccontextmanager
    async def _opened(self, request: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """The provider's response, once it has answered with success."""
        streaming: Any = self._client.chat.completions.with_streaming_response
        for attempt in range(1, _TRIES + 1):
            asked = streaming.create(**request | self._usage_option())
            try:
                answer = await asked.__aenter__()
            except openai.OpenAIError as error:
                wait = self._wait(error, attempt)
                if wait is None:
                    raise self._explained(error) from error
                await asyncio.sleep(wait)
                continue
            try:
                yield answer
            finally:
                await asked.__aexit__(None, None, None)
            return

    def _usage_option(self) -> dict[str, Any]:
        return {"stream_options": {"include_usage": True}} if self._asks_usage else {}

    def _wait(self, error: openai.OpenAIError, attempt: int) -> float | None:
        """Seconds until the next try; None when there is to be none."""
        if self._asks_usage and _rejects_usage(error):
            self._asks_usage = False
            return 0.0
        if attempt == _TRIES or not self._explained(error).retryable:
            return None
        asked = _retry_after(error)
        if asked is None:
            return 0.5 * 2**attempt
        return asked if asked <= _LONGEST_WAIT else None

    def _explained(self, error: openai.OpenAIError) -> ModelError:
        return explained(self._provider.model, error)


async def _chunks(answer: Any, model: str) -> AsyncGenerator[dict[str, Any] | None, None]:
    """The stream's JSON objects; None for its own word that it is done."""
    decoder = SSEDecoder()
    try:
        async for read in answer.iter_bytes():
            for data in decoder.decode(read):
                yield _parsed(data, model)
        for data in decoder.flush():
            yield _parsed(data, model)
    except (httpx2.HTTPError, openai.APIConnectionError) as error:
        raise interrupted(model, error) from error


def _parsed(data: bytes, model: str) -> dict[str, Any] | None:
    if data.strip() == _DONE:
        return None
    try:
        chunk = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise interrupted(model, error) from error
    if not isinstance(chunk, dict):
        raise interrupted(model, TypeError(f"a chunk of type {type(chunk).__name__}"))
    if error := cast("dict[str, Any]", chunk).get("error"):
        raise told(model, error)
    return cast("dict[str, Any]", chunk)


def _rejects_usage(error: openai.OpenAIError) -> bool:
    """Trap 27: some providers know no `stream_options`."""
    return (
        isinstance(error, openai.APIStatusError)
        and error.status_code in {400, 422}
        and ("stream_options" in error.response.text or "include_usage" in error.response.text)
    )


def _retry_after(error: openai.OpenAIError) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def _call_ids(asked: str | list[TResponseInputItem]) -> frozenset[str]:
    items = cast("Iterable[dict[str, Any]]", () if isinstance(asked, str) else asked)
    return frozenset(str(item["call_id"]) for item in items if "call_id" in item)


@asynccontextmanager
async def open_chat_completions(url: str, api_key: SecretStr | None) -> AsyncGenerator[Model, None]:
    where = provider(url)
    async with AsyncOpenAI(
        api_key=api_key.get_secret_value() if api_key else "none",  # the client insists on one
        base_url=where.base_url,
        default_headers=where.headers,
        max_retries=0,  # ours know a reader who waits
        timeout=_TIMEOUT,
    ) as client:
        yield ChatCompletionsModel(client, where)
