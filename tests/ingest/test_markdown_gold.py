"""Against Docusaurus's own answers: small hard sources, and every page of real sites."""

import json
import os
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from ingest.markdown import MarkdownOptions, MarkdownPage, parse

BENCH = Path(__file__).parents[2] / "../shared/bench"

pytestmark = pytest.mark.bench_data


@pytest.fixture(scope="module")
def bench() -> Path:
    if not BENCH.exists():
        reason = "the benchmark data are not beside the checkout"
        (pytest.fail if os.environ.get("ASKDOCS_REQUIRE_ALL") == "1" else pytest.skip)(reason)
    return BENCH


def read_case(case: dict[str, Any]) -> MarkdownPage:
    settings = case.get("markdown", {})
    compat = settings.get("mdx1Compat", {})
    options = MarkdownOptions(
        comments=compat.get("comments", True),
        maintain_case=settings.get("anchors", {}).get("maintainCase", False),
    )
    format_ = settings.get("format", "mdx")
    return parse(case["source"], format=format_, extension=case["ext"], options=options)


def cases(bench: Path, *, failing: bool) -> list[dict[str, Any]]:
    lines = (bench / "docusaurus_cases.jsonl").read_text("utf-8").split("\n")
    found = [json.loads(line) for line in lines if line]
    return [case for case in found if case.get("error", False) is failing]


def outline(headings: Any) -> list[tuple[int, str, int]]:
    return [
        (heading["depth"], heading["id"] or "", heading["line"])
        if isinstance(heading, dict)
        else (heading.depth, heading.id, heading.line)
        for heading in headings
    ]


# Docusaurus counts lines after it has taken the fences of `mdx-code-block` out; we give the
# line in the file, which is what an editor shows. The ids are right.
LINES_OF_THE_FILE = {
    "mdx-code-block",
    "mdx-code-block list",
}


def test_headings_of_the_cases(bench: Path) -> None:
    wrong: set[str] = set()
    for case in cases(bench, failing=False):
        theirs, ours = outline(case["headings"]), outline(read_case(case).headings)
        assert without_lines(theirs) == without_lines(ours), case["name"]
        if theirs != ours:
            wrong.add(case["name"])
    assert wrong == LINES_OF_THE_FILE


def test_titles_and_descriptions_of_the_cases(bench: Path) -> None:
    for case in cases(bench, failing=False):
        page = read_case(case)
        assert page.content_title == case["content_title"], case["name"]
        assert page.description == case["description"], case["name"]


# The page shows what is not in the text that ids are made from: `:name` directives, `<br/>`
# as a break. It does not show: quotes of string expressions, comments, HTML tags, outer and
# repeated spaces. Emoji short codes are left as they are written.
SHOWN_OTHERWISE = 35


def test_texts_of_headings_in_the_cases(bench: Path) -> None:
    differing = [
        (heading["text"], shown.text)
        for case in cases(bench, failing=False)
        for heading, shown in zip(case["headings"], read_case(case).headings, strict=True)
        if "".join(heading["text"].split()) != "".join(shown.text.split())
    ]
    for docusaurus, shown in differing:
        assert ":" in shown or any(mark in docusaurus for mark in ('"', "/*", "<", "🎉", "💯")), (
            docusaurus,
            shown,
        )
    assert len(differing) == SHOWN_OTHERWISE


# With `headingIds: false`, `{#id}` does not compile; reading the id is right anyway, and a
# site that sets it has none. The array of strings and headings has balanced brackets, and
# only a JavaScript parser could tell that it is no array.
NOT_NOTICED = {"v4: id", "esm blank inside array"}


def test_what_docusaurus_refuses_is_reported_and_read_all_the_same(bench: Path) -> None:
    found = cases(bench, failing=True)
    pages = {case["name"]: read_case(case) for case in found}
    assert {name for name, page in pages.items() if not page.errors} == NOT_NOTICED
    for case in found:
        page = pages[case["name"]]
        assert page.sections or case["name"] in NOT_NOTICED, case["name"]
        assert all(1 <= (error.line or 0) <= case["source"].count("\n") for error in page.errors)


def test_nothing_is_reported_where_docusaurus_builds(bench: Path) -> None:
    for case in cases(bench, failing=False):
        assert read_case(case).errors == (), case["name"]


@pytest.mark.parametrize(
    ("site", "headings", "options"),
    [
        # `future.v4: true` in its configuration
        ("rn", 2246, MarkdownOptions(comments=False)),
        ("redux", 1128, MarkdownOptions()),
        ("tse", 1051, MarkdownOptions()),
        ("edge", 75, MarkdownOptions()),
    ],
)
def test_every_heading_of_a_real_site(
    bench: Path, site: str, headings: int, options: MarkdownOptions
) -> None:
    folder = bench / "sites" / site
    seen = 0
    for gold in gold_pages(folder):
        path = folder / gold["file"]
        source = path.read_bytes().decode("utf-8")
        extension = PurePosixPath(gold["file"]).suffix
        page = parse(source, extension=extension, options=options)
        moved = "mdx-code-block" in source  # see LINES_OF_THE_FILE
        ours = outline(page.headings)
        theirs = outline(gold["headings"])
        assert ours == theirs or (moved and without_lines(ours) == without_lines(theirs)), path
        assert page.errors == (), path
        assert (page.description or "") == gold["description"], path
        anchors = [section.anchor for section in page.sections if section.anchor]
        for heading in page.headings:
            assert heading.depth == 1 or not heading.id or heading.id in anchors, path
        seen += len(theirs)
    assert seen == headings


def gold_pages(folder: Path) -> list[dict[str, Any]]:
    oracle = folder / "gold_oracle.json"
    if oracle.exists():
        return json.loads(oracle.read_text("utf-8"))["docs"]
    lines = (folder / "gold_pages.jsonl").read_text("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def without_lines(headings: list[tuple[int, str, int]]) -> list[tuple[int, str]]:
    return [(depth, identifier) for depth, identifier, _ in headings]


def test_anchors_are_those_of_the_built_html(bench: Path) -> None:
    """Partials, HTML headings and all; h1s have no id there."""
    folder = bench / "sites/edge"
    built = json.loads((folder / "gold_html_headings.json").read_text("utf-8"))
    compared = 0
    for gold in gold_pages(folder):
        route = gold["permalink"].rstrip("/")
        if route not in built:
            continue  # drafts
        html = [(found["depth"], found["id"]) for found in built[route] if found["id"]]
        page = with_partials(folder / gold["file"])
        ours = [(part.depth, part.anchor) for part in page.sections if part.anchor]
        assert ours == html, route
        compared += len(html)
    assert compared == 50


def with_partials(path: Path) -> MarkdownPage:
    return parse(
        path.read_text("utf-8"), partial=lambda target: with_partials(path.parent / target)
    )
