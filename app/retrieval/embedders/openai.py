"""Embeddings endpoints in OpenAI's shape: OpenAI, OpenRouter, Ollama, TEI, vLLM."""

import asyncio
import base64
import logging
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import numpy as np
import openai
from openai import AsyncOpenAI
from pydantic import SecretStr

from app.retrieval.embedders import Embedder, EmbedderError, Vector

logger = logging.getLogger(__name__)

_BATCH = 64  # texts a call
_AT_ONCE = 4  # calls
_RETRIES = 4  # of rate limits, 5xx and time-outs; the client honours Retry-After up to two minutes
_TIMEOUT = 60.0  # seconds a call
_NONSENSE = "it gave no proper answer: check ASKDOCS_EMBEDDER"
_PROBE = "askdocs"
_PROBE_RETRIES = 1
_PROBE_TIMEOUT = 5.0  # seconds in all: a server's start waits for it
_QUESTION_TIMEOUT = 15.0  # seconds in all: a reader waits for it


class OpenAIEmbedder:
    def __init__(self, client: AsyncOpenAI, model: str, name: str) -> None:
        self.name = name
        self._client = client
        self._model = model
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._dimension = 0
        self._failure = EmbedderError(f"The embedder {name} has not been asked yet.")

    @property
    def dimension(self) -> int:
        if not self._dimension:
            raise self._failure
        return self._dimension

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        calls = [asyncio.create_task(self._embed(batch)) for batch in batches]
        try:
            vectors = await asyncio.gather(*calls)
        finally:
            for call in calls:  # after a failure the others would only cost
                call.cancel()
        return [vector for batch in vectors for vector in batch]

    async def embed_question(self, question: str) -> Vector:
        return await self._one(question, _RETRIES, _QUESTION_TIMEOUT)

    async def probe(self) -> None:
        """Ask for the dimension; why there was no answer is kept for who asks for it then."""
        try:
            await self._one(_PROBE, _PROBE_RETRIES, _PROBE_TIMEOUT)
        except EmbedderError as error:
            self._failure = error
            logger.warning("%s", error)

    async def _one(self, text: str, retries: int, patience: float) -> Vector:
        try:
            async with asyncio.timeout(patience):
                return (await self._embed([text], retries))[0]
        except TimeoutError as error:
            raise self._failed(f"it did not answer within {patience:.0f} s") from error

    async def _embed(self, texts: Sequence[str], retries: int = _RETRIES) -> list[Vector]:
        client = self._client.with_options(max_retries=retries)
        async with self._places:
            try:
                answer = await client.embeddings.create(
                    # an empty text is refused by most endpoints
                    input=[text or " " for text in texts],
                    model=self._model,
                    encoding_format="float",  # not every endpoint knows base64
                )
            except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
                # not `from error`: some providers quote the key in their answer
                raise self._failed(_remedy(error)) from None
            except openai.OpenAIError as error:
                raise self._failed(_remedy(error)) from error
            except ValueError as error:  # a proxy's page, or no data at all
                raise self._failed(_NONSENSE) from error
        try:
            rows = sorted(answer.data, key=lambda row: row.index)
            vectors = [_vector(row.embedding) for row in rows]
        except (AttributeError, TypeError, ValueError) as error:  # the client checks no shapes
            raise self._failed(_NONSENSE) from error
        if len(vectors) != len(texts):
            raise self._failed(f"it gave {len(vectors)} vectors for {len(texts)} texts")
        return [self._checked(vector) for vector in vectors]

    def _checked(self, vector: Vector) -> Vector:
        """The same dimension as ever, since nobody would notice another; unit length."""
        self._dimension = self._dimension or len(vector)
        if len(vector) != self._dimension:
            raise self._failed(
                f"it gave {len(vector)} dimensions, and {self._dimension} before: has the model "
                "changed there?"
            )
        length = math.sqrt(sum(x * x for x in vector)) or 1.0
        return [x / length for x in vector]

    def _failed(self, why: str) -> EmbedderError:
        return EmbedderError(f"The embedder {self.name} failed: {why}.")


def _remedy(error: openai.OpenAIError) -> str:
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return "its key was refused: check the key's setting"
        case openai.NotFoundError():
            return "the model or the address is not known there: check ASKDOCS_EMBEDDER"
        case openai.APITimeoutError() | openai.APIConnectionError():
            return "it cannot be reached: check its address and the network"
        case openai.RateLimitError():
            return "its rate limit or quota is used up: try again later"
        case openai.APIStatusError():
            return f"it answered with status {error.status_code}"
        case _:
            return _NONSENSE


def _vector(sent: object) -> Vector:
    """Floats, or base64 of little-endian 32-bit floats from an endpoint that does only that."""
    if isinstance(sent, str):
        return cast("Vector", np.frombuffer(base64.b64decode(sent), "<f4").tolist())
    return [float(x) for x in cast("Vector", sent)]


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
