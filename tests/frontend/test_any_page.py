"""The chat on a page that is no Docusaurus site."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect
from starlette.responses import HTMLResponse

from tests.fakes.provider import answer
from tests.fakes.servers import running
from tests.frontend.conftest import ASK, DOCS, SITE, SiteChat, World, browsing, on_site
from tests.frontend.test_tools import STOCK, quotes_the_page
from tests.project.checkout import ROOT
from tests.web.conftest import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, twice
]


@pytest_asyncio.fixture(loop_scope="session")
async def chat(chromium: str, tmp_path: Path) -> AsyncIterator[SiteChat]:
    readme = (ROOT / "frontend-snippet/README.md").read_text()
    script = readme.partition("```html\n")[2].partition("```")[0]
    script = script.replace("https://ask.example.com", ASK)
    assert "embed.js" in script
    icon = '<link rel="icon" href="data:,">'
    page = HTMLResponse(f"<!doctype html><title>A page</title>{icon}<h1>A page</h1>{STOCK}{script}")
    async with (
        served(tmp_path / "data", SITE, DOCS, origins=DOCS) as askdocs,
        running(page, lifespan="off") as url,
        browsing(chromium, docs_test=url, ask_test=askdocs.url) as browser,
        on_site(World(askdocs, browser)) as chat,
    ):
        await chat.visit("/")
        yield chat


async def test_three_lines_of_html_are_enough(chat: SiteChat) -> None:
    assert [r.url for r in chat.requests if r.url.startswith(ASK)] == [f"{ASK}/web/embed.js"]
    await chat.open()
    chat.desk.scripts = [answer("Run `apt install gadget` [1].")]
    await chat.asked("How do I install the gadget on Linux?")
    await expect(chat.page.locator(".citation a")).to_have_attribute(
        "href", f"{DOCS}/install#on-linux"
    )
    assert chat.headers("threads.create")[0]["x-askdocs-page"] == "/"
    await chat.button("Close").click()
    await expect(chat.launcher).to_be_focused()
    await chat.page.reload()
    await chat.open()
    await expect(chat.questions).to_have_text("How do I install the gadget on Linux?")


async def test_the_page_itself_is_read(chat: SiteChat) -> None:
    await chat.open()
    await chat.button("This page").click()
    chat.desk.scripts = [quotes_the_page]
    await chat.asked("How many are in stock?")
    await expect(chat.answers).to_contain_text(STOCK)
    (output,) = chat.sent("threads.add_client_tool_output")
    assert output["result"]["url"] == f"{DOCS}/"


async def test_all_conversations_are_deleted_from_there_too(chat: SiteChat) -> None:
    await chat.open()
    await chat.asked("How do I install the gadget on Linux?")
    await chat.button("Conversations").click()
    await chat.button("Delete all conversations").click()
    await chat.button("Delete all").click()
    await expect(chat.page.locator(".threads-foot")).to_have_text("No conversations yet.")
