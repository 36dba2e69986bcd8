"""Identity, origins, health, the one-shot endpoint and the page, over a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import jwt
import pytest
from pydantic import SecretStr

from app.guard.identity import Identity
from app.llm import ModelError
from app.main import create_app
from app.retrieval import RetrievalError
from app.retrieval.collections import open_collection
from app.retrieval.embedders import open_embedder
from app.settings import Settings
from ingest.documents import open_site
from ingest.run import ingest
from tests.fakes.provider import Status
from tests.fakes.reranker import RerankServer
from tests.fakes.servers import running
from tests.server.conftest import KEY, Site, message

LIST = {"type": "threads.list", "params": {}}


async def test_a_guest_gets_a_token_that_expires(site: Site) -> None:
    issued = (await site.client.post("/session")).json()
    assert datetime.fromisoformat(issued["expires_at"]) > datetime.now(UTC)
    answer = await site.send(LIST, token=issued["token"])
    assert answer.status_code == 200


async def test_a_good_token_is_renewed_for_the_same_reader(site: Site) -> None:
    renewed = (await site.client.post("/session", headers=site.headers())).json()["token"]
    assert site.identity.owner(renewed) == site.identity.owner(site.token)


@pytest.mark.parametrize("kind", ["forged", "expired", "garbled", "unsigned", "basic"])
async def test_a_token_that_is_not_ours_is_401(site: Site, kind: str) -> None:
    forged = Identity(SecretStr("x" * 40), lifetime=3600).issue().token
    claims = jwt.decode(site.token, options={"verify_signature": False})
    bearer = {
        "forged": f"Bearer {forged}",
        "expired": f"Bearer {Identity(KEY, lifetime=-10).issue().token}",
        "garbled": "Bearer abc",
        "unsigned": f"Bearer {jwt.encode(claims, None, algorithm='none')}",
        "basic": "Basic abc",
    }[kind]
    answer = await site.client.post("/chatkit", json=LIST, headers={"Authorization": bearer})
    assert answer.status_code == 401
    assert answer.json()["message"]
    fresh = await site.client.post("/session", headers={"Authorization": bearer})
    assert fresh.status_code == 200, "a page with an old token can get a new one"


async def test_a_reader_takes_back_all_they_said(site: Site) -> None:
    site.script("One.")
    await site.ask("hi")
    refused = await site.client.delete("/threads")
    assert refused.status_code == 401
    assert "token" in refused.json()["message"]
    stranger = Identity(KEY, lifetime=60).issue().token
    others = await site.client.delete("/threads", headers=site.headers(stranger))
    assert others.json() == {"deleted": 0}
    mine = await site.client.delete("/threads", headers=site.headers())
    assert mine.json() == {"deleted": 1}
    assert (await site.send(LIST)).json()["data"] == []


async def test_a_foreign_origin_is_refused_before_anything_is_done(site: Site) -> None:
    site.script("never")
    body = json.dumps(message("threads.create", "hi"))
    for content_type in ("application/json", "text/plain"):
        answer = await site.client.post(
            "/chatkit",
            content=body,
            headers={
                "Origin": "https://evil.example",
                "Content-Type": content_type,
                **site.headers(),
            },
        )
        assert answer.status_code == 403
        assert "evil.example" in answer.json()["message"]
    assert (await site.send(LIST)).json()["data"] == []


async def test_a_preflight_as_the_component_sends_it_passes(site: Site) -> None:
    answer = await site.client.options(
        "/chatkit",
        headers={
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": (
                "authorization,chatkit-frame-instance-id,content-type,x-askdocs-page"
            ),
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "access-control-allow-credentials" not in answer.headers


async def test_errors_carry_the_headers_that_let_a_page_read_them(site: Site) -> None:
    answer = await site.send({"type": "x"}, Origin="http://127.0.0.1:3000")
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == "http://127.0.0.1:3000"


async def test_one_question_in_one_answer_out(site: Site) -> None:
    site.script("It is [2], and [1]. Again [2].")
    answer = await site.client.post("/chat", json={"query": "What?"})
    assert answer.json() == {
        "response": "It is [1], and [2]. Again [1].",
        "sources": [
            {"title": "Page › Heading 2", "url": "https://docs.example/docs/page#heading-2"},
            {"title": "Page › Heading 1", "url": "https://docs.example/docs/page#heading-1"},
        ],
    }


async def test_who_leaves_before_the_answer_is_not_answered_for_nobody(site: Site) -> None:
    site.script("It ", asyncio.Event(), "is.")
    with pytest.raises(httpx.ReadTimeout):
        await site.client.post("/chat", json={"query": "What?"}, timeout=0.5)
    await asyncio.wait_for(site.model.closed.wait(), 2)
    assert site.model.sent == 1


@pytest.mark.parametrize(
    ("body", "named"), [({}, "query"), ({"query": ""}, "query"), ({"query": 3}, "query")]
)
async def test_a_bad_question_is_told_so(site: Site, body: object, named: str) -> None:
    answer = await site.client.post("/chat", json=body)
    assert answer.status_code == 400
    assert named in answer.json()["message"]


async def test_a_question_that_cannot_be_answered_is_no_stack_trace(site: Site) -> None:
    site.script(ModelError("key sk-123", message="Not set up.", retryable=False))
    answer = await site.client.post("/chat", json={"query": "hi"})
    assert (answer.status_code, answer.json()) == (502, {"message": "Not set up."})
    site.retriever.failure = RetrievalError("host:6333")
    answer = await site.client.post("/chat", json={"query": "hi"})
    assert (answer.status_code, answer.json()) == (503, {"message": RetrievalError.message})
    site.retriever.failure = ZeroDivisionError("inside")
    answer = await site.client.post("/chat", json={"query": "hi"})
    assert answer.status_code == 500
    assert "inside" not in answer.text


async def test_alive_and_the_page_and_the_api(site: Site) -> None:
    assert (await site.client.get("/healthz")).json() == {"status": "ok"}
    page = await site.client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    paths = (await site.client.get("/openapi.json")).json()["paths"]
    assert {"/chatkit", "/chat", "/session", "/healthz", "/readyz"} <= set(paths)
    assert (await site.client.get("/docs")).status_code == 200
    missing = await site.client.get("/nowhere")
    assert (missing.status_code, missing.json()) == (404, {"message": "Not Found"})


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[tuple[httpx.AsyncClient, Settings]]:
    """Nothing is fake here: the default settings, in an empty folder."""
    settings = Settings(data=tmp_path)
    async with (
        running(create_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        yield client, settings


async def test_a_server_without_an_index_is_alive_and_not_ready(
    embedded: tuple[httpx.AsyncClient, Settings],
) -> None:
    client, _ = embedded
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    parts = ready.json()["parts"]
    assert "askdocs ingest" in parts["collection"]
    assert parts["store"] == "ok"
    answer = await client.post("/chat", json={"query": "hi"})
    assert answer.status_code == 503
    assert "not been indexed" in answer.json()["message"]


async def test_an_indexed_site_is_answered_from_without_a_key(tmp_path: Path) -> None:
    """The whole of it: ingest, then the default server, then a cited answer."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "install.md").write_text(
        "# Installing\n\nFirst things.\n\n## With npm\n\nRun `npm install widget` in a terminal."
    )
    (docs / "colours.md").write_text("# Colours\n\nThe theme has three colours.")
    settings = Settings(data=tmp_path / "data")
    async with (
        open_collection(settings.qdrant_url, settings.collection) as collection,
        open_embedder(settings.embedder) as embedder,
    ):
        await ingest(open_site(docs, url="https://w.example"), collection, embedder)
    async with (
        running(create_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        assert (await client.get("/readyz")).json()["ready"]
        answer = (await client.post("/chat", json={"query": "How do I install with npm?"})).json()
        assert "npm install widget" in answer["response"]
        assert answer["sources"][0]["url"] == "https://w.example/install#with-npm"


async def test_a_reranker_that_fails_costs_neither_answer_nor_readiness(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("install", "colours"):
        (docs / f"{name}.md").write_text(f"# {name}\n\nAll about {name}, and how to change it.")
    reranker = RerankServer()
    async with running(reranker) as base:
        settings = Settings(data=tmp_path / "data", reranker=f"{base}/rerank")
        async with (
            open_collection(settings.qdrant_url, settings.collection) as collection,
            open_embedder(settings.embedder) as embedder,
        ):
            await ingest(open_site(docs, url="https://w.example"), collection, embedder)
        async with (
            running(create_app(settings)) as url,
            httpx.AsyncClient(base_url=url, timeout=20) as client,
        ):
            question = {"query": "How do I change the colours?"}
            assert (await client.post("/chat", json=question)).status_code == 200
            assert len(reranker.requests) == 1
            assert (await client.get("/readyz")).json()["parts"]["reranker"] == "ok"
            reranker.scripts.append(Status(503))
            assert (await client.post("/chat", json=question)).json()["sources"]
            ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert "The reranker does not answer" in ready.json()["parts"]["reranker"]
    assert base not in ready.text
