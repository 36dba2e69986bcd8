"""Question → passages."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from app.retrieval.collections import Collection, Filter
from app.retrieval.embedders import Embedder
from app.retrieval.passages import Chunk, Passage
from app.retrieval.sparse import encode_question

EVERYTHING = Filter()

_CANDIDATES = 60  # of each search
_PER_PAGE = 3  # passages of one page in a list
_SAME_PAGE = 0.3  # what the page's other candidates add
_HERE = 0.1  # what being on the reader's own page adds


class Retriever:
    def __init__(self, collection: Collection, embedder: Embedder) -> None:
        self._collection = collection
        self._embedder = embedder

    async def search(
        self, question: str, *, limit: int = 8, where: Filter = EVERYTHING, page: str = ""
    ) -> list[Passage]:
        """The best passages, best first; `page` is where the reader is.

        Raises `RetrievalError`.
        """
        dense = await self._embedder.embed_question(question)
        sparse = encode_question(question)
        found = await self._collection.search(dense, sparse, limit=_CANDIDATES, where=where)
        return _spread(ranked(found, here=_path(page)), limit)

    async def read_page(self, url: str) -> list[Chunk]:
        """All of a page, by its URL or path, in order; empty when there is none.

        A fragment, a query and the trailing slash do not matter.
        """
        parts = urlsplit(url.strip())
        bare = parts._replace(query="", fragment="").geturl()
        for page in dict.fromkeys((bare, bare.rstrip("/"), bare.rstrip("/") + "/")):
            if chunks := await self._collection.page(page):
                return chunks
        return []


def ranked(found: Iterable[Passage], *, here: str = "") -> list[Passage]:
    """Both scores divided by their maximum and added, with what the rest of the page says.

    Scores, not ranks: reciprocal rank fusion with a weaker dense side falls below BM25 alone.
    Ties are broken by id, so that every engine gives the same order.
    """
    found = list(found)
    top_dense = max((p.dense for p in found), default=0) or 1.0
    top_sparse = max((p.sparse for p in found), default=0) or 1.0
    fused = [replace(p, score=p.dense / top_dense + p.sparse / top_sparse) for p in found]
    pages: defaultdict[str, float] = defaultdict(float)
    for passage in fused:
        pages[passage.chunk.page] += passage.score
    most = max(pages.values(), default=0) or 1.0
    scored = [
        replace(
            p,
            score=p.score
            + _SAME_PAGE * pages[p.chunk.page] / most
            + _HERE * (bool(here) and _path(p.chunk.page) == here),
        )
        for p in fused
    ]
    return sorted(scored, key=lambda p: (-p.score, p.chunk.id))


def _spread(passages: Iterable[Passage], limit: int) -> list[Passage]:
    """The first `limit` of which no page fills the list, and no text stands twice."""
    kept: list[Passage] = []
    pages: Counter[str] = Counter()
    texts: set[str] = set()
    for passage in passages:
        if pages[passage.chunk.page] == _PER_PAGE or passage.chunk.text in texts:
            continue
        pages[passage.chunk.page] += 1
        texts.add(passage.chunk.text)
        kept.append(passage)
        if len(kept) == limit:
            break
    return kept


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/")


async def check(collection: Collection, embedder: Embedder) -> str | None:
    """Why questions cannot be answered from this collection, and what to do; None if they can.

    Raises `RetrievalError` when the storage does not answer.
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
    return None
