"""What a reader gets of the markers, links and code that a model wrote."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answer.citations import Citation, CitationDecoder


def decoded(deltas: list[str], known: int = 3) -> list[str | Citation]:
    decoder = CitationDecoder(lambda n: 1 <= n <= known, lambda url: url.startswith("/docs/"))
    pieces: list[str | Citation] = []
    for delta in deltas:
        pieces += decoder.decode(delta)
    pieces += decoder.flush()
    joined: list[str | Citation] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def shown(text: str, known: int = 3) -> str:
    """The text with each citation as `⟨n⟩`."""
    return "".join(
        p if isinstance(p, str) else f"⟨{','.join(map(str, p.numbers))}⟩"
        for p in decoded([text], known)
    )


CASES = {
    "Use hooks [1].": "Use hooks⟨1⟩.",
    "Use hooks[1][2].": "Use hooks⟨1⟩⟨2⟩.",
    "Both [1, 2].": "Both⟨1,2⟩.",
    "Doubled [[1]].": "Doubled⟨1⟩.",
    "Wide【2】 and 【3†source】.": "Wide⟨2⟩ and⟨3⟩.",
    "Invented [7] number.": "Invented number.",
    "Half [1, 9].": "Half⟨1⟩.",
    "A year [2024], a code [404].": "A year [2024], a code [404].",
    "Unterminated [1": "Unterminated [1",
    "Call `a[1]` first.": "Call `a[1]` first.",
    "Call ``a`[1]`` first [2].": "Call ``a`[1]`` first⟨2⟩.",
    "An open ` tick [1]\n\nand [2]": "An open ` tick [1]\n\nand⟨2⟩",
    "```js\nx = a[1]\n```\nDone [1].": "```js\nx = a[1]\n```\nDone⟨1⟩.",
    "- item\n  ```\n  a[1]\n  ```\n  so [1]": "- item\n  ```\n  a[1]\n  ```\n  so⟨1⟩",
    "````\n```\na[1]\n````\n[1]": "````\n```\na[1]\n````\n⟨1⟩",
    "~~~\na[1]\n~~~\nb [1]": "~~~\na[1]\n~~~\nb⟨1⟩",
    "~~gone~~ [1]": "~~gone~~⟨1⟩",
    "The value items[1].name is read": "The value items[1].name is read",
    "rows[1]=2": "rows[1]=2",
    "A footnote[^1] stays": "A footnote[^1] stays",
    "Escaped \\[1] stays": "Escaped \\[1] stays",
    "- [x] done\n- [ ] open": "- [x] done\n- [ ] open",
    "See [the page](/docs/a#b) now": "See [the page](/docs/a#b) now",
    "See [the page](https://elsewhere.example/x) now": "See the page now",
    "See [the page](javascript:alert(1)) now": "See the page now",
    'A [titled](https://e.example "t") link': "A titled link",
    "![pixel](https://e.example/p.png?q=1)": "pixel",
    "Linked marker [1](https://e.example)": "Linked marker⟨1⟩",
    "[a]: https://e.example\nText [a]": "\nText [a]",
    "[Note]: read this": "[Note]: read this",
    "Wow! [1] and a!": "Wow!⟨1⟩ and a!",
    "Two  spaces  stay ": "Two  spaces  stay ",
    "": "",
}


@pytest.mark.parametrize("text", CASES, ids=lambda t: t[:24])
def test_one_write(text: str) -> None:
    assert shown(text) == CASES[text]


@pytest.mark.parametrize("text", CASES, ids=lambda t: t[:24])
def test_every_character_a_delta_of_its_own(text: str) -> None:
    assert decoded(list(text)) == decoded([text])


MARKDOWN = st.text(st.sampled_from("ab1 2[]()`~!\\\n【】†,:/#.xй😀-"), max_size=60)


@settings(max_examples=400)
@given(MARKDOWN, st.lists(st.integers(0, 60), max_size=6))
def test_any_split_decodes_alike(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    deltas = [text[a:b] for a, b in pairwise(places)]
    assert decoded(deltas) == decoded([text])


@given(st.text(st.characters(exclude_characters="[`~\\!【\n")))
def test_text_without_markers_is_handed_on_at_once(text: str) -> None:
    decoder = CitationDecoder(lambda n: True, lambda url: True)
    assert "".join(str(p) for p in decoder.decode(text)).rstrip(" ") == text.rstrip(" ")


def test_a_bracket_that_never_closes_is_not_held_for_ever() -> None:
    decoder = CitationDecoder(lambda n: True, lambda url: True)
    assert decoder.decode("[" + "a" * 500)
