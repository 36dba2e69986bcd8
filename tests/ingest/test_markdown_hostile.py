"""No source may hang the parser, crash it, or take the square of its length."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.markdown import MarkdownPage, parse

N = 6_000
HOSTILE = {
    "quotes in quotes": ">" * 50_000 + "a",
    "lists in lists": "\n".join("  " * i + "- a" for i in range(500)),
    "lists on one line": "- " * N + "a",
    "lists in quotes": "> - " * 3_000 + "a",
    "containers in containers": ":::a\n" * N + ":::\n" * N,
    "containers closed too briefly": "::::a\n" * 3_000 + ":::\n" * N,
    "open link labels": "[" * 50_000,
    "open link labels, one closed": "[" * N + "]",
    "open links": "[a](x" * N,
    "open images": "![" * N,
    "images in images": "![" * 3_000 + "](x)" * 3_000,
    "directive labels": ":a[" * N,
    "directive labels in each other": ":a[" * 3_000 + "]" * 3_000,
    "reference labels": "[a\n" * N,
    "footnotes": "[^a]: b\n" * N,
    "footnotes in footnotes": "[^a]: " * 5_000,
    "open braces on each line": "{a\n" * N,
    "open braces in each paragraph": "a {b\n\n" * N,
    "open braces in a list": "- a\n" + "  {\n" * N,
    "open templates": "{`${" * N,
    "open strings": '{"' * N,
    "open comments in braces": "{/*" * N,
    "open tags on each line": '<a b="\n' * N,
    "open tags in a list": "- <a\n" * N,
    "open tags in a quote": "> <a\n" * N,
    "open attributes": "<a b={" * N,
    "many attributes": "<a " + 'b="c" ' * N + "/>",
    "many tags": "<a>" * N,
    "open comments": "<!-- a\n\n" * N,
    "open comments in text": "a <!-- b " * N,
    "comments that end outside of a container": ":::a\n" + "<!-- a\n" * 2 * N + ":::\n-->",
    "comments that end outside of a quote": "> <!-- a\n" * 2 * N + "\n-->",
    "quotes that go on without a mark": "<a>\n\n" + "# ---\n-->\n> " * 3_000,
    "quotes that begin again and again": ":::a\n" + ">\n> ---\n|" * 3_000,
    "open modules": "export const a = {\n\n" * N,
    "open module strings": 'import a from "b\n' * N,
    "emphasis": "*a **b " * N,
    "stars": "*" * 50_000,
    "code spans": "".join("`" * i + "a" for i in range(300)),
    "wide table": "|" * N + "\n" + "|-" * N + "|\n",
    "wide and tall table": "|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "a\n" * N,
    "fences": "```\n" * N,
    "mdx-code-block": "```mdx-code-block\n" * N,
    "headings": "# a\n" * N,
    "headings that look numbered": "# a\n\n# a-1\n\n" * 3_000,
    "spaces": "# " + " " * 200_000 + "a",
    "hashes": "# a" + " #" * 50_000,
    "parentheses after a URL": "http://" + "(" * N + ")" * 2 * N,
    "an excerpt of brackets": "![a" * N + "\n",
    "an excerpt of stars": "*" * N + "a",
    "a title of braces": "# " + "{#a" * N,
    "an admonition's title": ":::note " + "[" * 50_000,
    "an admonition's attributes": ":::note{" + "{" * 50_000,
    "tab values": "<Tabs values={[" + '{label:"a",' * N + "]}>",
    "one long line": "a " * 200_000,
    "a long paragraph": "a\n" * 50_000,
    "NULs": "\0" * 50_000,
}


@pytest.mark.parametrize("format_", ["mdx", "md"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(10)
def test_hostile_sources_end_soon(source: str, format_: str) -> None:
    """Each takes 0.1 to 1 s; without the budgets the slowest take minutes."""
    page = parse(source, format=format_)  # pyright: ignore[reportArgumentType]
    assert isinstance(page, MarkdownPage)


PIECES = (
    *("# ", "## A", "- ", "1. ", "> ", "    ", "\t", "\n", "\n\n", "---\n", "===", "```", "~~~"),
    *("{", "}", "{/*", "*/}", "`", "${", '"', "'", "<", ">", "</", "/>", "<A", "<a b=", "<!--"),
    *("-->", ":::note", ":::", ":a", "[", "]", "](x)", "![", "[^a]", "[^a]: ", "{#id}", "*", "_"),
    *(
        "import a from 'b'",
        "export const a = ",
        "|",
        "|-|",
        "\\",
        "&amp;",
        "http://x",
        "\r",
        "é",
        "a",
    ),
    *(
        "<Tabs>",
        "<TabItem value='a'>",
        "<summary>",
        "</summary>",
        "<h2 id='x'>",
        "</h2>",
        "<style>",
    ),
)
SOURCES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


@given(SOURCES, st.sampled_from(["mdx", "md"]))
@settings(max_examples=400, deadline=2_000)
def test_any_source_gives_a_consistent_page(source: str, format_: str) -> None:
    page = parse(source, format=format_)  # pyright: ignore[reportArgumentType]
    lines = len(re.split(r"\r\n|\r|\n", source))
    own = {heading.line for heading in page.headings}
    for section in page.sections:
        assert 1 <= section.line <= lines
        assert section.depth == 0 or section.anchor or section.line in own
        assert (section.depth == 0) is (section.heading == "" and section.line not in own)
        assert len(section.breadcrumb) <= section.depth
        for block in section.blocks:
            assert block.text.strip()
    assert all(error.line is None or 1 <= error.line <= lines for error in page.errors)
    assert [heading.line for heading in page.headings] == sorted(
        heading.line for heading in page.headings
    )


@given(st.text(alphabet="abc xyz.,", min_size=1, max_size=60).map(str.strip).filter(bool))
def test_plain_words_come_through_unchanged(words: str) -> None:
    (section,) = parse(f"{words}\n").sections
    assert " ".join(block.text for block in section.blocks) == " ".join(words.split())
