"""An embedder whose vectors follow from the words alone."""

import math
from collections.abc import Sequence
from zlib import crc32

from app.retrieval.embedders import Vector


class FakeEmbedder:
    name = "fake"
    dimension = 16

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        return [self._vector(text) for text in texts]

    async def embed_question(self, question: str) -> Vector:
        return self._vector(question)

    def _vector(self, text: str) -> Vector:
        vector = [0.0] * self.dimension
        for word in text.lower().split():
            vector[crc32(word.encode()) % self.dimension] += 1.0
        length = math.sqrt(sum(x * x for x in vector)) or 1.0
        return [x / length for x in vector]
