"""Front matter: gray-matter's fences and js-yaml 4's YAML, not PyYAML's 1.1."""

import datetime
import math

import pytest

from ingest.markdown import front_matter, parse
from ingest.markdown.frontmatter import text_field


def data(yaml: str) -> dict[str, object]:
    matter = front_matter(f"---\n{yaml}\n---\n")
    assert matter.error is None
    return dict(matter.data)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("true", True),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("012", 12),
        ("0o14", 12),
        ("0x10", 16),
        ("0b11", 3),
        ("-7", -7),
        ("1.10", 1.1),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("~", None),
        ("", None),
        ("2024-01-02", datetime.date(2024, 1, 2)),
        ("=", "="),
        ("'7'", "7"),
    ],
)
def test_scalars_are_read_as_js_yaml_reads_them(yaml: str, expected: object) -> None:
    assert data(f"a: {yaml}") == {"a": expected}


def test_merge_keys() -> None:
    assert data("base: &b {x: 1}\nmore: {<<: *b, y: 2}")["more"] == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("a: 1\na: 2", "duplicate key 'a'"),
        ("a: b: c", "mapping values"),
        ("a: !unknown x", "!unknown"),
        ("a: @x", "cannot start any token"),
        ("a: [1", ""),
        ("a:\n\t- x", "cannot start any token"),
    ],
)
def test_mistakes_are_reported_and_the_page_is_still_read(yaml: str, message: str) -> None:
    page = parse(f"---\n{yaml}\n---\n\n## Heading\n")
    assert page.front_matter == {}
    assert [heading.id for heading in page.headings] == ["heading"]
    (error,) = page.errors
    assert message in error.message
    assert error.line is not None


def test_a_mistake_names_its_line_in_the_file() -> None:
    matter = front_matter("---\ntitle: x\nb: c: d\n---\n")
    assert matter.error is not None
    assert str(matter.error).startswith("line 3: front matter: ")


def test_the_body_begins_after_the_closing_line() -> None:
    matter = front_matter("---\ntitle: x\n---\n\ntext\n")
    assert (matter.body, matter.first_body_line) == ("\ntext\n", 4)


@pytest.mark.parametrize("text", ["text\n", "\n---\na: 1\n---\n", "----\na: 1\n---\n", "--- \x00"])
def test_no_front_matter(text: str) -> None:
    matter = front_matter(text)
    assert matter.body == text
    assert matter.data == {}


def test_one_byte_order_mark_goes() -> None:
    assert front_matter("\ufeff---\na: 1\n---\n").data == {"a": 1}


def test_only_comments_are_no_data() -> None:
    assert front_matter("---\n# nothing\n---\nx").data == {}


def test_without_an_end_the_parser_sees_the_whole_file() -> None:
    text = "---\ntitle: x\n# A\n"
    matter = front_matter(text)
    assert (matter.data, matter.body, matter.excerpt_body) == ({"title": "x"}, text, "")


def test_a_longer_closing_line_leaves_a_dash() -> None:
    matter = front_matter("---\na: 1\n----\nx\n")
    assert (matter.data, matter.excerpt_body) == ({"a": 1}, "-\nx\n")


def test_a_day_that_no_month_has_is_no_mistake() -> None:
    matter = front_matter("---\ndate: 2017-02-29 11:00:00\nseen: 2024-13-45\ntitle: T\n---\n")
    assert (matter.error, matter.data["title"]) == (None, "T")


def test_json() -> None:
    assert front_matter('---json\n{"title": "x"}\n---\n').data == {"title": "x"}


def test_javascript_is_refused() -> None:
    matter = front_matter("---js\n{title: 1}\n---\n")
    assert matter.error is not None
    assert "'js'" in matter.error.message


@pytest.mark.parametrize(
    ("yaml", "text"),
    [("1.10", "1.1"), ("007", "7"), ("1e3", "1000"), ("x", "x"), ("true", None), ("", None)],
)
def test_string_fields_take_numbers_as_javascript_prints_them(yaml: str, text: str | None) -> None:
    assert text_field(data(f"id: {yaml}"), "id") == text


@pytest.mark.parametrize(
    "yaml",
    [
        "[" * 50_000,
        "- " * 50_000,
        "? " * 20_000,
        "a0: &a0 {x: 1}\n"
        + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 40)),
    ],
    ids=["flow nesting", "block nesting", "key nesting", "merge bomb"],
)
@pytest.mark.timeout(10)
def test_hostile_yaml_is_an_error(yaml: str) -> None:
    matter = front_matter(f"---\n{yaml}\n---\n")
    assert matter.error is not None
    assert matter.data == {}
