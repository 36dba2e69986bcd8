"""The whole road on a real documentation site: ask, watch, follow a source, stop, come back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.fakes.provider import answer_from_passages, end, text
from tests.web.conftest import Served, served, tab
from tests.web.test_chat_page import WATCH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.bench_data,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),  # 85 pages are indexed first
]

QUESTION = "Why does the middleware signature use currying?"


@pytest.fixture(scope="session")
def right(bench_data: Path) -> set[str]:
    """The addresses that answer the question, as the people said who wrote it down."""
    pages = map(json.loads, (bench_data / "sites/redux/gold_pages.jsonl").read_text().splitlines())
    url = {page["permalink"]: page["url"] for page in pages}
    pairs = map(json.loads, (bench_data / "pairs_dev.jsonl").read_text().splitlines())
    (pair,) = (p for p in pairs if (p["site"], p["query"]) == ("redux", QUESTION))
    return {f"{url[t['path']]}#{t['anchor']}" for t in pair["targets"]}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def redux(
    bench_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    data = tmp_path_factory.mktemp("redux")
    async with served(data, bench_data / "sites" / "redux", site_title="Redux") as askdocs:
        yield askdocs


async def test_a_question_about_redux(browser: Browser, redux: Served, right: set[str]) -> None:
    async with tab(browser, redux) as chat:
        await chat.open()
        await chat.page.evaluate(WATCH)
        redux.desk.scripts = [lambda body: answer_from_passages(body, delay=0.05)]
        await chat.asked(QUESTION)
        lengths = {length for _, length in await chat.page.evaluate("window.seen")}
        assert len(lengths) >= 8  # it grew word by word
        listed = chat.page.get_by_role("region", name="Sources").get_by_role("link")
        hrefs = await listed.evaluate_all("links => links.map(link => link.href)")
        assert right & set(hrefs), hrefs

        chat.expect_wrong("net::ERR_ABORTED")
        redux.desk.scripts = [[*text("Only ", "half"), asyncio.Event(), *text(" of it"), *end()]]
        await chat.ask("And what is a reducer?")
        await expect(chat.answers.last).to_contain_text(
            "Only hal"  # the last character may be half of a mark
        )
        await chat.button("Stop answering").click()
        await asyncio.wait_for(redux.provider.left.wait(), 5)

        await chat.page.reload()
        await expect(chat.questions).to_have_text([QUESTION, "And what is a reducer?"])
        await expect(chat.answers.last).to_contain_text("Only half")
        await expect(listed.first).to_have_attribute("href", hrefs[0])
