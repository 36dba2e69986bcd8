"""The element's words: each of them in each language."""

import re
from collections import Counter

import pytest

from tests.project.checkout import ROOT

STATIC = ROOT / "app/web/static"
TABLES = (STATIC / "chatkit/texts.js").read_text()
LANGUAGES = ["de", "fr", "es", "ur", "zh"]


def table(language: str) -> dict[str, str]:
    text = re.search(rf"\n  {language}: {{\n(.*?)\n  }},\n", TABLES, re.DOTALL)
    assert text
    pairs = re.findall(r'^ {4}(?:"([^"]+)"|(\w+)): "(.*)",$', text[1], re.MULTILINE)
    assert len(pairs) == len(text[1].splitlines())
    assert max(Counter(quoted or name for quoted, name, _ in pairs).values()) == 1
    return {quoted or name: said for quoted, name, said in pairs}


def said() -> set[str]:
    sources = [*STATIC.glob("*.js"), *STATIC.glob("chatkit/*.js")]
    return {text for path in sources for text in re.findall(r'\bt\("([^"]+)"', path.read_text())}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_has_its_translation(language: str) -> None:
    words = table(language)
    assert len(said()) > 40
    assert said() <= words.keys()
    assert words.keys() == table("de").keys()
    for english, translated in words.items():
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", translated)
