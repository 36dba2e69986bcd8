"""A transformer model on this machine, by fastembed (an extra); downloaded at first use."""

import asyncio
import math
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from app.retrieval.embedders import Embedder, EmbedderError, Vector


class FastEmbedEmbedder:
    def __init__(self, model: Any, name: str, dimension: int) -> None:
        self.name = name
        self.dimension = dimension
        self._model = model

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        return await asyncio.to_thread(lambda: _units(self._model.embed(list(texts))))

    async def embed_question(self, question: str) -> Vector:
        vectors = await asyncio.to_thread(lambda: _units(self._model.query_embed(question)))
        return vectors[0]


def _units(vectors: Iterable[Any]) -> list[Vector]:
    return [_unit([float(x) for x in vector]) for vector in vectors]


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(x * x for x in vector)) or 1.0
    return [x / length for x in vector]


@asynccontextmanager
async def open_fastembed(model: str, **loading: Any) -> AsyncGenerator[Embedder, None]:
    """`loading` goes to fastembed's `TextEmbedding`, such as the folder of a model at hand."""
    try:
        from fastembed import TextEmbedding  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise EmbedderError(
            f"ASKDOCS_EMBEDDER is 'fastembed:{model}', which needs an extra: "
            'pip install "askdocs[fastembed]".'
        ) from error
    try:
        loaded = await asyncio.to_thread(lambda: TextEmbedding(model_name=model, **loading))
        probe = await asyncio.to_thread(lambda: _units(loaded.embed(["askdocs"])))
    except Exception as error:  # its loaders raise whatever the hub's client raises
        raise EmbedderError(
            f"The model {model!r} cannot be loaded by fastembed: {error}. Its first use "
            "downloads it; names are listed by TextEmbedding.list_supported_models()."
        ) from error
    yield FastEmbedEmbedder(loaded, f"fastembed:{model}", len(probe[0]))
