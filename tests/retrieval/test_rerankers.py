"""Reranking endpoints, over real HTTP."""

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.retrieval.rerankers import (
    Reranker,
    RerankerError,
    check_reranker_url,
    endpoint,
    open_reranker,
)
from app.retrieval.rerankers.http import scores
from tests.fakes.provider import Status
from tests.fakes.reranker import RerankServer
from tests.fakes.servers import running
from tests.retrieval.conftest import free_port

KEY = "co-a-very-secret-key"
TEXTS = ["cats sleep", "npm installs packages", "install npm first"]
PATHS = {"/v2/rerank#m": "Cohere", "/v1/rerank#m": "Jina", "/rerank": "TEI"}


@pytest.fixture
def server() -> RerankServer:
    return RerankServer()


@pytest.fixture
async def base(server: RerankServer) -> AsyncIterator[str]:
    async with running(server) as base:
        yield base


@pytest.fixture
async def reranker(base: str) -> AsyncIterator[Reranker]:
    async with open_reranker(f"{base}/v2/rerank#m", api_key=SecretStr(KEY)) as reranker:
        yield reranker


@pytest.mark.parametrize("path", PATHS, ids=PATHS.values())
async def test_a_score_for_each_text_in_the_order_of_the_texts(
    server: RerankServer, base: str, path: str
) -> None:
    async with open_reranker(f"{base}{path}", api_key=SecretStr(KEY)) as reranker:
        assert await reranker.rerank("install npm", TEXTS) == [0.0, 0.5, 1.0]
        assert reranker.name == f"{base}{path}"
    [request] = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body.get("model") == ("m" if "#" in path else None)


async def test_without_a_key_none_is_sent(server: RerankServer, base: str) -> None:
    async with open_reranker(f"{base}/rerank") as reranker:
        await reranker.rerank("install", TEXTS)
    assert "authorization" not in server.requests[0].headers


def rows(*pairs: tuple[Any, Any], name: str = "relevance_score") -> dict[str, Any]:
    return {"results": [{"index": index, name: score} for index, score in pairs]}


ODD = {
    "an index is missing": rows((0, 0.1), (1, 0.2)),
    "an index comes twice": rows((0, 0.1), (1, 0.2), (1, 0.3)),
    "one too many": rows((0, 0.1), (1, 0.2), (2, 0.3), (2, 0.4)),
    "an index that is none of ours": rows((0, 0.1), (1, 0.2), (3, 0.3)),
    "a negative index": rows((0, 0.1), (1, 0.2), (-1, 0.3)),
    "an index that is no number": rows((0, 0.1), (1, 0.2), ("2", 0.3)),
    "a score that is no number": rows((0, 0.1), (1, 0.2), (2, "0.3")),
    "a score that is none": rows((0, 0.1), (1, 0.2), (2, None)),
    "true": rows((0, 0.1), (1, 0.2), (2, True)),
    "NaN": json.dumps(rows((0, 0.1), (1, 0.2), (2, math.nan))).encode(),
    "infinite": b'{"results": [{"index": 0, "score": 1e999}]}',
    "another name": rows((0, 0.1), (1, 0.2), (2, 0.3), name="logit"),
    "nothing": {"results": []},
    "null": None,
    "a page": b"<html>a proxy of co-a-very-secret-key</html>",
    "an error with status 200": {"error": "no such model"},
    "too deep": b"[" * 100_000,
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
async def test_an_answer_that_is_none_is_told(
    server: RerankServer, reranker: Reranker, body: Any
) -> None:
    server.scripts.append(Status(200, body))
    with pytest.raises(RerankerError, match=r"reranker .* gave no proper answer") as raised:
        await reranker.rerank("install", TEXTS)
    assert KEY not in str(raised.value)


REMEDIES = {
    400: "status 400",
    401: "key was refused",
    403: "key was refused",
    404: "ASKDOCS_RERANKER",
    307: "status 307",
    429: "rate limit",
    500: "status 500",
    503: "status 503",
}


@pytest.mark.parametrize("code", REMEDIES)
async def test_a_refusal_is_told_with_its_remedy_and_nothing_of_what_was_said(
    server: RerankServer, reranker: Reranker, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.scripts.append(Status(code, {"message": f"{KEY} asked about {TEXTS[0]}"}))
    with pytest.raises(RerankerError, match=REMEDIES[code]) as raised:
        await reranker.rerank("a reader's secret", TEXTS)
    assert len(server.requests) == 1  # a reader waits: it is not tried again
    for told in (str(raised.value), caplog.text):
        assert KEY not in told
        assert "secret" not in told
        assert TEXTS[0] not in told


async def test_a_server_that_is_down_is_told() -> None:
    async with open_reranker(f"http://127.0.0.1:{free_port()}/rerank") as reranker:
        with pytest.raises(RerankerError, match="cannot be reached"):
            await reranker.rerank("install", TEXTS)


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY}’"], ids=["a newline", "not ascii"])
async def test_a_key_that_no_header_takes_is_told_without_it(base: str, key: str) -> None:
    async with open_reranker(f"{base}/rerank", api_key=SecretStr(key)) as reranker:
        with pytest.raises(RerankerError, match="key's setting") as raised:
            await reranker.rerank("install", TEXTS)
    assert KEY not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_what_is_secret_in_an_address_is_not_told() -> None:
    url = f"http://me:{KEY}@127.0.0.1:{free_port()}/v1/rerank?key={KEY}#m"
    async with open_reranker(url) as reranker:
        assert reranker.name.startswith("http://127.0.0.1:")
        assert reranker.name.endswith("/v1/rerank#m")
        with pytest.raises(RerankerError) as raised:
            await reranker.rerank("install", TEXTS)
    assert KEY not in str(raised.value)


async def test_a_search_that_gives_up_leaves_nothing_behind(
    server: RerankServer, reranker: Reranker
) -> None:
    server.pause = 0.3
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await reranker.rerank("install", TEXTS)
    server.pause = 0.0
    assert len(await reranker.rerank("install", TEXTS)) == 3


@pytest.mark.parametrize(
    ("url", "address", "model"),
    [
        ("cohere:rerank-v3.5", "https://api.cohere.com/v2/rerank", "rerank-v3.5"),
        ("jina:jina-reranker-m0", "https://api.jina.ai/v1/rerank", "jina-reranker-m0"),
        ("http://tei:8080/rerank", "http://tei:8080/rerank", ""),
        ("https://vllm/v1/rerank#BAAI/bge", "https://vllm/v1/rerank", "BAAI/bge"),
    ],
)
def test_a_url_names_address_and_model(url: str, address: str, model: str) -> None:
    check_reranker_url(url)
    assert endpoint(url) == (address, model)


@pytest.mark.parametrize("url", ["cohere:", "jina", "fastembed:", "http://", "http://[", "bge", ""])
def test_a_url_that_names_no_reranker_is_refused(url: str) -> None:
    with pytest.raises(RerankerError, match="ASKDOCS_RERANKER is"):
        open_reranker(url)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, max_size=30), st.randoms(), st.booleans())
def test_rows_in_any_order_are_put_in_the_order_of_the_texts(
    given_: list[float], random: Any, tei: bool
) -> None:
    name = "score" if tei else "relevance_score"
    found = [{"index": n, name: score} for n, score in enumerate(given_)]
    random.shuffle(found)
    answer = json.dumps(found if tei else {"results": found}).encode()
    assert scores(answer, len(given_)) == given_


@given(
    st.binary(max_size=200) | st.text("[]{}0123456789.,:\"indexscore'", max_size=200), st.just(2)
)
def test_any_other_answer_is_refused_and_nothing_else_happens(
    answer: bytes | str, count: int
) -> None:
    raw = answer if isinstance(answer, bytes) else answer.encode()
    with pytest.raises(ValueError):  # noqa: PT011 (pydantic's own, or ours)
        scores(raw, count)
