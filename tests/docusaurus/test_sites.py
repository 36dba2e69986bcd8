"""URLs and titles of made-up sites are those that Docusaurus gives them."""

from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import pytest

from ingest.documents import Document, documents, open_site
from tests.docusaurus.conftest import Asked
from tests.docusaurus.sites import site
from tests.frontend.conftest import SITE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SITES = 100


def test_made_up_sites(docusaurus: Asked, tmp_path: Path) -> None:
    chance = Random(7)  # noqa: S311 - the same in every run
    asked: list[dict[str, Any]] = []
    for number in range(SITES):
        folder = tmp_path / str(number)
        folder.mkdir()
        asked.append(site(folder, chance))
        (folder / "node_modules").symlink_to(SITE / "node_modules")
    compared = 0
    for question, answer in zip(asked, docusaurus(asked), strict=True):
        if "error" not in answer:
            compared += 1
            ours = read(Path(question["folder"]), question["locales"][0])
            theirs = shown(answer["pages"], question["locales"][0])
            assert ours == with_names(theirs, ours), question["folder"]
    assert compared > SITES / 3


def read(folder: Path, default: str) -> dict[str, tuple[str, str]]:
    """URLs with their sources and titles."""
    return {
        unquote(found.url): (found.source, found.title)
        for found in documents(open_site(folder))
        if isinstance(found, Document)
        and not (found.draft or found.unlisted)
        and translated(found.source, found.locale, default)
    }


def shown(pages: list[dict[str, str]], default: str) -> dict[str, tuple[str, str]]:
    return {
        unquote(page["url"]): (page["source"], page["title"])
        for page in pages
        if translated(page["source"], page["locale"], default)
    }


def translated(source: str, locale: str, default: str) -> bool:
    """What a locale shows for want of a translation is the default's text again."""
    return locale in ("", default) or source.startswith("i18n/")


def with_names(
    pages: dict[str, tuple[str, str]], ours: dict[str, tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """A page that Docusaurus gives no title is called by its file's name here."""
    return {
        url: (source, title or ours.get(url, ("", ""))[1]) for url, (source, title) in pages.items()
    }
