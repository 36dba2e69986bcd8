"""Text → vector. One URL chooses the embedder."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from pydantic import SecretStr

from app.retrieval import RetrievalError

Vector = list[float]

SCHEMES = "wordllama:, fastembed:MODEL, openai:MODEL, openrouter:MODEL, http(s)://HOST/v1#MODEL"
_OPENROUTER = "https://openrouter.ai/api/v1"


class EmbedderError(RetrievalError):
    """Text could not be embedded, or the embedder could not be opened."""


class Embedder(Protocol):
    """Vectors have unit length, so that their dot product is their cosine."""

    name: str
    """What the collection records: the same name means the same vectors."""

    @property
    def dimension(self) -> int:
        """Of its vectors. Raises `EmbedderError` while an endpoint has not told it yet, with the
        reason why it did not."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, in order. Raises `EmbedderError` with a message for the owner."""
        ...

    async def embed_question(self, question: str) -> Vector: ...


def open_embedder(
    url: str, *, api_key: SecretStr | None = None
) -> AbstractAsyncContextManager[Embedder]:
    """Raises `EmbedderError`, here for a URL that names none, on entering for one that fails. An
    endpoint that does not answer fails later, in use: a server starts without its provider."""
    scheme, _, model = url.partition(":")
    if scheme == "wordllama":
        from app.retrieval.embedders.wordllama import open_wordllama  # noqa: PLC0415 - if chosen

        return open_wordllama()
    if scheme == "fastembed":
        from app.retrieval.embedders.fastembed import open_fastembed  # noqa: PLC0415 - if chosen

        return open_fastembed(model)
    base, model = _endpoint(url)
    from app.retrieval.embedders.openai import open_openai  # noqa: PLC0415 - if chosen

    return open_openai(base, model, api_key, name=url)


def _endpoint(url: str) -> tuple[str | None, str]:
    """Base URL (None for OpenAI's own) and model."""
    scheme, _, model = url.partition(":")
    match scheme:
        case "openai" if model:
            return None, model
        case "openrouter" if model:
            return _OPENROUTER, model
        case "http" | "https":
            base, _, model = url.partition("#")
            if model:
                return base, model
            raise EmbedderError(f"ASKDOCS_EMBEDDER is {url!r}: name the model after a #.")
        case _:
            raise EmbedderError(f"ASKDOCS_EMBEDDER is {url!r}: use one of {SCHEMES}.")
