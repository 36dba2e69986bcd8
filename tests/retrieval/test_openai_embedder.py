"""Embeddings endpoints, over real HTTP."""

import asyncio
import base64
import math
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from app.retrieval.collections import Collection, Description
from app.retrieval.embedders import Embedder, EmbedderError, open_embedder
from app.retrieval.retriever import check
from tests.fakes.provider import FakeProvider, Status
from tests.fakes.servers import running
from tests.retrieval.conftest import free_port
from tests.retrieval.samples import chunk, created, points

KEY = "sk-a-very-secret-key"


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
async def url(provider: FakeProvider) -> AsyncIterator[str]:
    async with running(provider) as base:
        yield f"{base}/v1#fake-embedder"


@pytest.fixture
async def embedder(url: str) -> AsyncIterator[Embedder]:
    async with open_embedder(url, api_key=SecretStr(KEY)) as embedder:
        yield embedder


def refusals(provider: FakeProvider, *statuses: Status) -> None:
    provider.scripts[:] = [[status] for status in statuses]


async def test_a_vector_for_each_text_in_order_and_of_unit_length(
    provider: FakeProvider, embedder: Embedder, url: str
) -> None:
    texts = [f"text number {n}" for n in range(150)]
    provider.requests.clear()
    vectors = await embedder.embed(texts)
    assert sorted(len(r.body["input"]) for r in provider.requests) == [22, 64, 64]
    assert [r.headers["authorization"] for r in provider.requests] == [f"Bearer {KEY}"] * 3
    assert all(math.hypot(*vector) == pytest.approx(1) for vector in vectors)
    for n in (0, 63, 64, 149):
        assert vectors[n] == pytest.approx(await embedder.embed_question(texts[n]))
    assert (embedder.name, embedder.dimension) == (url, 16)
    assert provider.requests[0].body["model"] == "fake-embedder"


async def test_no_texts_cost_no_request(provider: FakeProvider, embedder: Embedder) -> None:
    provider.requests.clear()
    assert await embedder.embed([]) == []
    assert provider.requests == []


async def test_an_empty_text_is_not_sent_as_such(
    provider: FakeProvider, embedder: Embedder
) -> None:
    """OpenAI answers 400 to it."""
    await embedder.embed(["", "text"])
    assert provider.requests[-1].body["input"] == [" ", "text"]


@dataclass
class Wrapped:
    """An endpoint around the fake one: counts what is open, changes what is answered."""

    provider: FakeProvider
    pause: float = 0.0
    open: int = 0
    most: int = 0
    vectors: list[Any] | None = None
    """Sent whatever is asked."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await self.provider(scope, receive, send)
        self.open += 1
        self.most = max(self.most, self.open)
        await asyncio.sleep(self.pause)
        self.open -= 1
        if self.vectors is None:
            return await self.provider(scope, receive, send)
        rows = [{"object": "embedding", "index": n, "embedding": v} for n, v in self._rows()]
        body = {"object": "list", "model": "m", "data": rows, "usage": {}}
        self.provider.scripts.insert(0, [Status(200, body)])
        return await self.provider(scope, receive, send)

    def _rows(self) -> list[tuple[int, Any]]:
        """In reverse: the index counts, not the place."""
        return list(enumerate(self.vectors or []))[::-1]


async def test_only_a_few_calls_at_once(provider: FakeProvider) -> None:
    wrapped = Wrapped(provider, pause=0.02)
    async with running(wrapped) as base, open_embedder(f"{base}/v1#m") as embedder:
        await embedder.embed(["text"] * 64 * 20)
    assert len(provider.requests) == 21
    assert 2 <= wrapped.most <= 4


async def test_base64_is_understood_where_an_endpoint_insists(provider: FakeProvider) -> None:
    packed = base64.b64encode(struct.pack("<3f", 3.0, 0.0, 4.0)).decode()
    wrapped = Wrapped(provider, vectors=[packed])
    async with running(wrapped) as base, open_embedder(f"{base}/v1#m") as embedder:
        assert await embedder.embed_question("text") == pytest.approx([0.6, 0.0, 0.8])
        assert embedder.dimension == 3


async def test_vectors_out_of_order_are_put_in_order(provider: FakeProvider) -> None:
    wrapped = Wrapped(provider, vectors=[[1.0, 0.0]])
    async with running(wrapped) as base, open_embedder(f"{base}/v1#m") as embedder:
        wrapped.vectors = [[1.0, 0.0], [0.0, 1.0]]
        assert await embedder.embed(["first", "second"]) == [[1.0, 0.0], [0.0, 1.0]]
        with pytest.raises(EmbedderError, match="2 vectors for 3 texts"):
            await embedder.embed(["one", "two", "three"])


@pytest.mark.parametrize("code", [429, 500, 503])
async def test_a_passing_failure_is_tried_again(
    provider: FakeProvider, embedder: Embedder, code: int
) -> None:
    refusals(provider, Status(code, headers={"retry-after-ms": "10"}), Status(code))
    assert len(await embedder.embed(["text"])) == 1
    assert provider.scripts == []


async def test_retry_after_is_honoured(provider: FakeProvider, embedder: Embedder) -> None:
    refusals(provider, Status(429, headers={"retry-after": "0.7"}))  # on its own the client: 0.5
    started = time.perf_counter()
    await embedder.embed(["text"])
    assert time.perf_counter() - started >= 0.7


async def test_retry_after_an_hour_is_not_waited_for(
    provider: FakeProvider, embedder: Embedder
) -> None:
    refusals(provider, Status(429, headers={"retry-after": "3600"}))
    with pytest.raises(EmbedderError, match="rate limit or quota"):
        await embedder.embed(["text"])


async def test_a_lasting_failure_ends_the_tries(provider: FakeProvider, embedder: Embedder) -> None:
    refusals(provider, *[Status(503, headers={"retry-after-ms": "5"})] * 20)
    with pytest.raises(EmbedderError, match="status 503"):
        await embedder.embed(["text"])
    assert len(provider.scripts) == 15


async def test_after_a_failure_no_more_is_asked(provider: FakeProvider, embedder: Embedder) -> None:
    """An ingest of ten thousand chunks does not go on paying for what it throws away."""
    provider.requests.clear()
    refusals(provider, *[Status(400)] * 100)
    with pytest.raises(EmbedderError, match="status 400"):
        await embedder.embed(["text"] * 64 * 40)
    await asyncio.sleep(0.05)
    assert len(provider.requests) < 20


@pytest.mark.parametrize("code", [401, 403])
async def test_a_refused_key_is_told_without_the_key(
    provider: FakeProvider, embedder: Embedder, code: int
) -> None:
    refusals(provider, Status(code, {"error": {"message": f"Incorrect API key: {KEY}"}}))
    with pytest.raises(EmbedderError, match="key was refused") as raised:
        await embedder.embed(["text"])
    assert KEY not in str(raised.value)
    assert raised.value.__cause__ is None
    assert len(provider.scripts) == 0


async def test_an_unknown_model_is_told(provider: FakeProvider, embedder: Embedder) -> None:
    refusals(provider, Status(404))
    with pytest.raises(EmbedderError, match="ASKDOCS_EMBEDDER"):
        await embedder.embed(["text"])


@pytest.mark.parametrize(
    "body",
    [
        b"<html>a proxy</html>",
        {"error": {"message": "with status 200"}},
        {"data": None},
        {"data": []},
        {"data": [{"index": 0}]},
        {"data": [{"index": 0, "embedding": ["a"]}]},
        [1],
    ],
)
async def test_an_answer_that_is_none_is_told(
    provider: FakeProvider, embedder: Embedder, body: Any
) -> None:
    refusals(provider, Status(200, body))
    with pytest.raises(EmbedderError, match=r"embedder .* failed"):
        await embedder.embed(["text"])


async def test_another_dimension_than_before_is_told(
    provider: FakeProvider, embedder: Embedder
) -> None:
    provider.dimension = 8
    with pytest.raises(EmbedderError, match="8 dimensions, and 16 before"):
        await embedder.embed(["text"])
    assert embedder.dimension == 16


async def test_it_opens_while_the_provider_is_down() -> None:
    """A server starts without it; who needs the dimension is told what is wrong."""
    url = f"http://127.0.0.1:{free_port()}/v1#m"
    started = time.perf_counter()
    async with open_embedder(url) as embedder:
        assert time.perf_counter() - started < 4
        with pytest.raises(EmbedderError, match=r"cannot be reached|did not answer"):
            _ = embedder.dimension


async def test_it_is_ready_once_the_provider_is_back(
    provider: FakeProvider, url: str, memory: Collection
) -> None:
    await created(memory, Description(url, 16, "1"))
    await memory.upsert(await points(chunk("text")))
    refusals(provider, Status(400), Status(400))
    async with open_embedder(url) as embedder:
        with pytest.raises(EmbedderError, match="status 400"):
            _ = embedder.dimension
        assert "embedder does not answer" in str(await check(memory, embedder))
        assert await check(memory, embedder) is None
        assert embedder.dimension == 16


@pytest.mark.parametrize("url", ["", "word2vec:", "openai:", "http://localhost:11434/v1", "bge"])
def test_a_url_that_names_no_embedder_is_refused(url: str) -> None:
    with pytest.raises(EmbedderError, match="ASKDOCS_EMBEDDER is"):
        open_embedder(url)
