"""BM25's words: the same at ingest and at question time."""

import hashlib
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.sparse import (
    PAIR,
    RULES,
    encode_chunk,
    encode_page,
    encode_question,
    tokens,
)
from tests.retrieval.samples import chunk


def found(text: str, question: str) -> float:
    """BM25 of both, with an IDF of one."""
    document = encode_chunk(chunk(text, title=""))
    weights = dict(zip(document.indices, document.values, strict=True))
    asked = encode_question(question)
    return sum(weights.get(place, 0.0) for place in asked.indices)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I install it?", ["instal"]),
        ("installing installed installs", ["instal"] * 3),
        ("useEffect", ["useeffect", "use", "effect"]),
        ("snake_case_name", ["snake_case_name", "snake", "case", "name"]),
        ("foo.bar_baz", ["foo.bar_baz", "foo", "bar", "baz"]),
        ("--no-cache", ["no-cache", "cach"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("E1234", ["e1234", "e", "1234"]),
        ("@scope/package", ["scope/package", "scope", "packag"]),
        ("v1.16.3", ["v1.16.3", "v1", "v", "1", "16", "3"]),
        ("日本語", ["日本", "本語"]),
        ("日", ["日"]),
        ("Größe ПРИВЕТ", ["größe", "привет"]),
        ("the and of it", []),
        ("… -- ///", []),
        ("\0 \ufeff 🚀", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert list(tokens(text)) == expected


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Call useEffect after the first render.", "useEffect"),
        ("Call useEffect after the first render.", "what are effects"),
        ("Set `compilerOptions.strictNullChecks`.", "strictNullChecks"),
        ("Set `compilerOptions.strictNullChecks`.", "strict null checks"),
        ("npm install --save-dev typescript", "installing typescript"),
        ("npm install --save-dev typescript", "--save-dev"),
        ("It fails with TS2345.", "ts2345"),
        ("設定ファイルを編集します。", "設定ファイル"),
    ],
)
def test_a_question_finds_its_text(text: str, question: str) -> None:
    assert found(text, question) > 0


def test_a_whole_identifier_beats_its_parts() -> None:
    assert found("useEffect here", "useEffect") > found("use an effect here", "useEffect")


def test_headings_weigh_more_than_text() -> None:
    named = encode_chunk(chunk("Something else.", heading="install"))
    told = encode_chunk(chunk("Something to install.", heading="else"))
    [place] = encode_question("install").indices
    assert named.values[named.indices.index(place)] > told.values[told.indices.index(place)]


def test_neighbours_in_the_question_are_better_as_neighbours() -> None:
    question = "hot module reload"
    assert found("hot module reload here", question) > found("reload here hot the module", question)


def test_words_in_code_count_for_less_than_in_prose() -> None:
    told, shown = "Call dispatch to begin.", "Call it:\n\n```js\ndispatch()\n```"
    assert found(told, "dispatch") > found(shown, "dispatch") > 0


@pytest.mark.parametrize(
    ("locale", "text", "question"),
    [
        ("fr", "Les chevaux sont installés.", "installation cheval"),
        ("de-AT", "Die Häuser werden gebaut.", "Haus bauen"),
        ("ru", "Установка сервера", "установить серверы"),
        ("pt_BR", "As configurações", "configuração"),
    ],
)
def test_words_are_stemmed_as_their_language_does(locale: str, text: str, question: str) -> None:
    document = encode_chunk(replace(chunk(text, title=""), locale=locale))
    assert set(encode_question(question, locale).indices) & set(document.indices)
    english = encode_chunk(chunk(text, title=""))
    assert not set(encode_question(question).indices) & set(english.indices)


def test_a_page_holds_the_words_of_all_its_chunks() -> None:
    first, second = chunk("Install it.", heading="One"), chunk("Remove it.", heading="Two")
    asked = encode_question("install remove one two page")
    page, of_each = encode_page([first, second])
    held = set(page.indices)
    words = [i for i, value in zip(asked.indices, asked.values, strict=True) if value == 1]
    assert held.issuperset(words)
    assert of_each == [encode_chunk(first), encode_chunk(second)]


def test_a_word_counts_for_less_in_a_longer_text() -> None:
    assert found("install it", "install") > found("install it " + "something " * 300, "install")


def test_saying_it_often_helps_less_and_less() -> None:
    once, twice, often = (found("install " * n, "install") for n in (1, 2, 50))
    assert once < twice < often < 2.8 + 0.5  # k1 + 1, and what pairs of it add


@given(st.text(), st.text())
def test_weights_are_proper(title: str, text: str) -> None:
    vector = encode_chunk(chunk(text, title=title))
    assert len(set(vector.indices)) == len(vector.indices) == len(vector.values)
    assert all(0 <= place < 2**32 for place in vector.indices)
    assert all(0 < value < 2.8 and math.isfinite(value) for value in vector.values)


@given(st.text())
def test_a_text_finds_itself(text: str) -> None:
    asked = encode_question(text)
    assert asked.indices == sorted(set(asked.indices))
    assert set(asked.values) <= {1.0, PAIR}
    assert set(asked.indices) <= set(encode_chunk(chunk(text, title="")).indices)


def alone(question: str) -> set[int]:
    """Its words, without their pairs."""
    asked = encode_question(question)
    return {i for i, value in zip(asked.indices, asked.values, strict=True) if value == 1}


@given(st.lists(st.text("abcdefgh", min_size=2, max_size=8), max_size=8), st.randoms())
def test_the_order_of_words_does_not_matter(words: list[str], random: "object") -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert alone(" ".join(words)) == alone(" ".join(shuffled))


@given(st.text(), st.text())
def test_tokens_do_not_depend_on_what_is_around(before: str, after: str) -> None:
    apart = [*tokens(before), *tokens(after)]
    assert list(tokens(f"{before}\n{after}")) == apart


def test_other_weights_are_other_rules() -> None:
    """Stored vectors and questions must be made by the same rules. If this fails on purpose,
    count `RULES` up: collections are then made anew at the next ingest."""
    text = "How `useEffect` runs: npm install --save-dev foo.bar_baz@1.2, 設定, größer. " * 3
    vector = encode_chunk(chunk(text, title="Hooks", heading="useEffect"))
    pairs = sorted(zip(vector.indices, [round(v, 6) for v in vector.values], strict=True))
    digest = hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16]
    assert (RULES, digest) == ("5", "018302e3f97654ed")
