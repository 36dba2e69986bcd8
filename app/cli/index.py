"""The collection, its embedder and the search over both, as the settings name them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.retrieval.collections import Cluster, Collection, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.reranking import open_reranking
from app.retrieval.retriever import Retriever
from app.settings import Settings


@asynccontextmanager
async def open_index(settings: Settings) -> AsyncGenerator[tuple[Collection, Embedder]]:
    """Raises `CollectionError` or `EmbedderError` with a message for the owner."""
    async with (
        open_embedder(settings.embedder, api_key=settings.key_for(settings.embedder)) as embedder,
        open_collection(
            settings.qdrant_url,
            settings.collection,
            api_key=settings.qdrant_api_key,
            cluster=Cluster(settings.qdrant_shards, settings.qdrant_replicas),
        ) as collection,
    ):
        yield collection, embedder


@asynccontextmanager
async def open_retriever(settings: Settings) -> AsyncGenerator[Retriever]:
    """Raises `RetrievalError`, likewise."""
    key = settings.key_for(settings.reranker)
    async with (
        open_index(settings) as (collection, embedder),
        open_reranking(settings.reranker, api_key=key) as reranking,
    ):
        yield Retriever(collection, embedder, reranking)
