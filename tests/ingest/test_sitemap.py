"""A site's list of its pages proves the URLs of Markdown files."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from ingest.content_plugins import SiteError
from ingest.documents import Document, Unreadable, documents, open_site
from ingest.sitemap import read_sitemaps
from tests.fakes.servers import running


def sitemap(folder: Path, *urls: str, name: str = "sitemap.xml") -> str:
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    (folder / name).write_text(f'<?xml version="1.0"?><urlset>{listed}</urlset>')
    return str(folder / name)


def tree(folder: Path, *files: str, text: str = "# A page\n\nWhat it says.\n") -> Path:
    for file in files:
        (folder / "docs" / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / file).write_text(text)
    return folder / "docs"


def urls(path: Path, listed: str, url: str = "") -> dict[str, str]:
    found = documents(open_site(path, url=url, sitemaps=[listed]))
    return {d.source: d.url if isinstance(d, Document) else d.reason for d in found}


@pytest.mark.parametrize(
    ("file", "published"),
    [
        ("guide/setup.md", "https://x.dev/guide/setup/"),  # MkDocs
        ("guide/setup.md", "https://x.dev/guide/setup.html"),  # VitePress, mdBook
        ("guide/setup.md", "https://x.dev/guide/setup"),
        ("guide/index.md", "https://x.dev/guide/"),
        ("guide/README.md", "https://x.dev/guide/"),
        ("01-guide/02-setup.md", "https://x.dev/guide/setup"),  # Docusaurus
        ("01-guide/02-setup.md", "https://x.dev/01-guide/02-setup/"),  # whoever knows no numbers
        ("größe.md", "https://x.dev/gr%C3%B6%C3%9Fe"),
        ("index.md", "https://x.dev/"),
    ],
)
def test_a_page_has_the_url_that_is_listed(tmp_path: Path, file: str, published: str) -> None:
    listed = sitemap(tmp_path, "https://x.dev/", published, "https://x.dev/more")
    assert urls(tree(tmp_path, file), listed) == {file: published}


def test_a_page_that_is_not_listed_is_left_out_and_named(tmp_path: Path) -> None:
    listed = sitemap(tmp_path, "https://x.dev/a")
    found = urls(tree(tmp_path, "a.md", "old/b.md"), listed)
    assert found == {
        "a.md": "https://x.dev/a",
        "old/b.md": "https://x.dev/old/b is not in the sitemap; left out",
    }


def test_a_draft_need_not_be_listed(tmp_path: Path) -> None:
    listed = sitemap(tmp_path, "https://x.dev/a")
    path = tree(tmp_path, "b.md", text="---\ndraft: true\n---\n\nSoon.\n")
    assert not any(isinstance(d, Unreadable) for d in documents(open_site(path, sitemaps=[listed])))


def test_where_the_docs_begin_is_what_all_listed_pages_share(tmp_path: Path) -> None:
    listed = sitemap(tmp_path, "https://x.dev/en/latest/", "https://x.dev/en/latest/a/")
    assert urls(tree(tmp_path, "a.md"), listed) == {"a.md": "https://x.dev/en/latest/a/"}


def test_or_is_said(tmp_path: Path) -> None:
    listed = sitemap(tmp_path, "https://x.dev/", "https://x.dev/docs/a", "https://x.dev/a")
    found = urls(tree(tmp_path, "a.md"), listed, url="https://x.dev/docs")
    assert found == {"a.md": "https://x.dev/docs/a"}


def test_a_docusaurus_site_agrees_with_its_own_sitemap(bench_data: Path) -> None:
    folder = bench_data / "sites" / "edge"
    listed = [str(folder / "gold_sitemap.xml")]
    found = [d for d in documents(open_site(folder, sitemaps=listed)) if not hidden(d)]
    plain = [d for d in documents(open_site(folder)) if not hidden(d)]
    default = {d.source: d for d in plain if isinstance(d, Document) and d.locale in {"", "en"}}
    assert len(default) > 10
    assert default == {
        d.source: d for d in found if isinstance(d, Document) and d.source in default
    }


def hidden(found: Document | Unreadable) -> bool:
    return isinstance(found, Document) and (found.draft or found.unlisted)


def test_ingest_tells_both_ways_what_does_not_fit(tmp_path: Path) -> None:
    listed = sitemap(tmp_path, "https://x.dev/a", "https://x.dev/tags", "https://x.dev/search")
    path = tree(tmp_path, "a.md", "b.md")
    asked = ["ingest", str(path), "--sitemap", listed, "--data", str(tmp_path / "data")]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 1
    assert "b.md: https://x.dev/b is not in the sitemap; left out" in result.stderr
    assert "2 pages of the sitemap have no source here, such as https://x.dev/tags" in result.output
    told = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).stdout)
    assert told["unsourced"] == ["https://x.dev/tags", "https://x.dev/search"]
    assert told["pages"] == 1


def serving(pages: dict[str, str]) -> Callable[..., Awaitable[None]]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        said = pages.get(scope["path"])
        status = 200 if said is not None else 404
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": (said or "").encode()})

    return app


async def test_a_sitemap_is_read_from_the_site_with_those_that_it_lists() -> None:
    pages: dict[str, str] = {}
    async with running(serving(pages)) as site:
        pages["/sitemap.xml"] = (
            f"<sitemapindex><sitemap><loc>{site}/docs.xml</loc></sitemap></sitemapindex>"
        )
        pages["/docs.xml"] = "<urlset><url><loc><![CDATA[https://x.dev/a?b]]></loc></url></urlset>"
        found = await asyncio.to_thread(read_sitemaps, [f"{site}/sitemap.xml"])
        assert found.url("/a") == "https://x.dev/a"
        pages["/docs.xml"] = pages["/sitemap.xml"]
        with pytest.raises(SiteError, match="lists other sitemaps: give those"):
            await asyncio.to_thread(read_sitemaps, [f"{site}/sitemap.xml"])
        with pytest.raises(SiteError, match="cannot be read: status 404"):
            await asyncio.to_thread(read_sitemaps, [f"{site}/gone.xml"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<urlset></urlset>", "names no page"),
        ("no XML", "names no page"),
        ("<url><loc>http://[</loc></url>", "names no page"),
        ("<sitemapindex><loc>https://x.dev/s.xml</loc></sitemapindex>", "lists other sitemaps"),
    ],
)
def test_what_is_no_sitemap_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "sitemap.xml").write_text(text)
    with pytest.raises(SiteError, match=told):
        read_sitemaps([str(tmp_path / "sitemap.xml")])


def test_a_sitemap_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"no-such\.xml cannot be read"):
        read_sitemaps([str(tmp_path / "no-such.xml")])
