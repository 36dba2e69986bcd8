"""Read the site, plan, apply."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from app.retrieval import sparse
from app.retrieval.collections import Collection, Description, Draft, Point
from app.retrieval.embedders import Embedder
from app.retrieval.passages import Chunk
from app.retrieval.points import page_points
from app.retrieval.retriever import calibrated
from ingest import chunker
from ingest.chunker import chunks
from ingest.documents import Document, Unreadable, documents
from ingest.docusaurus import Site
from ingest.plan import Plan, plan, why_rebuild

_BATCH = 256  # chunks embedded and written together

Progress = Callable[[str, int, int], None]
"""The phase ("reading", "indexing"), how much is done, and of how much (0: not known yet)."""


@dataclass(slots=True)
class Report:
    """What an ingest did, or would do. `errors` name a source each."""

    pages: int = 0
    chunks: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    rebuilt: str = ""
    errors: list[str] = field(default_factory=list[str])
    unsourced: list[str] = field(default_factory=list[str])
    """URLs of the sitemap that no page here has: lists of tags, say, or parts of the site that
    were not asked for."""
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def changes(self) -> int:
        return self.added + self.changed + self.removed


def _silent(phase: str, done: int, total: int) -> None:
    pass


async def ingest(
    site: Site,
    collection: Collection,
    embedder: Embedder,
    *,
    progress: Progress = _silent,
    force: bool = False,
    dry_run: bool = False,
) -> Report:
    """Bring the collection to what the site says now; a second run writes nothing.

    Readers see what was there before until all of it is ready, then all of it at once. A run that
    was killed is taken up where it was.

    Raises `PlanError`, `RetrievalError`, `SiteError`.
    """
    report = Report()
    with _timed(report, "reading"):
        found = list(read(site, report, progress))
    rules = f"{chunker.RULES}.{sparse.RULES}"
    wanted = Description(
        embedder.name, embedder.dimension, rules, site.versions, site.newest, collection.layout
    )
    described = await collection.describe()
    rebuild = why_rebuild(described, wanted)
    stored = {} if rebuild else {id_: digest async for id_, digest in collection.digests()}
    planned = plan(stored, found, rebuild=rebuild)
    report.chunks, report.kept = len(found), planned.keep
    report.added, report.changed = len(planned.add), len(planned.change)
    report.removed, report.rebuilt = len(planned.remove), rebuild
    if not force:
        planned.check()
    if not dry_run and (described != wanted or not planned.empty):
        async with collection.draft() as draft:
            if await draft.describe() != wanted:
                await draft.create(wanted)
            await _apply(planned, found, collection, draft, embedder, report, progress)
            with _timed(report, "calibrating"):
                await draft.calibrate(await calibrated(draft, embedder, found))
            await draft.publish()
    return report


def read(site: Site, report: Report, progress: Progress = _silent) -> Iterator[Chunk]:
    """The chunks of all pages that readers can find; mistakes go to the report."""
    urls: dict[str, str] = {}
    for document in published(site, report):
        report.pages += 1
        progress("reading", report.pages, 0)
        if first := urls.get(document.url):
            report.errors.append(
                f"{document.source}: has the same URL as {first} ({document.url}); left out"
            )
            continue
        urls[document.url] = document.source
        yield from chunks(document)
    if site.sitemap:
        report.unsourced = site.sitemap.others(urls)


def published(site: Site, report: Report) -> Iterator[Document]:
    for document in documents(site):
        if isinstance(document, Unreadable):
            report.errors.append(f"{document.source}: {document.reason}")
            continue
        report.errors += [f"{document.source}: {error}" for error in document.errors]
        if not document.draft and not document.unlisted:
            yield document


async def _apply(
    planned: Plan,
    found: list[Chunk],
    collection: Collection,
    draft: Draft,
    embedder: Embedder,
    report: Report,
    progress: Progress,
) -> None:
    """All chunks into the draft: those that stay are copied, vectors and all. What a run that was
    killed has written already is not written again."""
    there = {id_: digest async for id_, digest in draft.digests()}
    wanted = {chunk.id: chunk.digest for chunk in found}
    missing = {id_ for id_, digest in wanted.items() if there.get(id_) != digest}
    write = {chunk.id for chunk in planned.write} & missing
    done = 0
    for pages in _batches(found, write):
        with _timed(report, "embedding"):
            embedded = await _embedded(pages, embedder)
        points = [point for page in embedded for point in page if point.chunk.id in write]
        with _timed(report, "writing"):
            await draft.upsert(points)
        done += len(points)
        progress("indexing", done, len(write))
    with _timed(report, "writing"):
        for ids in _pieces(sorted(missing - write)):
            await draft.upsert(await collection.points(ids))
        await draft.delete(sorted(there.keys() - wanted.keys()))
        await draft.optimize()


def _pieces(ids: list[str]) -> Iterator[list[str]]:
    return (ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH))


def _batches(found: Iterable[Chunk], write: set[str]) -> Iterator[list[list[Chunk]]]:
    """Whole pages of which something is to be written, as many as make a batch."""
    held: list[list[Chunk]] = []
    for _, chunks_of in groupby(found, key=lambda c: (c.page, c.version, c.locale)):
        page = list(chunks_of)
        if not any(chunk.id in write for chunk in page):
            continue
        held.append(page)
        if sum(map(len, held)) >= _BATCH:
            yield held
            held = []
    if held:
        yield held


async def _embedded(pages: list[list[Chunk]], embedder: Embedder) -> list[list[Point]]:
    vectors = iter(await embedder.embed([chunk.embedded for page in pages for chunk in page]))
    return [page_points(page, [next(vectors) for _ in page]) for page in pages]


def sections(site: Site, report: Report) -> Iterator[dict[str, object]]:
    """What would be indexed, a section each, before it is cut into chunks."""
    for document in published(site, report):
        for section in document.page.sections:
            text = "\n\n".join(block.markdown for block in section.blocks)
            yield {
                "url": f"{document.url}#{section.anchor}" if section.anchor else document.url,
                "title": document.title,
                "breadcrumb": list(section.breadcrumb),
                "heading": section.heading,
                "anchor": section.anchor,
                "depth": section.depth,
                "version": document.version,
                "locale": document.locale,
                "source": document.source,
                "line": section.line,
                "text": text,
            }


@contextmanager
def _timed(report: Report, phase: str) -> Generator[None, None, None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        spent = time.perf_counter() - started
        report.seconds[phase] = report.seconds.get(phase, 0.0) + spent
