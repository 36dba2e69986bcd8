"""`python -m bench.retrieval.latency SITE…`: how long a search takes
in a large collection, and for how long it holds up whoever else is served.

The sites' chunks, again and again under other paths, as many as asked for; the questions are
headings of theirs. Without `--url` in an embedded collection.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from app.retrieval.collections import Collection, Description, Filter, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.passages import Chunk
from app.retrieval.points import page_points
from app.retrieval.retriever import Retriever
from ingest.documents import open_site
from ingest.run import Report, read

QUESTIONS = 200
_TICK = 0.002  # seconds
VERSIONS = 4  # of which a question asks for one


def repeated(chunks: Sequence[Chunk], count: int) -> Iterator[list[Chunk]]:
    """Pages, with `count` chunks in all."""
    made = 0
    for n in itertools.count():
        for _, page in itertools.groupby(chunks, key=lambda c: c.page):
            copies = [_copy(chunk, n) for chunk in page]
            yield copies
            made += len(copies)
            if made >= count:
                return


def _copy(chunk: Chunk, n: int) -> Chunk:
    page = chunk.page.replace("://", f"://copy-{n}.", 1) + f"/{n}"
    url = page + (f"#{chunk.url.partition('#')[2]}" if "#" in chunk.url else "")
    id_ = str(uuid5(NAMESPACE_URL, f"{n} {chunk.id}"))
    return replace(chunk, id=id_, page=page, url=url, version=str(n % VERSIONS))


def batches(pages: Iterator[list[Chunk]]) -> Iterator[list[list[Chunk]]]:
    while batch := list(itertools.islice(pages, 50)):
        yield batch


async def fill(
    collection: Collection, embedder: Embedder, chunks: Sequence[Chunk], count: int
) -> None:
    vectors = await embedder.embed([chunk.embedded for chunk in chunks])
    known = {c.text + c.url.partition("#")[2]: v for c, v in zip(chunks, vectors, strict=True)}
    async with collection.draft() as draft:
        versions = tuple(map(str, range(VERSIONS)))
        await draft.create(Description(embedder.name, embedder.dimension, "bench", versions))
        for pages in batches(repeated(chunks, count)):
            await draft.upsert(
                [
                    point
                    for page in pages
                    for point in page_points(
                        page, [known[c.text + c.url.partition("#")[2]] for c in page]
                    )
                ]
            )
        await draft.optimize()
        await draft.publish()


class Held:
    """The longest time for which nobody else's task ran."""

    def __init__(self) -> None:
        self.gaps: list[float] = []

    async def watch(self) -> None:
        while True:
            at = time.perf_counter()
            await asyncio.sleep(_TICK)
            self.gaps.append(time.perf_counter() - at - _TICK)


async def measured(
    collection: Collection, embedder: Embedder, questions: Sequence[str]
) -> tuple[list[float], list[float], list[float]]:
    """Seconds of each search besides embedding, of each embedding, and of each hold-up."""
    retriever, held = Retriever(collection, embedder), Held()
    searches: list[float] = []
    embeddings: list[float] = []
    for question in questions[:20]:
        await retriever.search(question)
    watching = asyncio.create_task(held.watch())
    for n, question in enumerate(questions):
        start = time.perf_counter()
        await embedder.embed_question(question)
        embedded = time.perf_counter()
        await retriever.search(question, where=Filter(version=str(n % VERSIONS)))
        embeddings.append(embedded - start)
        searches.append(time.perf_counter() - embedded - (embedded - start))
    watching.cancel()
    return searches, embeddings, held.gaps


async def run(sites: Sequence[Path], count: int, url: str) -> None:
    report = Report()
    chunks = [chunk for path in sites for chunk in read(open_site(path), report)]
    headings = dict.fromkeys(f"{c.heading} {c.title}" for c in chunks if c.breadcrumb)
    step = max(1, len(headings) // QUESTIONS)
    questions = list(headings)[::step][:QUESTIONS]
    async with (
        open_collection(url, "askdocs_bench_latency") as collection,
        open_embedder("wordllama:") as embedder,
    ):
        await fill(collection, embedder, chunks, count)
        searches, embeddings, gaps = await measured(collection, embedder, questions)
        print(f"{await collection.count():,} chunks at {url.partition(':')[0]}:")
    ms = [f"{1e3 * f(searches):.2f}" for f in (statistics.median, _p95)]
    print(f"search besides embedding, filtered: median {ms[0]} ms, 95th percentile {ms[1]} ms")
    print(f"embedding the question: median {1e3 * statistics.median(embeddings):.2f} ms")
    print(f"hold-up of the event loop: longest {1e3 * max(gaps):.2f} ms")


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def main() -> None:
    cli = argparse.ArgumentParser(prog="python -m bench.retrieval.latency", description=__doc__)
    cli.add_argument("sites", nargs="+", type=Path)
    cli.add_argument("--chunks", type=int, default=20_000)
    cli.add_argument("--url", default="")
    asked = cli.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(asked.sites, asked.chunks, asked.url or f"file:{folder}"))


if __name__ == "__main__":
    main()
