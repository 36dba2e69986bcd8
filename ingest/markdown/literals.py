"""Strings of JavaScript as they are written in a source."""

import re

_LITERAL = re.compile(
    r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`([^`\\$]*)`)\s*\Z", re.DOTALL
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


def literal(source: str) -> str | None:
    """The text of a string literal (or a template without placeholders)."""
    found = _LITERAL.match(source)
    if found is None:
        return None
    return unescaped(next(group for group in found.groups() if group is not None))


def unescaped(text: str) -> str:
    """A JavaScript string's characters."""

    def character(escape: re.Match[str]) -> str:
        code = escape[1]
        if len(code) > 1:
            return chr(min(int(code[1:].strip("{}"), 16), 0x10FFFF))
        return _SIMPLE_ESCAPES.get(code, code)

    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(character, text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
