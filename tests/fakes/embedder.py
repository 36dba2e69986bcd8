"""An embedder whose vectors follow from the words alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from app.retrieval.embedders import Vector


@dataclass
class FakeEmbedder:
    name: str = "fake"
    dimension: int = 16
    failure: Exception | None = None
    asked: list[str] = field(default_factory=list)
    """The questions so far."""

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        if self.failure:
            raise self.failure
        return [self._vector(text) for text in texts]

    async def embed_question(self, question: str) -> Vector:
        self.asked.append(question)
        return (await self.embed([question]))[0]

    def _vector(self, text: str) -> Vector:
        """At the origin for a text without words, as a static model's."""
        vector = [0.0] * self.dimension
        for word in text.lower().split():
            vector[crc32(word.encode()) % self.dimension] += 1.0
        length = math.sqrt(sum(x * x for x in vector)) or 1.0
        return [x / length for x in vector]
