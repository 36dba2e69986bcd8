"""Text → vector. One URL chooses the embedder."""

from collections.abc import Sequence
from typing import Protocol

Vector = list[float]


class Embedder(Protocol):
    """Vectors have unit length, so that their dot product is their cosine."""

    name: str
    """What the collection records: the same name means the same vectors."""
    dimension: int

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, in order. Raises `EmbedderError` with a message for the owner."""
        ...

    async def embed_question(self, question: str) -> Vector: ...
