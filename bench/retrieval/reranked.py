"""What a reranker makes of our own ranking: the one that is given, and what any could."""

import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from app.retrieval.evaluation import Judged, place_of
from app.retrieval.passages import Passage
from app.retrieval.ranking import ranked, reranked
from app.retrieval.reranking import CANDIDATES, Reranking, open_reranking
from app.retrieval.retriever import _spread  # what is measured
from app.settings.checks import check_search
from app.settings.environment import load_settings

Found = list[Passage]
Asked = Sequence[tuple[Judged, Found]]
"""Questions of a site with what the collection found."""

Scores = dict[str, list[float]]
"""Of the first of our own ranking, by the question."""


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Reranking | None, None]:
    """As `ASKDOCS_RERANKER` has it, its key from the environment."""
    key = load_settings(check_search, reranker=url).key_for(url)
    async with open_reranking(url, api_key=key) as reranking:
        yield reranking


async def scores_of(reranking: Reranking, asked: Asked) -> Scores:
    """Raises what the reranker raised: figures of two rankings, mixed, would say nothing."""
    made: Scores = {}
    for question, found in asked:
        made[question.query] = await reranking.scores(
            question.query, candidates(question.query, found)
        )
        if reranking.failure:
            raise reranking.failure
    return made


def knowing(asked: Asked) -> Scores:
    """The right section, then the right page: no reranker can know more."""
    return {q.query: _relevance(q, candidates(q.query, found)) for q, found in asked}


def ignorant(asked: Asked) -> Scores:
    """Numbers that say nothing, the same in every run."""
    chance = random.Random(1)  # noqa: S311 (no secret)
    return {q.query: [chance.gauss(0, 1) for _ in candidates(q.query, f)] for q, f in asked}


def by(scores: Scores, limit: int) -> Callable[[str, Found], Found]:
    def way(question: str, found: Found) -> Found:
        first = candidates(question, found)
        told = {p.chunk.id: s for p, s in zip(first, scores[question], strict=False)}
        return _spread(reranked(list(ranked(found, question)), told), limit)

    return way


def candidates(question: str, found: Found) -> Found:
    return _spread(ranked(found, question), CANDIDATES)


def _relevance(question: Judged, first: Found) -> list[float]:
    pages = {target.page for target in question.targets}
    places = [place_of(passage.chunk.url) for passage in first]
    return [float(place in question.targets) + float(place.page in pages) for place in places]
