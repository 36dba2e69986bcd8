"""A reranker in a search: within a bound of time, and never at the cost of the answer."""

import asyncio
import logging
import math
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from pydantic import SecretStr

from app.retrieval.passages import Passage
from app.retrieval.rerankers import Reranker, RerankerError, open_reranker

logger = logging.getLogger(__name__)

CANDIDATES = 24  # passages that are judged: TEI takes 32 texts a call unless it is told otherwise
PATIENCE = 2.0  # seconds: a reader waits for it
_REST = 30.0  # seconds that one which failed is left alone: else every reader waits in vain
_LONGEST = 1_000  # characters of a question: many a model reads 500 tokens, with the passage
_NONSENSE = 1e6  # no model's score


class Reranking:
    failure: RerankerError | None = None
    """Why the last question was not judged; None when it was."""

    def __init__(
        self, reranker: Reranker, *, patience: float = PATIENCE, rest: float = _REST
    ) -> None:
        self._reranker = reranker
        self._patience = patience
        self._rest = rest
        self._rested = -math.inf

    async def scores(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """One for each passage; none at all where the reranker fails, or failed a moment ago."""
        if len(passages) < 2 or time.monotonic() < self._rested:
            return []
        texts = [f"{passage.chunk.path}\n\n{passage.chunk.text}" for passage in passages]
        try:
            scores = await self._judged(question[:_LONGEST], texts)
        except RerankerError as error:
            self.failure = error
            self._rested = time.monotonic() + self._rest
            logger.warning("%s Passages keep our own order for %.0f s.", error, self._rest)
            return []
        self.failure = None
        return scores

    async def _judged(self, question: str, texts: Sequence[str]) -> list[float]:
        name = self._reranker.name
        try:
            async with asyncio.timeout(self._patience):
                scores = await self._reranker.rerank(question, texts)
        except TimeoutError:
            raise RerankerError(
                f"The reranker {name} failed: it did not answer within {self._patience:g} s."
            ) from None
        if len(scores) != len(texts) or not all(abs(score) < _NONSENSE for score in scores):
            raise RerankerError(f"The reranker {name} failed: it gave no score for each passage.")
        return scores


@asynccontextmanager
async def open_reranking(
    url: str, *, api_key: SecretStr | None = None
) -> AsyncGenerator[Reranking | None, None]:
    """None for an empty URL. Raises `RerankerError`."""
    if not url:
        yield None
        return
    async with open_reranker(url, api_key=api_key) as reranker:
        yield Reranking(reranker)
