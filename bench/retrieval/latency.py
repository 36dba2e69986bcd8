"""`python -m bench.retrieval.latency SITE… [--chunks 3000 20000] [--url http://localhost:6333]`:
what collections of that many chunks cost to write, to keep and to search, and for how long a
search holds up whoever else is served. A table, a row each.

The chunks are recombined from those of the sites, the questions are headings of theirs. Without
`--url` collections are embedded.
"""

import argparse
import asyncio
import itertools
import logging
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.retrieval.collections import Collection, Description, Filter, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.passages import Chunk
from app.retrieval.retriever import Retriever
from bench.retrieval.corpus import VERSIONS, Mixed, Page, mixed
from ingest.documents import open_site
from ingest.run import Report, read

QUESTIONS = 200
_NAME = "askdocs_bench_latency"
_PAGES = 50  # written at once
_TICK = 0.002  # seconds
_WARM = 3.0  # seconds, in which an embedded collection is read into memory
_HEAD = """\
| chunks | written a second | index ready after | disk | memory | search | 95 % | filtered | 95 % \
| hold-up |
|---|---|---|---|---|---|---|---|---|---|"""


@dataclass
class Measured:
    """Seconds, and megabytes."""

    chunks: int
    writing: float = 0.0
    indexing: float = 0.0
    disk: float = 0.0
    memory: float = 0.0
    unfiltered: list[float] = field(default_factory=list[float])
    filtered: list[float] = field(default_factory=list[float])
    embedding: list[float] = field(default_factory=list[float])
    held: list[float] = field(default_factory=list[float])

    def row(self) -> str:
        times = [
            f"{1e3 * f(searches):.1f} ms"
            for searches in (self.unfiltered, self.filtered)
            for f in (statistics.median, _p95)
        ]
        cells = [
            f"{self.chunks:,}",
            f"{self.chunks / self.writing:,.0f}",
            f"{self.indexing:.1f} s",
            f"{self.disk:,.0f} MB" if self.disk else "",
            f"{self.memory:,.0f} MB" if self.memory else "",
            *times,
            f"{1e3 * max(self.held):.0f} ms",
        ]
        return f"| {' | '.join(cells)} |"


def _batches(pages: Iterator[Page]) -> Iterator[list[Page]]:
    while batch := list(itertools.islice(pages, _PAGES)):
        yield batch


async def fill(
    collection: Collection, embedder: Embedder, corpus: Mixed, measured: Measured
) -> None:
    start = time.perf_counter()
    async with collection.draft() as draft:
        versions = tuple(map(str, range(VERSIONS)))
        await draft.create(Description(embedder.name, embedder.dimension, "bench", versions))
        for pages in _batches(corpus.points(measured.chunks)):
            await draft.upsert([point for page in pages for point in page])
        written = time.perf_counter()
        await draft.optimize()
        measured.writing = written - start
        measured.indexing = time.perf_counter() - written
        await draft.publish()
    measured.chunks = await collection.count()


@asynccontextmanager
async def holding(gaps: list[float]) -> AsyncIterator[None]:
    """For how long nobody else's task ran, again and again."""

    async def watch() -> None:
        while True:
            at = time.perf_counter()
            await asyncio.sleep(_TICK)
            gaps.append(time.perf_counter() - at - _TICK)

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


async def search(
    collection: Collection, embedder: Embedder, questions: Sequence[str], measured: Measured
) -> None:
    """Each search's time besides embedding. None of them was asked before."""
    retriever = Retriever(collection, embedder)
    for question in questions[:20]:
        await retriever.search(question)
    await asyncio.sleep(_WARM)
    chosen: list[tuple[list[float], Callable[[int], Filter]]] = [
        (measured.filtered, lambda n: Filter(version=str(n % VERSIONS))),
        (measured.unfiltered, lambda _: Filter()),
    ]
    async with holding(measured.held):
        for seconds, where in chosen:
            for n, question in enumerate(questions[20:]):
                start = time.perf_counter()
                await embedder.embed_question(question)
                embedded = time.perf_counter()
                await retriever.search(question, where=where(n))
                measured.embedding.append(embedded - start)
                seconds.append(time.perf_counter() - embedded - (embedded - start))


async def measure(corpus: Mixed, questions: Sequence[str], asked: argparse.Namespace) -> None:
    async with open_embedder("wordllama:") as embedder:
        for count in asked.chunks:
            measured = Measured(count)
            with tempfile.TemporaryDirectory() as temporary:
                url = asked.url or f"file:{temporary}"
                async with open_collection(url, _NAME) as collection:
                    await fill(collection, embedder, corpus, measured)
                async with open_collection(url, _NAME) as collection:
                    await search(collection, embedder, questions, measured)
                    measured.memory = await _allocated(url) if asked.url else 0.0
                folder = asked.storage if asked.url else Path(temporary)
                measured.disk = _size(folder) if folder else 0.0
            print(measured.row(), flush=True)
            embedding = 1e3 * statistics.median(measured.embedding)
    print(f"\nembedding the question: median {embedding:.2f} ms")


async def _allocated(url: str) -> float:
    """What the server says that it has allocated: files that it maps are not in it."""
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{url}/metrics")).text
    [value] = [line for line in told.splitlines() if line.startswith("memory_allocated_bytes")]
    return float(value.split()[1]) / 1e6


def _size(folder: Path) -> float:
    """Of what is on the disk: logs are longer than what is in them."""
    return sum(512 * path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) / 1e6


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def _questions(chunks: Sequence[Chunk]) -> list[str]:
    headings = list(dict.fromkeys(f"{c.heading} {c.title}" for c in chunks if c.breadcrumb))
    return headings[:: max(1, len(headings) // QUESTIONS)][:QUESTIONS]


async def run(asked: argparse.Namespace) -> None:
    report = Report()
    chunks = [chunk for path in asked.sites for chunk in read(open_site(path), report)]
    async with open_embedder("wordllama:") as embedder:
        corpus = await mixed(chunks, embedder)
    print(f"{asked.url or 'embedded'}, from {len(chunks):,} real chunks\n\n{_HEAD}", flush=True)
    await measure(corpus, _questions(chunks), asked)


def main() -> None:
    cli = argparse.ArgumentParser(prog="python -m bench.retrieval.latency", description=__doc__)
    cli.add_argument("sites", nargs="+", type=Path)
    cli.add_argument("--chunks", type=int, nargs="+", default=[20_000])
    cli.add_argument("--url", default="")
    cli.add_argument("--storage", type=Path, help="the server's folder, to know its size")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request
    asyncio.run(run(cli.parse_args()))


if __name__ == "__main__":
    main()
