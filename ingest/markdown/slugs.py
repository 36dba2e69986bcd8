"""Heading ids as github-slugger 1.5 makes them."""

import re
import unicodedata
from collections.abc import Callable

_ASCII_DROPPED = re.compile(r"[^\w\- ]", re.ASCII)
_LETTERLIKE_SYMBOLS = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))


def _kept(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        character in "- "
        or category[0] in "LM"
        or category in ("Nd", "Nl", "Pc")
        or any(low <= ord(character) <= high for low, high in _LETTERLIKE_SYMBOLS)
    )


def slug(text: str, *, maintain_case: bool = False) -> str:
    """The slug of a heading's text: nothing is trimmed and no dashes are collapsed.

    Letters added to Unicode after version 13 are kept here and deleted by Docusaurus.
    """
    if not maintain_case:
        text = text.lower()
    if text.isascii():
        return _ASCII_DROPPED.sub("", text).replace(" ", "-")
    return "".join(filter(_kept, text)).replace(" ", "-")


class Slugger:
    """Slugs of one file, numbered where they repeat."""

    def __init__(self, *, maintain_case: bool = False) -> None:
        self._slug: Callable[[str], str] = lambda text: slug(text, maintain_case=maintain_case)
        self._seen: dict[str, int] = {}

    def id(self, text: str) -> str:
        base = result = self._slug(text)
        while result in self._seen:
            self._seen[base] += 1
            result = f"{base}-{self._seen[base]}"
        self._seen[result] = 0
        return result
