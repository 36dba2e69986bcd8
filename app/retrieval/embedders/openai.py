"""Embeddings endpoints in OpenAI's shape: OpenAI, OpenRouter, Ollama, TEI, vLLM."""

import asyncio
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import openai
from openai import AsyncOpenAI
from pydantic import SecretStr

from app.retrieval.embedders import Embedder, EmbedderError, Vector

_BATCH = 64  # texts a call
_AT_ONCE = 4  # calls
_RETRIES = 4  # of rate limits, 5xx and time-outs; the client honours Retry-After
_TIMEOUT = 60.0  # seconds
_PROBE = "askdocs"


class OpenAIEmbedder:
    """`dimension` is what the endpoint gave for a probe when it was opened."""

    def __init__(self, client: AsyncOpenAI, model: str, name: str) -> None:
        self.name = name
        self.dimension = 0
        self._client = client
        self._model = model
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        vectors = await asyncio.gather(*map(self._embed, batches))
        return [vector for batch in vectors for vector in batch]

    async def embed_question(self, question: str) -> Vector:
        return (await self._embed([question]))[0]

    async def probe(self) -> None:
        self.dimension = len((await self._embed([_PROBE]))[0])

    async def _embed(self, texts: Sequence[str]) -> list[Vector]:
        async with self._places:
            try:
                answer = await self._client.embeddings.create(
                    # an empty text is refused by most endpoints
                    input=[text or " " for text in texts],
                    model=self._model,
                    encoding_format="float",
                )
            except openai.OpenAIError as error:
                raise EmbedderError(self._explained(error)) from error
        rows = sorted(answer.data, key=lambda row: row.index)
        if len(rows) != len(texts):
            raise EmbedderError(f"{self.name} gave {len(rows)} vectors for {len(texts)} texts.")
        return [_unit(row.embedding) for row in rows]

    def _explained(self, error: openai.OpenAIError) -> str:
        match error:
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                remedy = "its key was refused: check the key's setting"
            case openai.NotFoundError():
                remedy = "the model or the address is not known there: check ASKDOCS_EMBEDDER"
            case openai.APITimeoutError() | openai.APIConnectionError():
                remedy = "it cannot be reached: check its address and the network"
            case openai.RateLimitError():
                remedy = "its rate limit or quota is used up: try again later"
            case openai.APIStatusError():
                remedy = f"it answered with status {error.status_code}"
            case _:
                remedy = "it gave no proper answer"
        return f"The embedder {self.name} failed: {remedy}."


def _unit(vector: Sequence[float]) -> Vector:
    length = math.sqrt(sum(x * x for x in vector)) or 1.0
    return [x / length for x in vector]


@asynccontextmanager
async def open_openai(
    base_url: str | None, model: str, api_key: SecretStr | None, *, name: str
) -> AsyncGenerator[Embedder, None]:
    key = api_key.get_secret_value() if api_key else "none"  # the client insists on one
    async with AsyncOpenAI(
        api_key=key, base_url=base_url, max_retries=_RETRIES, timeout=_TIMEOUT
    ) as client:
        embedder = OpenAIEmbedder(client, model, name)
        await embedder.probe()
        yield embedder
