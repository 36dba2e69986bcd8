"""Any provider of Chat Completions: OpenRouter, OpenAI, Ollama, vLLM, LM Studio, …

The stream is decoded here, so that an answer that was cut is not taken for a whole one (trap 21),
and a delta costs no model of pydantic's.

The agents SDK would trace every run to OpenAI (trap 20): whoever runs this model says
`RunConfig(tracing_disabled=True)`.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

import httpx2
from agents import (
    AgentOutputSchemaBase,
    Handoff,
    Model,
    ModelSettings,
    ModelTracing,
    Tool,
    TResponseInputItem,
)
from pydantic import SecretStr

from app.llm.assembly import Assembly
from app.llm.chunks import Chunk, ChunkDecoder
from app.llm.errors import Explainer, ProviderError
from app.llm.pieces import Piece, PieceModel
from app.llm.provider import Provider, provider
from app.llm.request import Asked, call_ids, messages, options, rejected
from app.llm.transport import StreamTransport

logger = logging.getLogger(__name__)

_TRIES = 3
_LONGEST_WAIT = 8.0  # seconds before a try: a reader is waiting
_PATIENCE = 20.0  # seconds after which no other try begins
_CONNECT = 10.0  # seconds
_SILENCE = 90.0  # seconds between two reads: models think
_DRAIN = 0.5  # seconds for the end of an answer, so that its connection serves the next

Pieces = AsyncGenerator[Piece, None]


class ChatCompletionsModel(PieceModel):
    """Errors are `ModelError`s. Temporary ones are tried again before the first event only.

    Closing the stream closes the provider's connection.
    """

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        headers: dict[str, str],
        provider: Provider,
        explain: Explainer,
    ) -> None:
        self._transport = transport
        self._headers = headers
        self._url = httpx2.URL(f"{provider.base_url.rstrip('/')}/chat/completions")
        self._provider = provider
        self._explain = explain
        self._rejected: set[str] = set()

    def pieces(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        **_: Any,
    ) -> Pieces:
        request: dict[str, Any] = {
            "model": self._provider.model,
            "messages": messages(system_instructions, input, self._provider.model),
            "stream": True,
            "stream_options": {"include_usage": True},
            **options(model_settings, tools, handoffs, output_schema),
        }
        if model_settings.max_tokens is not None:
            request[self._provider.limit] = model_settings.max_tokens
        more = {str(k): str(v) for k, v in (model_settings.extra_headers or {}).items()}
        url = self._url
        if model_settings.extra_query:
            url = url.copy_merge_params(cast("dict[str, Any]", model_settings.extra_query))
        asked = Asked(request, url, self._headers | more, call_ids(input))
        return self._tried(asked)

    async def _tried(self, asked: Asked) -> Pieces:
        """Once more after a temporary error, as long as nothing was said (trap 26)."""
        start = time.monotonic()
        for attempt in range(1, _TRIES + 1):
            begun = False
            try:
                async with aclosing(self._streamed(asked)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
            except ProviderError as error:
                wait = _wait(error, attempt, time.monotonic() - start)
                if begun or wait is None:
                    raise
                logger.warning("%s; another try in %.1f s", error, wait)
                await asyncio.sleep(wait)
            else:
                return

    async def _streamed(self, asked: Asked) -> Pieces:
        assembly = Assembly(self._provider.model, asked.call_ids)
        async with self._opened(asked) as (reads, content_type):
            decoder = ChunkDecoder()
            async with aclosing(self._assembled(reads, decoder, assembly)) as pieces:
                async for piece in pieces:
                    yield piece
            if not decoder.seen and "event-stream" not in content_type:
                raise self._explain.no_stream(content_type)
            for event in self._ending(assembly, decoder):
                yield event
            await _drained(reads)

    async def _assembled(
        self, reads: AsyncGenerator[bytes, None], decoder: ChunkDecoder, assembly: Assembly
    ) -> Pieces:
        """Until `[DONE]`, or the end of the stream."""
        try:
            async for read in reads:
                for piece in self._added(assembly, decoder.decode(read)):
                    yield piece
                if decoder.error:
                    raise self._explain.told(decoder.error)
                if decoder.done:
                    return
        except httpx2.HTTPError as error:
            if not assembly.finish_reason:
                raise self._explain.interrupted(error) from error
        for piece in self._added(assembly, decoder.flush()):
            yield piece
        if decoder.error:
            raise self._explain.told(decoder.error)

    def _added(self, assembly: Assembly, chunks: list[Chunk]) -> Iterable[Piece]:
        try:
            yield from assembly.add(chunks)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # a provider's JSON
            raise self._explain.odd(error) from error

    def _ending(self, assembly: Assembly, decoder: ChunkDecoder) -> Iterable[Piece]:
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
    async def _opened(
        self, asked: Asked
    ) -> AsyncGenerator[tuple[AsyncGenerator[bytes, None], str], None]:
        """What the provider says, and its content type, once it has answered with success."""
        response = await self._answered(asked)
        try:
            # As they arrive: the provider was asked not to encode them.
            body = cast("httpx2.AsyncByteStream", response.stream)
            stream = cast("AsyncGenerator[bytes, None]", aiter(body))
            async with aclosing(stream) as reads:
                yield reads, response.headers.get("content-type", "")
        finally:
            await response.aclose()

    async def _answered(self, asked: Asked) -> httpx2.Response:
        """Without the options that were rejected, now or before."""
        while True:
            body = {k: v for k, v in asked.body.items() if k not in self._rejected}
            request = asked.request(body)
            try:
                response = await self._transport.handle_async_request(request)
                if 200 <= response.status_code < 300:
                    return response
                await response.aread()
            except httpx2.HTTPError as error:
                raise self._explain.unreachable(error) from error
            without = rejected(response, body)
            if not without:
                raise self._explain.refused(response)
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


@asynccontextmanager
async def open_chat_completions(
    url: str, api_key: SecretStr | None, *, app_url: str = "", app_title: str = "askdocs"
) -> AsyncGenerator[Model, None]:
    """Raises `ModelURLError`."""
    where = provider(url)
    key = api_key.get_secret_value() if api_key else ""
    headers = {
        "Accept": "text/event-stream",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "User-Agent": app_title,
    }
    if key:
        headers["Authorization"] = f"Bearer {key}"
    if where.attributes:
        headers |= {"X-Title": app_title} | ({"HTTP-Referer": app_url} if app_url else {})
    async with _transport(where.base_url) as transport:
        yield ChatCompletionsModel(transport, headers, where, Explainer(where.model, key))


def _transport(base_url: str) -> httpx2.AsyncBaseTransport:
    """Ours; httpx2's where the environment names a proxy for this provider."""
    where = httpx2.URL(base_url)
    proxies = getproxies()
    proxy = proxies.get(where.scheme) or proxies.get("all")
    if proxy and not proxy_bypass(where.host):
        return httpx2.AsyncHTTPTransport(proxy=proxy)
    return StreamTransport(connect=_CONNECT, read=_SILENCE)
