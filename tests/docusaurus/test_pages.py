"""Headings, titles and descriptions of made-up pages are those that Docusaurus finds."""

from random import Random

import pytest

from ingest.markdown import parse
from tests.docusaurus.conftest import Asked
from tests.docusaurus.pages import page

pytestmark = pytest.mark.browser

PAGES = 4_000


def test_made_up_pages(docusaurus: Asked) -> None:
    chance = Random(20)  # noqa: S311 - the same in every run
    asked = [
        {"source": page(chance), "extension": chance.choice([".md", ".mdx"])} for _ in range(PAGES)
    ]
    compared = 0
    for question, theirs in zip(asked, docusaurus(asked), strict=True):
        if "error" in theirs:
            continue
        compared += 1
        ours = parse(question["source"], extension=question["extension"])
        assert {
            "headings": [[heading.depth, heading.id or ""] for heading in ours.headings],
            "title": ours.content_title,
            "description": ours.description,
        } == theirs, question["source"]
    assert compared > PAGES / 3
