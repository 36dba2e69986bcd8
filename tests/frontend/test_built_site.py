"""Docusaurus builds a site with every feature; ingest knows its URLs and headings as they are."""

import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from ingest.documents import Document, documents, open_site
from tests.conftest import missing
from tests.frontend.conftest import HERE, SITE, docusaurus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BASE = "https://docs.test/base"
FALLBACKS = {"/fr/", "/fr/a&b", "/fr/about", "/fr/people/", "/fr/people/team"} | {
    f"/fr/guide/old/{page}" for page in ("", "basics/install")
}
"""Pages in French without any translation in their folder: English again, and not indexed."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (SITE / "node_modules/.bin/docusaurus").exists():
        missing("tests/frontend/site/node_modules (npm ci --prefix tests/frontend/site)")
    site = tmp_path_factory.mktemp("features") / "site"
    shutil.copytree(HERE / "features", site)
    (site / "node_modules").symlink_to(SITE / "node_modules")
    docusaurus(site, site / "build")
    return site


class Ids(HTMLParser):
    """The ids of headings in the article, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self._articles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._articles += tag == "article"
        identifier = dict(attrs).get("id")
        if self._articles and tag in {"h1", "h2", "h3", "h4", "h5", "h6"} and identifier:
            self.ids.append(identifier)

    def handle_endtag(self, tag: str) -> None:
        self._articles -= tag == "article"


def ids(build: Path, url: str) -> list[str]:
    """Of the page that a server of static files gives for the URL."""
    path = url.removeprefix(BASE).strip("/")
    # `a%26b` is the name of that folder: Docusaurus writes pages of `src/pages` as they are encoded
    folder = next(f for f in (build / unquote(path), build / path) if (f / "index.html").is_file())
    reader = Ids()
    reader.feed((folder / "index.html").read_text())
    return [found for found in reader.ids if found != "footnote-label"]  # read to nobody but ears


def found(folder: Path) -> dict[str, Document]:
    read = [document for document in documents(open_site(folder)) if isinstance(document, Document)]
    shown = [d for d in read if not d.draft and not d.unlisted]
    assert not [error for document in shown for error in document.errors]
    return {document.url: document for document in shown}


def anchors(document: Document) -> list[str]:
    return [section.anchor for section in document.page.sections if section.anchor]


def test_every_url_and_heading_of_the_sources_is_in_the_site(site: Path) -> None:
    read = found(site)
    assert len(read) == 35
    for url, document in read.items():
        assert anchors(document) == ids(site / "build", url), url


def test_a_built_site_reads_as_its_sources(site: Path) -> None:
    written, built = found(site), found(site / "build")
    assert {unquote(url.removeprefix(BASE)) for url in built.keys() - written.keys()} == FALLBACKS
    assert written.keys() <= built.keys()
    for url, document in written.items():
        same = built[url]
        assert anchors(same) == anchors(document), url
        assert (same.title, same.version, same.locale) == (
            document.title,
            document.version,
            document.locale,
        )
    assert open_site(site / "build").newest == open_site(site).newest == ("2.0",)


def test_text_of_a_built_page_reads_as_its_source(site: Path) -> None:
    url = f"{BASE}/guide/next/mdx"
    written, built = found(site)[url], found(site / "build")[url]
    html = [(s.heading, s.breadcrumb, s.blocks) for s in built.page.sections if s.depth > 1]
    source = [(s.heading, s.breadcrumb, s.blocks) for s in written.page.sections]
    assert html[:-1] == source[:-1]
    (footnote,) = html[-1][2]  # numbered only where it is shown
    assert footnote.text == f"1. {source[-1][2][0].text}"
