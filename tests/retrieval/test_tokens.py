"""Estimated tokens: cheap, the same everywhere, and rather too many than too few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.tokens import estimated_tokens

words = st.lists(st.text("abcXYZ019_.éж日🚀", min_size=1, max_size=12), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "true"),
    [
        # true counts: o200k_base
        ("", 0),
        ("Hello world", 2),
        ("The quick brown fox jumps over the lazy dog.", 10),
    ],
)
def test_not_below_the_true_count(text: str, true: int) -> None:
    assert true <= 1.3 * estimated_tokens(text) <= 2.5 * true + 1


@given(words)
def test_words_apart_cost_what_they_cost_alone(parts: list[str]) -> None:
    assert estimated_tokens(" ".join(parts)) == sum(map(estimated_tokens, parts))


@given(st.text())
def test_bounded_by_the_length(text: str) -> None:
    assert 0 <= estimated_tokens(text) <= 3 * len(text)


@given(st.text(min_size=1).filter(lambda text: not text.isspace()), st.text())
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert estimated_tokens(f"{text}\n{more}") >= estimated_tokens(text) > 0


def test_digits_of_other_scripts_are_characters() -> None:
    assert estimated_tokens("٣٤٥ १२३") == 6
