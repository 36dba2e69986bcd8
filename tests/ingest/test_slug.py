"""Heading ids: the rules of github-slugger that naive slugs get wrong."""

import pytest

from ingest.markdown import Slugger, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ & C#", "c--c"),
        ("--flag", "--flag"),
        ("½ x", "-x"),
        ("a  b", "a--b"),
        ("snake_case", "snake_case"),
        ("tab\there", "tabhere"),
        ("no\xa0break", "nobreak"),
        ("ÀÉ Ünï 中文", "àé-ünï-中文"),
        ("ΣΑΣ", "σας"),
        ("Emoji ❤️ ✅", "emoji-️-"),
        ("Ⓐ ① ²", "ⓐ--"),
        ("", ""),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_case_is_kept_on_wish() -> None:
    assert slug("Foo BAR", maintain_case=True) == "Foo-BAR"


def test_repeats_are_numbered_past_ids_that_look_numbered() -> None:
    slugger = Slugger()
    assert [slugger.id(text) for text in ("A", "A", "A-1", "A", "a")] == [
        "a",
        "a-1",
        "a-1-1",
        "a-2",
        "a-3",
    ]


def test_empty_headings_are_numbered_too() -> None:
    slugger = Slugger()
    assert [slugger.id(text) for text in ("", "???", "")] == ["", "-1", "-2"]
