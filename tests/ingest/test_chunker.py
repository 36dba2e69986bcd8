"""Sections cut into chunks: nothing lost, nothing too long, the same everywhere."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from app.retrieval.tokens import estimated_tokens
from ingest.chunker import LIMIT, chunks
from ingest.documents import Document
from ingest.markdown import parse


def document(text: str, **more: str) -> Document:
    return Document(
        source="docs/a.md",
        url=more.get("url", "https://x.example/a"),
        title="A page",
        page=parse(text, extension=".md", format="md"),
        version=more.get("version", ""),
        locale="",
    )


def test_each_section_has_its_own_url_and_breadcrumb() -> None:
    first, second, third = chunks(document("Opening.\n\n## One\n\nText.\n\n### Two\n\nMore."))
    assert (first.url, first.breadcrumb) == ("https://x.example/a", ())
    assert (second.url, second.breadcrumb) == ("https://x.example/a#one", ("One",))
    assert (third.url, third.breadcrumb) == ("https://x.example/a#two", ("One", "Two"))
    assert [c.ordinal for c in (first, second, third)] == [0, 1, 2]
    assert {c.page for c in (first, second, third)} == {"https://x.example/a"}


def test_code_and_tables_that_fit_are_not_cut() -> None:
    code = "```js\n" + "call(value);\n" * 30 + "```"
    table = "| a | b |\n|---|---|\n" + "| one | two |\n" * 30
    text = f"## X\n\n{'Many words here. ' * 40}\n\n{code}\n\n{'More words. ' * 40}\n\n{table}"
    made = chunks(document(text))
    assert sum(c.text.count("```") == 2 for c in made) == 1
    assert sum(c.text.count("one | two") == 30 for c in made) == 1


def test_a_table_that_must_be_cut_repeats_its_header() -> None:
    made = chunks(document("## X\n\n| name | what |\n|---|---|\n" + "| a word | b word |\n" * 200))
    assert len(made) > 1
    assert all(c.text.startswith("name | what") for c in made)


def test_a_header_that_is_too_long_to_be_repeated_is_a_row_like_others() -> None:
    names = [f"column{n}" for n in range(200)]
    rule, row = "---|" * len(names), "| a word " * len(names)
    made = chunks(document(f"## X\n\n| {' | '.join(names)} |\n|{rule}\n{row}|\n"))
    assert " ".join(c.text for c in made).split() == [
        *" | ".join(names).split(),
        *" | ".join(["a word"] * len(names)).split(),
    ]
    assert all(c.tokens <= LIMIT for c in made)


def test_code_that_must_be_cut_stays_code() -> None:
    made = chunks(document("## X\n\n```js\n" + "call(value, other);\n" * 200 + "```"))
    assert len(made) > 1
    assert all(c.text.startswith("```js\n") and c.text.endswith("\n```") for c in made)


def test_a_changed_text_changes_its_own_chunk_alone() -> None:
    before = chunks(document("## One\n\nText.\n\n## Two\n\nMore."))
    after = chunks(document("## One\n\nOther.\n\n## Two\n\nMore."))
    assert [c.id for c in before] == [c.id for c in after]
    assert before[0].digest != after[0].digest
    assert before[1].digest == after[1].digest


def test_versions_and_headings_of_one_name_do_not_collide() -> None:
    text = "## Same {#x}\n\nOne.\n\n## Same {#x}\n\nTwo."
    made = [*chunks(document(text)), *chunks(document(text, version="1.0"))]
    assert len({c.id for c in made}) == 4


WORDS = st.lists(st.text("abcdeé文 .\n", min_size=1, max_size=60), max_size=40)


@settings(max_examples=80)
@given(WORDS)
def test_a_chunk_knows_its_tokens(words: list[str]) -> None:
    for chunk in chunks(document("## Heading\n\n" + "\n\n".join(words))):
        assert chunk.tokens == estimated_tokens(chunk.text)


@settings(max_examples=80)
@given(WORDS)
def test_nothing_is_lost_and_nothing_is_too_long(words: list[str]) -> None:
    text = "## Heading\n\n" + "\n\n".join(words)
    page = document(text)
    made = chunks(page)
    whole = "".join(b.markdown for s in page.page.sections for b in s.blocks)
    assert re.sub(r"\s", "", "".join(c.text for c in made)) == re.sub(r"\s", "", whole)
    assert all(estimated_tokens(c.text) <= LIMIT + 2 for c in made)
    assert made == chunks(page)


def test_one_endless_word_is_cut() -> None:
    made = chunks(document("## X\n\n" + "a" * 20_000))
    assert len(made) > 10
    assert all(c.tokens <= LIMIT for c in made)
