"""search, eval and doctor with a reranker, as an owner sets one."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli, doctor
from app.retrieval import reranking
from tests.fakes.provider import Status
from tests.fakes.reranker import RerankServer
from tests.fakes.servers import running

PAGES = {
    "install.md": "# Installation\n\n## With npm\n\nRun npm install chatdocs.\n",
    "settings.md": "# Settings\n\n## PORT\n\nThe port to listen on is 8000.\n",
    "pets.md": "# Pets\n\nCats sleep a lot, and install nothing.\n",
}
QUESTION = {"query": "install", "url": "/pets"}


@pytest.fixture
async def server(bare: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RerankServer]:
    """Likes cats, whatever is asked."""
    docs = bare / "docs"
    docs.mkdir()
    for name, text in PAGES.items():
        (docs / name).write_text(text)
    (bare / "questions.jsonl").write_text(json.dumps(QUESTION))
    await run("ingest", "docs", "--url", "https://d.example", "--quiet")
    server = RerankServer(judge=lambda _, text: 0.9 if "Cats" in text else 0.1)
    async with running(server) as base:
        monkeypatch.setenv("ASKDOCS_RERANKER", f"{base}/rerank")
        yield server


async def run(*arguments: str) -> Result:
    """In a thread: the server answers from the test's own loop."""
    return await asyncio.to_thread(CliRunner().invoke, cli, arguments)


async def test_search_explains_what_it_adds(server: RerankServer) -> None:
    found = json.loads((await run("search", QUESTION["query"], "--json")).output)
    assert found[0]["url"] == "https://d.example/pets"
    assert found[0]["why"]["reranker"] == pytest.approx(2.0)
    assert found[0]["score"] == pytest.approx(sum(found[0]["why"].values()))
    assert "(reranker +2.00, " in (await run("search", QUESTION["query"])).output


async def test_search_goes_on_without_it(server: RerankServer) -> None:
    server.scripts.append(Status(500))
    found = json.loads((await run("search", QUESTION["query"], "--json")).output)
    assert found[0]["url"] == "https://d.example/install#with-npm"


async def test_eval_measures_it(server: RerankServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def rank() -> int:
        report = json.loads((await run("eval", "questions.jsonl", "--json")).output)
        return report["questions"][0]["page_rank"]

    assert await rank() == 1
    monkeypatch.delenv("ASKDOCS_RERANKER")
    assert await rank() > 1


async def test_eval_ends_where_it_fails(server: RerankServer) -> None:
    """Figures of two rankings, mixed, would say nothing."""
    server.scripts.append(Status(429))
    ended = await run("eval", "questions.jsonl")
    assert ended.exit_code == 1
    assert "rate limit" in ended.output
    assert "Nothing is measured" in ended.output


async def test_doctor_says_how_quick_it_is(server: RerankServer) -> None:
    report = (await run("doctor")).output
    assert f"/rerank, {reranking.CANDIDATES} passages in 0." in report
    [request] = server.requests
    assert request.body["texts"] == [doctor.PASSAGE] * reranking.CANDIDATES


async def test_doctor_says_what_is_wrong(server: RerankServer) -> None:
    server.scripts.append(Status(401))
    report = await run("doctor")
    assert report.exit_code == 1
    assert "its key was refused" in report.output


async def test_doctor_finds_it_too_slow(server: RerankServer) -> None:
    server.pause = reranking.PATIENCE + 0.1
    report = await run("doctor")
    assert report.exit_code == 1
    assert "and a search waits 2 s: choose a quicker one" in report.output
