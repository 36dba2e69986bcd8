"""Rerankers that prefer passages with certain words: one of our protocol, one over HTTP."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.provider import Request, Status, body_of, lifespan, respond

Judge = Callable[[str, str], float]
"""Question and text → score."""


def shared_words(question: str, text: str) -> float:
    """The share of the question's words that the text has."""
    words = set(question.lower().split())
    return len(words & set(text.lower().split())) / max(len(words), 1)


@dataclass
class FakeReranker:
    name: str = "fake"
    judge: Judge = shared_words
    failure: Exception | None = None
    pause: float = 0.0
    answer: list[float] | None = None
    """Given whatever is asked."""
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((question, list(texts)))
        await asyncio.sleep(self.pause)
        if self.failure:
            raise self.failure
        if self.answer is not None:
            return self.answer
        return [self.judge(question, text) for text in texts]


@dataclass
class RerankServer:
    """Cohere's `/v2/rerank`, Jina's `/v1/rerank` and TEI's `/rerank`: best first, as they do."""

    judge: Judge = shared_words
    scripts: list[Status] = field(default_factory=list)
    """Answered instead, one a request."""
    pause: float = 0.0
    requests: list[Request] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await lifespan(receive, send)
        body = json.loads(await body_of(receive))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append(Request(scope["path"], headers, body, tuple(scope["client"])))
        await asyncio.sleep(self.pause)
        status = self.scripts.pop(0) if self.scripts else self._answer(scope["path"], body)
        return await respond(send, status.code, status.body, status.headers)

    def _answer(self, path: str, body: Mapping[str, Any]) -> Status:
        match path, body:
            case "/v2/rerank" | "/v1/rerank", {
                "model": str(),
                "query": str(query),
                "documents": [*texts],
                "top_n": int(most),
            }:
                rows = self._rows(query, texts, "relevance_score")[:most]
                return Status(200, {"id": "r", "results": rows, "meta": {}})
            case "/rerank", {"query": str(query), "texts": [*texts], "truncate": True}:
                return Status(200, self._rows(query, texts, "score"))
        return Status(422, {"error": "missing field", "error_type": "Validation"})

    def _rows(self, query: str, texts: Sequence[str], name: str) -> list[dict[str, Any]]:
        rows = [{"index": n, name: self.judge(query, text)} for n, text in enumerate(texts)]
        return sorted(rows, key=lambda row: -row[name])
