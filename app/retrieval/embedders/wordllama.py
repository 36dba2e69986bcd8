"""The packaged embedder: static word vectors that come inside wordllama's wheel."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import wordllama
from wordllama import WordLlama

from app.retrieval.embedders import Embedder, EmbedderError, Vector

_BATCH = 256  # texts; each batch is padded to its longest


class WordLlamaEmbedder:
    name = "wordllama:l2_supercat-256"
    dimension = 256

    def __init__(self, model: Any) -> None:
        self._model = model

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        return await asyncio.to_thread(self._embed, list(texts))

    async def embed_question(self, question: str) -> Vector:
        return (await self.embed([question]))[0]

    def _embed(self, texts: list[str]) -> list[Vector]:
        if not texts:
            return []
        vectors = self._model.embed(texts, norm=False, batch_size=_BATCH)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        # a text without a known token has no direction: it stays at the origin
        return cast("list[Vector]", (vectors / np.where(lengths > 0, lengths, 1)).tolist())


@asynccontextmanager
async def open_wordllama() -> AsyncGenerator[Embedder, None]:
    try:
        model = await asyncio.to_thread(_load)
    except (OSError, ValueError) as error:
        raise EmbedderError(f"wordllama's weights cannot be read: {error}") from error
    yield WordLlamaEmbedder(model)


def _load() -> Any:
    """Its loader looks for the tokenizer beside a download cache and goes to the network for it;
    told that its own package is the cache, it finds both there (trap 50)."""
    home = Path(wordllama.__file__).parent
    return WordLlama.load(cache_dir=home, disable_download=True)
