"""What a running askdocs is made of, opened once and closed in order."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from app.answer.agent import DocsAgent, leave_tracing_out
from app.answer.tokens import token_counter
from app.guard.identity import Identity, load_or_create_key
from app.guard.site_tokens import SiteTokens
from app.llm import open_model
from app.llm.choice import offered
from app.retrieval.collections import Collection, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.reranking import Reranking, open_reranking
from app.retrieval.retriever import Retriever
from app.server import DocsServer
from app.settings import Settings
from app.stores import open_store
from app.stores.base import ThreadStore
from app.stores.retention import retaining


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    identity: Identity
    store: ThreadStore
    collection: Collection
    embedder: Embedder
    agent: DocsAgent
    server: DocsServer
    reranking: Reranking | None = None


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncGenerator[Services, None]:
    """Raises the error of whichever part cannot be opened; each says what to do."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings.database_url))
        await stack.enter_async_context(retaining(store, settings.retention))
        collection, embedder, reranking, agent = await _open_agent(settings, stack)
        count = await asyncio.to_thread(token_counter, os.environ)
        server = DocsServer(
            store,
            agent,
            model=settings.model,
            choices=offered(settings.model, settings.models) if settings.models else {},
            titled_by_model=settings.model != "extractive:",
            count=count,
            budget=settings.context_tokens // 2,  # the rest: passages, tool calls, the answer
            grace=settings.shutdown_grace_seconds,
        )
        identity = _identity(settings)
        yield Services(settings, identity, store, collection, embedder, agent, server, reranking)


@asynccontextmanager
async def open_agent(settings: Settings) -> AsyncGenerator[DocsAgent, None]:
    """The agent alone: no threads, no readers."""
    async with AsyncExitStack() as stack:
        yield (await _open_agent(settings, stack))[-1]


async def _open_agent(
    settings: Settings, stack: AsyncExitStack
) -> tuple[Collection, Embedder, Reranking | None, DocsAgent]:
    collection = await stack.enter_async_context(
        open_collection(settings.qdrant_url, settings.collection, api_key=settings.qdrant_api_key)
    )
    embedder = await stack.enter_async_context(
        open_embedder(settings.embedder, api_key=settings.key_for(settings.embedder))
    )
    reranking = await stack.enter_async_context(
        open_reranking(settings.reranker, api_key=settings.key_for(settings.reranker))
    )
    choices = {
        name: await stack.enter_async_context(open_model(url, api_key=settings.key_for(url)))
        for name, url in offered(settings.model, settings.models).items()
    }
    model = next(iter(choices.values()))
    leave_tracing_out()
    retriever = Retriever(collection, embedder, reranking)
    agent = DocsAgent(retriever, model, site=settings.site_title, choices=choices)
    return collection, embedder, reranking, agent


def _identity(settings: Settings) -> Identity:
    key = settings.session_key or load_or_create_key(settings.data / "session.key")
    lifetime = settings.session_days * 86_400
    if not settings.jwt_key:
        return Identity(key, lifetime)
    issuer, audience = settings.jwt_issuer, settings.jwt_audience
    site = SiteTokens(settings.jwt_key, issuer=issuer, audience=audience)
    return Identity(key, lifetime, signed_in=site.owner)
