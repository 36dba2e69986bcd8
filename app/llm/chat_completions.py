"""Any provider of Chat Completions: OpenRouter, OpenAI, Ollama, vLLM, LM Studio, …

The openai client makes the request; its stream is decoded here, so that an answer that was cut is
not taken for a whole one (trap 21), and a delta costs no model of pydantic's.

The agents SDK would trace every run to OpenAI (trap 20): whoever runs this model says
`RunConfig(tracing_disabled=True)`.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import Any, cast

import httpx2
import openai
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
from openai import AsyncOpenAI
from openai.types.responses import ResponseCompletedEvent, ResponseStreamEvent
from pydantic import SecretStr

from app.llm.assembly import Assembly
from app.llm.chunks import ChunkDecoder
from app.llm.errors import Explainer, ProviderError
from app.llm.provider import Provider, provider
from app.llm.request import call_ids, messages, options, rejected

logger = logging.getLogger(__name__)

_TRIES = 3
_LONGEST_WAIT = 8.0  # seconds before a try: a reader is waiting
_PATIENCE = 20.0  # seconds after which no other try begins
_TIMEOUT = httpx2.Timeout(90, connect=10)  # the 90 are between two reads: models think
_DRAIN = 0.5  # seconds for the end of an answer, so that its connection serves the next

Events = AsyncGenerator[ResponseStreamEvent, None]


class ChatCompletionsModel(Model):
    """Errors are `ModelError`s. Temporary ones are tried again before the first event only.

    Closing the stream closes the provider's connection.
    """

    def __init__(self, client: AsyncOpenAI, provider: Provider, explain: Explainer) -> None:
        self._client = client
        self._provider = provider
        self._explain = explain
        self._rejected: set[str] = set()

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        async with aclosing(self.stream_response(*args, **kwargs)) as events:
            async for event in events:
                if isinstance(event, ResponseCompletedEvent):
                    return _whole(event)
        raise self._explain.cut_off()

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
    ) -> Events:
        request = {
            "model": self._provider.model,
            "messages": messages(system_instructions, input, self._provider.model),
            "stream": True,
            "stream_options": {"include_usage": True},
            **options(model_settings, tools, handoffs, output_schema),
        }
        if model_settings.max_tokens is not None:
            request[self._provider.limit] = model_settings.max_tokens
        async with aclosing(self._tried(request, call_ids(input))) as events:
            async for event in events:
                yield event

    async def _tried(self, request: dict[str, Any], taken: frozenset[str]) -> Events:
        """Once more after a temporary error, as long as nothing was said (trap 26)."""
        start = time.monotonic()
        for attempt in range(1, _TRIES + 1):
            begun = False
            try:
                async with aclosing(self._streamed(request, taken)) as events:
                    async for event in events:
                        begun = True
                        yield event
            except ProviderError as error:
                wait = _wait(error, attempt, time.monotonic() - start)
                if begun or wait is None:
                    raise
                logger.warning("%s; another try in %.1f s", error, wait)
                await asyncio.sleep(wait)
            else:
                return

    async def _streamed(self, request: dict[str, Any], taken: frozenset[str]) -> Events:
        assembly = Assembly(self._provider.model, taken)
        async with self._opened(request) as answer:
            reads: AsyncGenerator[bytes, None] = answer.iter_bytes()
            async with aclosing(reads):
                decoder = ChunkDecoder()
                async with aclosing(self._assembled(reads, decoder, assembly)) as events:
                    async for event in events:
                        yield event
                content_type = answer.headers.get("content-type", "")
                if not decoder.seen and "event-stream" not in content_type:
                    raise self._explain.no_stream(content_type)
                for event in self._ending(assembly, decoder):
                    yield event
                await _drained(reads)

    async def _assembled(
        self, reads: AsyncGenerator[bytes, None], decoder: ChunkDecoder, assembly: Assembly
    ) -> Events:
        """Until `[DONE]`, or the end of the stream."""
        try:
            async for read in reads:
                for event in self._added(assembly, decoder.decode(read)):
                    yield event
                if decoder.error:
                    raise self._explain.told(decoder.error)
                if decoder.done:
                    return
        except httpx2.HTTPError as error:
            if not assembly.finish_reason:
                raise self._explain.interrupted(error) from error
        for event in self._added(assembly, decoder.flush()):
            yield event
        if decoder.error:
            raise self._explain.told(decoder.error)

    def _added(
        self, assembly: Assembly, chunks: list[dict[str, Any]]
    ) -> Iterable[ResponseStreamEvent]:
        try:
            yield from assembly.add(chunks)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # a provider's JSON
            raise self._explain.odd(error) from error

    def _ending(self, assembly: Assembly, decoder: ChunkDecoder) -> Iterable[ResponseStreamEvent]:
        match assembly.finish_reason:
            case None if not decoder.done:
                raise self._explain.cut_off()
            case "error":
                raise self._explain.told({"code": 502, "message": "finish_reason: error"})
            case "content_filter" if assembly.empty:
                raise self._explain.filtered()
            case _:
                return assembly.close()

    @asynccontextmanager
    async def _opened(self, request: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """The provider's response, once it has answered with success."""
        async with AsyncExitStack() as stack:
            yield await self._entered(stack, request)

    async def _entered(self, stack: AsyncExitStack, request: dict[str, Any]) -> Any:
        """Without the options that were rejected, now or before."""
        create: Any = self._client.chat.completions.with_streaming_response.create
        while True:
            asked = {k: v for k, v in request.items() if k not in self._rejected}
            try:
                return await stack.enter_async_context(create(**asked))
            except openai.OpenAIError as error:
                refusal = error if isinstance(error, openai.APIStatusError) else None
                without = rejected(refusal, asked) if refusal else None
                if not without:
                    raise self._explain.refused(error) from error
                logger.info("%s takes no %s", self._provider.model, ", ".join(without))
                self._rejected |= without


def _wait(error: ProviderError, attempt: int, spent: float) -> float | None:
    """Seconds until the next try; None when there is to be none."""
    if attempt == _TRIES or not error.retryable:
        return None
    wait = error.retry_after
    if wait is None:
        wait = 0.5 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries
    return wait if wait <= _LONGEST_WAIT and spent + wait <= _PATIENCE else None


async def _drained(reads: AsyncGenerator[bytes, None]) -> None:
    """A response that was read to its end leaves its connection to the next request."""
    with suppress(httpx2.HTTPError, TimeoutError):
        async with asyncio.timeout(_DRAIN):
            async for _ in reads:
                pass


def _whole(event: ResponseCompletedEvent) -> ModelResponse:
    used = event.response.usage
    usage = Usage(requests=1)
    if used:
        usage = Usage(
            requests=1,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            total_tokens=used.total_tokens,
            input_tokens_details=used.input_tokens_details,
            output_tokens_details=used.output_tokens_details,
        )
    return ModelResponse(list(event.response.output), usage, event.response.id)


@asynccontextmanager
async def open_chat_completions(
    url: str, api_key: SecretStr | None, *, app_url: str = "", app_title: str = "askdocs"
) -> AsyncGenerator[Model, None]:
    """Raises `ModelURLError`."""
    where = provider(url)
    attribution = {"X-Title": app_title} | ({"HTTP-Referer": app_url} if app_url else {})
    # The client would take these two from the environment and send them to any provider.
    unsaid = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
    key = api_key.get_secret_value() if api_key else ""
    async with AsyncOpenAI(
        api_key=key or "none",  # the client insists on one
        base_url=where.base_url,
        default_headers=cast("dict[str, str]", unsaid) | (attribution if where.attributes else {}),
        max_retries=0,  # ours know a reader who waits
        timeout=_TIMEOUT,
    ) as client:
        yield ChatCompletionsModel(client, where, Explainer(where.model, key))
