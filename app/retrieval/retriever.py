"""Question → passages."""

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from urllib.parse import urlsplit

from app.retrieval.background import BACKGROUND
from app.retrieval.collections import Calibration, Collection, Filter
from app.retrieval.embedders import Embedder, EmbedderError
from app.retrieval.passages import Chunk, Found, Passage, page_path
from app.retrieval.ranking import ranked, reranked
from app.retrieval.refusal import FEWEST, Signs, confidence, fitted, frequencies, questions, signs
from app.retrieval.reranking import CANDIDATES, Reranking
from app.retrieval.sparse import encode_question

logger = logging.getLogger(__name__)

EVERYTHING = Filter()

_LONGEST = 4_000  # characters of a question that are searched: a pasted log says little more
_PER_PAGE = 3  # passages of one page in a short list; in a long one, up to half of it
_CANDIDATES = 120  # of each search
_AT_A_TIME = 16  # searches of a calibration
_REMEMBERED = 60.0  # seconds
_ALIKE = 0.8  # of the words of two versions of a section that are the same one
TELLING = 8  # passages that tell whether the docs answer: a list of the usual length


class Retriever:
    def __init__(
        self, collection: Collection, embedder: Embedder, reranking: Reranking | None = None
    ) -> None:
        self.reranking = reranking
        self._collection = collection
        self._embedder = embedder
        self._calibration: Calibration | None = None
        self._versions: tuple[str, ...] = ()
        self._newest: tuple[str, ...] = ()
        self._looked = -math.inf

    async def search(
        self, question: str, *, limit: int = 8, where: Filter = EVERYTHING, page: str = ""
    ) -> list[Passage]:
        """The best passages, best first; `page` is where the reader is. Without a version, the
        newest release is searched. A version or locale that the index does not know is a reader's
        page that says something else: as if there were none.

        A question without any word finds nothing. Raises `RetrievalError`.
        """
        question = _asked(question)
        if not question:
            return []
        dense = await self._embedder.embed_question(question)
        sparse = encode_question(question, where.locale)
        await self._look()
        known = where.version in self._versions
        where = Filter(where.version if known else "", where.locale, self._newest)
        found = await self._collection.search(dense, sparse, limit=_CANDIDATES, where=where)
        if not found and where.locale:
            where = replace(where, locale="")
            found = await self._collection.search(dense, sparse, limit=_CANDIDATES, where=where)
        here = page_path(_encodable(page)) if page else ""
        own = ranked(found, question, locale=where.locale, here=here)
        if self.reranking is None or not sparse.indices:  # no word that could be judged
            return _spread(own, limit)
        return await _reranked(self.reranking, question, list(own), limit)

    async def _look(self) -> None:
        """Now and then: the docs are indexed anew while this runs."""
        now = time.monotonic()
        if now > self._looked + _REMEMBERED:
            if description := await self._collection.describe():
                self._versions, self._newest = description.versions, description.newest
            self._calibration = None
            self._looked = now

    async def refuses(
        self, question: str, passages: Sequence[Passage], *, locale: str = ""
    ) -> bool:
        """Whether the docs do not answer it, as far as the passages found for it tell: nothing
        else is searched. Raises `RetrievalError`."""
        if not passages:
            return True
        self._calibration = self._calibration or await self._collection.calibration()
        known = self._calibration
        if known is None or not known.weights:  # an old index, or a site that is too small
            return False
        own = passages.own if isinstance(passages, Found) else passages
        return confidence(_asked(question), own[:TELLING], known, locale) < known.threshold

    async def read_page(self, url: str) -> list[Chunk]:
        """All of a page, by its URL or path, in order; empty when there is none.

        A fragment, a query and the trailing slash do not matter. Raises `RetrievalError`.
        """
        url = _encodable(url)
        host = _host(url)
        chunks = await self._collection.page(url)
        return [c for c in chunks if host in (_host(c.page), "") or not _host(c.page)]


async def _reranked(
    reranking: Reranking, question: str, own: Sequence[Passage], limit: int
) -> list[Passage]:
    candidates = _spread(own, CANDIDATES)
    scores = await reranking.scores(question, candidates)
    if not scores:
        return _spread(own, limit)
    judged = {p.chunk.id: score for p, score in zip(candidates, scores, strict=True)}
    return Found(_spread(reranked(own, judged), limit), own=_spread(own, limit))


def _spread(passages: Iterable[Passage], limit: int) -> list[Passage]:
    """The first `limit` of which no page fills the list, and no text stands twice, be it as
    another version of the docs says it."""
    kept: list[Passage] = []
    pages: Counter[str] = Counter()
    most = max(_PER_PAGE, limit // 2)
    for passage in passages:
        if pages[passage.chunk.page] == most or any(_repeats(passage, k) for k in kept):
            continue
        pages[passage.chunk.page] += 1
        kept.append(passage)
        if len(kept) == limit:
            break
    return kept


def _repeats(passage: Passage, kept: Passage) -> bool:
    one, other = passage.chunk, kept.chunk
    if one.text == other.text:
        return True
    if one.version == other.version or one.path != other.path or one.locale != other.locale:
        return False
    words, others = set(one.text.split()), set(other.text.split())
    return len(words & others) >= _ALIKE * len(words | others)


def joined(passages: Iterable[Passage]) -> list[Passage]:
    """Chunks that follow each other in one section, as one passage in the better one's place."""
    made: list[Passage] = []
    spans: list[tuple[int, int]] = []  # the ordinals that each passage reaches over
    for passage in passages:
        chunk = passage.chunk
        for place, (kept, (first, last)) in enumerate(zip(made, spans, strict=True)):
            beside = chunk.ordinal in (first - 1, last + 1)
            if beside and (chunk.url, chunk.version) == (kept.chunk.url, kept.chunk.version):
                before = chunk.ordinal < first
                texts = (chunk.text, kept.chunk.text) if before else (kept.chunk.text, chunk.text)
                tokens = chunk.tokens + kept.chunk.tokens
                whole = replace(kept.chunk, text="\n\n".join(texts), tokens=tokens)
                made[place] = replace(kept, chunk=whole)
                spans[place] = (min(first, chunk.ordinal), max(last, chunk.ordinal))
                break
        else:
            made.append(passage)
            spans.append((chunk.ordinal, chunk.ordinal))
    return made


def _host(url: str) -> str:
    try:
        return urlsplit(url.strip()).netloc.lower()
    except ValueError:
        return ""


def _asked(question: str) -> str:
    return _encodable(question)[:_LONGEST].strip()


def _encodable(text: str) -> str:
    """Without lone surrogates, which JSON can bring and neither an embedder nor Qdrant takes."""
    return text.encode(errors="replace").decode()


async def calibrated(
    collection: Collection, embedder: Embedder, chunks: Sequence[Chunk]
) -> Calibration:
    """From what the docs say themselves. Raises `RetrievalError`."""
    retriever = Retriever(collection, embedder)
    known = Calibration(-math.inf, len(chunks), frequencies(chunks))
    asked = questions(chunks)
    if len(asked) < FEWEST:  # nothing to be asked, then
        return known
    background = list(zip(BACKGROUND, cycle(source for _, source in asked), strict=False))

    async def told(question: str, source: Chunk, left_out: str) -> Signs | None:
        where = Filter(source.version, source.locale)
        found = await retriever.search(question, limit=2 * TELLING, where=where)
        passages = [p for p in found if p.chunk.url != left_out]
        return signs(question, passages[:TELLING], known, source.locale)

    answered = await _some_at_a_time(told(q, source, source.url) for q, source in asked)
    unanswered = await _some_at_a_time(told(q, source, "") for q, source in background)
    return fitted(known, answered, unanswered)


async def _some_at_a_time(searches: Iterable[Awaitable[Signs | None]]) -> list[Signs]:
    """An embedder or a store across the network answers several as fast as one."""
    waiting = iter(searches)
    done: list[Signs | None] = []
    while some := list(islice(waiting, _AT_A_TIME)):
        done += await asyncio.gather(*some)
    return [each for each in done if each]


async def check(collection: Collection, embedder: Embedder) -> str | None:
    """Why questions cannot be answered from this collection, and what to do; None if they can.

    Raises `CollectionError` when the storage does not answer.
    """
    description = await collection.describe()
    if description is None:
        return f"The collection {collection.name!r} does not exist: run askdocs ingest."
    if description.embedder != embedder.name:
        return (
            f"The collection {collection.name!r} was made with the embedder "
            f"{description.embedder!r}, and ASKDOCS_EMBEDDER is {embedder.name!r}: set it back, "
            "or run askdocs ingest again."
        )
    if await collection.count() == 0:
        return f"The collection {collection.name!r} is empty: run askdocs ingest."
    try:
        dimension = await _dimension(embedder)
    except EmbedderError as error:
        logger.warning("not ready: %s", error)
        return (
            "The embedder does not answer: see the server's log, then ASKDOCS_EMBEDDER and its key."
        )
    if dimension != description.dimension:
        return (
            f"The collection {collection.name!r} has vectors of {description.dimension} dimensions,"
            f" and {embedder.name} now gives {dimension}: run askdocs ingest again."
        )
    return None


async def _dimension(embedder: Embedder) -> int:
    try:
        return embedder.dimension
    except EmbedderError:  # it did not answer when it was opened: it may do so by now
        return len(await embedder.embed_question("askdocs"))
