"""The one file that is copied by hand, on a site that is built as Docusaurus builds by default."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect
from starlette.staticfiles import StaticFiles

from tests.fakes.provider import answer
from tests.fakes.servers import running
from tests.frontend.conftest import ASK, DOCS, SITE, SiteChat, World, browsing, on_site
from tests.web.conftest import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),  # the first test builds the site, three times
]


@pytest_asyncio.fixture(loop_scope="session")
async def chat(built: dict[str, Path], chromium: str, tmp_path: Path) -> AsyncIterator[SiteChat]:
    async with (
        served(tmp_path / "data", SITE, DOCS, origins=DOCS) as askdocs,
        running(StaticFiles(directory=built["minimal"], html=True), lifespan="off") as url,
        browsing(chromium, docs_test=url, ask_test=askdocs.url) as browser,
        on_site(World(askdocs, browser)) as chat,
    ):
        await chat.visit()
        yield chat


async def test_one_file_is_enough(chat: SiteChat) -> None:
    assert not [r for r in chat.requests if r.url.startswith(ASK)]
    await chat.launcher.click()
    chat.desk.scripts = [answer("Run `apt install gadget` [1].")]
    await chat.asked("How do I install the gadget on Linux?")
    await expect(chat.page.locator(".citation a")).to_have_attribute(
        "href", f"{DOCS}/install#on-linux"
    )
    (headers,) = chat.headers("threads.create")
    assert headers["x-askdocs-page"] == "/install/"
    assert headers["authorization"].startswith("Bearer ")
    await chat.launcher.click()
    await expect(chat.answers).to_be_hidden()
    await chat.page.reload()
    await chat.launcher.click()
    await expect(chat.questions).to_have_text("How do I install the gadget on Linux?")
