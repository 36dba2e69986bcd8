"""Whole sites: every URL and title as Docusaurus itself computes them."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from ingest.content_plugins import SiteError
from ingest.documents import Document, Unreadable, documents, open_site

pytestmark = pytest.mark.bench_data

TITLES_AS_SHOWN = {"docs/plain.md": "MD format html bold"}
"""Docusaurus keeps markup in a title; a reader sees none."""


def gold(folder: Path) -> list[dict[str, Any]]:
    if (oracle := folder / "gold_oracle.json").exists():
        known = json.loads(oracle.read_text())
        return [page | {"url": known["siteUrl"] + page["permalink"]} for page in known["docs"]]
    lines = (folder / "gold_pages.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def found(folder: Path, **options: str) -> dict[str, Document]:
    read = list(documents(open_site(folder, **options)))
    assert not [r for r in read if isinstance(r, Unreadable)]
    return {d.source: d for d in reversed(read) if isinstance(d, Document)}


@pytest.mark.parametrize("name", ["rn", "redux", "tse", "edge"])
def test_every_url_and_title(bench_data: Path, name: str) -> None:
    pages = found(bench_data / "sites" / name)
    for page in gold(bench_data / "sites" / name):
        document = pages[page["file"]]
        assert unquote(document.url) == unquote(page["url"]), page["file"]
        assert document.title == TITLES_AS_SHOWN.get(page["file"], page["title"]), page["file"]
        assert document.unlisted == page.get("unlisted", False), page["file"]


@pytest.mark.parametrize("name", ["rn", "redux", "tse"])
def test_none_is_invented(bench_data: Path, name: str) -> None:
    pages = found(bench_data / "sites" / name)
    assert set(pages) == {page["file"] for page in gold(bench_data / "sites" / name)}


def test_every_url_was_built(bench_data: Path) -> None:
    """Blog, pages and locales too, of which `gold_pages` knows nothing."""
    folder = bench_data / "sites" / "edge"
    built = json.loads((folder / "gold_html_headings.json").read_text())
    for page in found(folder).values():
        path = unquote(urlsplit(page.url).path).rstrip("/")
        assert page.draft or path in built, page.source


@pytest.mark.parametrize("name", ["rn", "redux", "tse", "edge"])
def test_every_anchor_exists(bench_data: Path, name: str) -> None:
    pages = found(bench_data / "sites" / name)
    for page in gold(bench_data / "sites" / name):
        true = {heading["id"] for heading in page["headings"] if heading["depth"] > 1}
        document = pages[page["file"]]
        anchors = {s.anchor for s in document.page.sections if s.anchor}
        assert true - {"", None} <= anchors, page["file"]  # an <h2> of JSX may have none
        if not document.page.imports and name != "edge":
            assert anchors <= true, page["file"]


def test_the_docs_folder_of_a_site_is_read_with_its_configuration(bench_data: Path) -> None:
    site = open_site(bench_data / "sites" / "redux" / "docs")
    first = next(d for d in documents(site) if isinstance(d, Document))
    assert first.url.startswith("https://redux.js.org/")


def test_a_given_url_wins(bench_data: Path) -> None:
    pages = found(bench_data / "sites" / "redux", url="https://docs.example/base/")
    assert all(d.url.startswith("https://docs.example/base/") for d in pages.values())
    moved = found(bench_data / "sites" / "edge", url="https://docs.example")
    assert all(d.url.startswith("https://docs.example/base/") for d in moved.values())


def test_a_file_is_no_site(bench_data: Path) -> None:
    with pytest.raises(SiteError, match=r"README\.md"):
        open_site(bench_data / "README.md")
