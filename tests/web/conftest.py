"""The chat page in a real browser, on the real application, with a provider that plays scripts."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Request, async_playwright, expect

from app.main import create_app
from app.retrieval.collections import open_collection
from app.retrieval.embedders import open_embedder
from app.settings import Settings
from ingest.documents import open_site
from ingest.run import ingest
from tests.conftest import AXE
from tests.fakes.provider import FakeProvider, Script, answer, answer_from_passages
from tests.fakes.servers import running
from tests.web.wire import Wire

SITE = "https://docs.example"
PAGES = {
    "install.md": "# Installing\n\nAn introduction.\n\n## On Linux\n\nRun `apt install gadget` to "
    "install the gadget on Linux.\n\n## On Windows\n\nThe Windows installer asks for a license key."
    "\n",
    "configure.md": "# Configuring\n\n## The color of the gadget\n\nSet `color: blue` in "
    "gadget.yml to make the gadget blue.\n\n## Time zones\n\nThe gadget shows UTC unless `zone` is "
    "set.\n",
}
HOSTS = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
RULES = ["wcag2a", "wcag2aa", "wcag21aa"]


@dataclass
class Desk:
    """Questions get the next script, or an answer from their passages; titles are titles."""

    scripts: list[Script | Callable[[dict[str, Any]], Script]] = field(default_factory=list)
    title: str = "A short title"

    def __call__(self, body: dict[str, Any]) -> Script:
        if not body.get("tools"):
            return answer(self.title)
        script = self.scripts.pop(0) if self.scripts else answer_from_passages
        return script(body) if callable(script) else script


@dataclass
class Chat:
    """A reader's tab. What goes wrong in it, and was not expected, fails the test."""

    url: str
    page: Page
    desk: Desk
    provider: FakeProvider
    wire: Wire
    requests: list[Request] = field(default_factory=list)
    hosts: tuple[str, ...] = ()
    """Where the page may send requests besides its own address."""
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - it hangs a name on it
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("requestfailed", lambda r: self.wrong.append(f"failed: {r.url} {r.failure}"))
        self.page.on("console", self._said)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    def expect_wrong(self, *patterns: str) -> None:
        self.expected += patterns

    def check(self) -> None:
        left = [w for w in self.wrong if not any(re.search(p, w) for p in self.expected)]
        assert not left
        assert not self.wire.wrong
        allowed = (self.url, "data:", *self.hosts)
        elsewhere = {r.url for r in self.requests if not r.url.startswith(allowed)}
        assert not elsewhere

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """The parameters of the requests of one type."""
        bodies = [json.loads(r.post_data or "{}") for r in self.requests if "/chatkit" in r.url]
        return [body["params"] for body in bodies if body.get("type") == kind]

    async def open(self) -> None:
        await self.page.goto(self.url)
        await expect(self.input).to_be_visible()

    async def ask(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def asked(self, text: str) -> None:
        """Ask, and wait for the whole answer."""
        before = await self.page.locator(".answer .actions").count()
        await self.ask(text)
        await expect(self.page.locator(".answer .actions")).to_have_count(before + 1)
        await expect(self.button("Send")).to_be_visible()

    def inside(self, selector: str) -> str:
        """JavaScript for an element of the chat's own tree."""
        return f"document.querySelector('openai-chatkit').shadowRoot.querySelector('{selector}')"

    @property
    def input(self) -> Locator:
        return self.page.get_by_label("Your question")

    @property
    def answers(self) -> Locator:
        return self.page.locator(".answer:not([hidden])")

    @property
    def questions(self) -> Locator:
        return self.page.locator(".question")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def violations(self, context: object = None) -> list[str]:
        """What axe finds, by rule and element. Its script comes in past the page's policy."""
        await self.page.evaluate(AXE.read_text())
        run = "([context, runOnly]) => axe.run(context ?? document, {runOnly, preload: false})"
        found = await self.page.evaluate(run, [context, RULES])
        return [
            f"{v['id']}: {node['html'][:120]} {node['failureSummary']}"
            for v in found["violations"]
            for node in v["nodes"]
        ]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=[f"--host-resolver-rules={HOSTS}", "--disable-quic", "--disable-dev-shm-usage"],
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(frozen=True)
class Served:
    url: str
    desk: Desk
    provider: FakeProvider
    wire: Wire


@asynccontextmanager
async def served(data: Path, site: Path, url: str = "", **settings: Any) -> AsyncIterator[Served]:
    """askdocs over a site's pages, answering with a provider of ours, whose base URL stands for
    PROVIDER in `models`."""
    desk = Desk()
    provider = FakeProvider(otherwise=desk)
    async with running(provider) as provider_url:
        model = {"model": f"{provider_url}/v1#fake"}
        if models := settings.get("models"):
            settings["models"] = models.replace("PROVIDER", f"{provider_url}/v1")
        chosen = Settings(data=data, **{**model, "site_title": "Gadget", **settings})
        async with (
            open_collection(chosen.qdrant_url, chosen.collection) as collection,
            open_embedder(chosen.embedder) as embedder,
        ):
            report = await ingest(open_site(site, url=url), collection, embedder)
        assert report.pages
        assert not report.errors
        wire = Wire(create_app(chosen))
        async with running(wire) as page_url:
            yield Served(page_url, desk, provider, wire)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def askdocs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """One server for all: every test is another reader."""
    site = tmp_path_factory.mktemp("site")
    for name, text in PAGES.items():
        (site / name).write_text(text)
    data = tmp_path_factory.mktemp("data")
    async with served(data, site, SITE, prompts="How do I install it?|Which color?") as askdocs:
        yield askdocs


@asynccontextmanager
async def tab(browser: Browser, askdocs: Served, **options: Any) -> AsyncIterator[Chat]:
    """A tab of a new reader's browser."""
    askdocs.desk.scripts.clear()
    askdocs.desk.title = "A short title"
    askdocs.provider.left.clear()
    askdocs.wire.wrong.clear()
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(8000)
    chat = Chat(askdocs.url, await context.new_page(), askdocs.desk, askdocs.provider, askdocs.wire)
    chat.watch()
    try:
        yield chat
    finally:
        await context.close()
    chat.check()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(browser: Browser, askdocs: Served) -> AsyncIterator[Chat]:
    async with tab(browser, askdocs) as chat:
        await chat.open()
        yield chat
