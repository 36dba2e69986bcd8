"""The collection and its embedder, as the settings name them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.retrieval.collections import Collection, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.settings import Settings


@asynccontextmanager
async def open_index(settings: Settings) -> AsyncGenerator[tuple[Collection, Embedder]]:
    """Raises `CollectionError` or `EmbedderError` with a message for the owner."""
    async with (
        open_embedder(settings.embedder, api_key=settings.key_for(settings.embedder)) as embedder,
        open_collection(
            settings.qdrant_url, settings.collection, api_key=settings.qdrant_api_key
        ) as collection,
    ):
        yield collection, embedder
