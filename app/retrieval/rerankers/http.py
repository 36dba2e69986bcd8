"""Reranking endpoints in the shapes of Cohere and Jina, and of text-embeddings-inference (TEI)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter

from app.retrieval.rerankers import Reranker, RerankerError

_TIMEOUT = 30.0  # seconds; a search gives up sooner


class HttpReranker:
    """Without a model the request is TEI's, else Cohere's; what is answered tells its own shape."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        address: str,
        model: str,
        api_key: SecretStr | None,
        *,
        name: str,
    ) -> None:
        self.name = name
        self._client = client
        self._address = address
        self._model = model
        self._key = api_key

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        key = {"Authorization": f"Bearer {self._key.get_secret_value()}"} if self._key else {}
        try:
            answer = await self._client.post(
                self._address, json=self._body(question, texts), headers=key
            )
        except (httpx2.LocalProtocolError, httpx2.InvalidURL, ValueError):
            # not `from error`: of a header that cannot be sent, it quotes the key
            raise self._failed("check its address and the key's setting") from None
        except httpx2.HTTPError as error:
            raise self._failed("it cannot be reached: check its address and the network") from error
        if not answer.is_success:
            raise self._failed(_remedy(answer.status_code))
        try:
            return scores(answer.content, len(texts))
        except ValueError:  # nor here: it quotes what was sent
            raise self._failed("it gave no proper answer: check ASKDOCS_RERANKER") from None

    def _body(self, question: str, texts: Sequence[str]) -> dict[str, Any]:
        if not self._model:
            return {"query": question, "texts": list(texts), "truncate": True}
        return {
            "model": self._model,
            "query": question,
            "documents": list(texts),
            "top_n": len(texts),
        }

    def _failed(self, why: str) -> RerankerError:
        return RerankerError(f"The reranker {self.name} failed: {why}.")


class _Row(BaseModel):
    model_config = ConfigDict(strict=True)

    index: int
    score: float = Field(
        validation_alias=AliasChoices("relevance_score", "score"), allow_inf_nan=False
    )


class _Results(BaseModel):
    results: list[_Row]


_ANSWER: TypeAdapter[_Results | list[_Row]] = TypeAdapter(_Results | list[_Row])


def scores(answer: bytes, count: int) -> list[float]:
    """In the order of the texts; rows come in the order of relevance. Raises ValueError for
    anything but one score for each of `count` texts."""
    parsed = _ANSWER.validate_json(answer)
    rows = parsed.results if isinstance(parsed, _Results) else parsed
    by_index = {row.index: row.score for row in rows}
    if len(rows) != count or by_index.keys() != set(range(count)):
        raise ValueError(f"{len(rows)} rows for {count} texts")
    return [by_index[n] for n in range(count)]


def _remedy(status: int) -> str:
    match status:
        case 401 | 403:
            return "its key was refused: check the key's setting"
        case 404 | 405:
            return "the model or the address is not known there: check ASKDOCS_RERANKER"
        case 429:
            return "its rate limit or quota is used up: try again later"
        case _:
            return f"it answered with status {status}"


@asynccontextmanager
async def open_http(
    address: str, model: str, api_key: SecretStr | None, *, name: str
) -> AsyncGenerator[Reranker, None]:
    async with httpx2.AsyncClient(timeout=_TIMEOUT) as client:
        yield HttpReranker(client, address, model, api_key, name=name)
