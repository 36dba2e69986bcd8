"""askdocs with everything switched on: SQLite, citations, identity, titles, heartbeats.

`python -m bench.stream.ours PROVIDER FOLDER [--search | --bare]`: with `--search` over a real
index, else over eight passages that are found at once, so that what is measured is streaming; with
`--bare` threads are in memory and get no title of the model's, as in the samples.
"""

import sys
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.answer.agent import DocsAgent, Searches
from app.answer.tokens import estimate
from app.cli.server import listening
from app.guard.identity import Identity, load_or_create_key
from app.llm import open_model
from app.main import create_app
from app.retrieval.collections import Filter, open_collection
from app.retrieval.embedders import open_embedder
from app.retrieval.passages import Chunk, Passage
from app.retrieval.retriever import Retriever
from app.server import DocsServer
from app.services import Services
from app.settings import Settings
from app.stores import open_store
from bench.stream.worker import serve

SEARCHES = "searches"
"""The file in the folder that gets the seconds of each search."""

_PASSAGES = [
    Passage(
        chunk=Chunk(
            id=str(n),
            url=f"https://docs.example/page-{n}#heading",
            page=f"https://docs.example/page-{n}",
            title=f"Page {n}",
            breadcrumb=("A heading", "A smaller one"),
            text="What the page says of it, in a paragraph of the usual length. " * 12,
            source=f"page-{n}.md",
            ordinal=0,
            tokens=180,
        ),
        score=1.0,
    )
    for n in range(8)
]


class FoundAtOnce:
    async def refuses(self, question: str, passages: Any, *, locale: str = "") -> bool:
        return False

    async def search(self, question: str, *, where: Filter = ..., page: str = "") -> list[Passage]:
        return list(_PASSAGES)

    async def read_page(self, url: str) -> list[Chunk]:
        return []


@dataclass
class Timed:
    """A retriever that writes down how long its searches take."""

    retriever: Retriever
    file: Path

    async def search(self, question: str, **kwargs: Any) -> list[Passage]:
        start = time.perf_counter()
        found = await self.retriever.search(question, **kwargs)
        with self.file.open("a") as file:
            file.write(f"{time.perf_counter() - start}\n")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.retriever, name)


def opened(*, search: bool, bare: bool) -> Any:
    @asynccontextmanager
    async def services(settings: Settings) -> AsyncGenerator[Services, None]:
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            store = await enter(open_store(settings.database_url))
            collection = await enter(open_collection(settings.qdrant_url, settings.collection))
            embedder = await enter(open_embedder(settings.embedder))
            model = await enter(open_model(settings.model))
            retriever: Searches = FoundAtOnce()
            if search:
                retriever = Timed(Retriever(collection, embedder), settings.data / SEARCHES)
            agent = DocsAgent(retriever, model, site="the docs")
            server = DocsServer(
                store, agent, model="bench", titled_by_model=not bare, count=estimate, budget=6_000
            )
            identity = Identity(load_or_create_key(settings.data / "key"), 86_400)
            yield Services(settings, identity, store, collection, embedder, agent, server)

    return services


def main(provider: str, folder: str, *options: str) -> None:
    bare = "--bare" in options
    database = "memory://" if bare else ""
    settings = Settings(data=Path(folder), model=f"{provider}/v1#bench", database_url=database)
    app = create_app(settings, opened(search="--search" in options, bare=bare))
    serve(app, listening("127.0.0.1", 0))


if __name__ == "__main__":
    main(*sys.argv[1:])
