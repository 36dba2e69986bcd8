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

_SHORT = 1_000  # characters: less than half a millisecond
_SPECIAL = 259  # ids before the first piece of a word: controls and bytes


class WordLlamaEmbedder:
    """A text's vector is the sum of its tokens', each weighed by how rare it is.

    The tokenizer numbers its tokens by frequency, so that Zipf's law gives log(rank) for the
    weight, as in model2vec: no table of frequencies is needed. It finds the right section better
    than wordllama's own plain mean by a quarter (bench/retrieval).
    """

    name = "wordllama:l2_supercat-256-zipf"
    dimension = 256

    def __init__(self, model: Any) -> None:
        self._tokenizer = model.tokenizer
        self._tokenizer.no_padding()
        ranks = np.arange(len(model.embedding)) - _SPECIAL + 1
        weights = np.log(1 + np.maximum(ranks, 1))[:, None]
        self._vectors: Any = (model.embedding * weights).astype(np.float32)

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        return await asyncio.to_thread(self._embed, list(texts))

    async def embed_question(self, question: str) -> Vector:
        if len(question) > _SHORT:
            return (await self.embed([question]))[0]
        return self._embed([question])[0]  # a thread would take longer to begin

    def _embed(self, texts: list[str]) -> list[Vector]:
        encoded = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [self._pooled(each.ids) for each in encoded]

    def _pooled(self, ids: list[int]) -> Vector:
        vector = self._vectors[ids].sum(axis=0) if ids else np.zeros(self.dimension)
        length = np.linalg.norm(vector)
        # a text without a known token has no direction: it stays at the origin
        return cast("Vector", (vector / length if length else vector).tolist())


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
