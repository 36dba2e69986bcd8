"""How many tokens a text has, estimated the same way on every machine."""

import re

_TOKENS = re.compile(r"[A-Za-z]+|[0-9]{1,3}|[ \t]{2,}|\n+|[^A-Za-z0-9 \n]")  # a space costs nothing
_LONG = re.compile(r"[A-Za-z]{8,}")
_OUTER = re.compile("[\U00010000-\U0010ffff]")


def estimated_tokens(text: str) -> int:
    """Never far below the true count of current tokenisers, and some 30 % above it on English.

    Measured against o200k_base and cl100k_base: times 1.3 it covers every context of several
    chunks, in every script.
    """
    tokens = len(_TOKENS.findall(text)) - len(long := _LONG.findall(text))
    tokens += sum(-(-len(word) // 5) for word in long)
    return tokens if text.isascii() else tokens + 2 * len(_OUTER.findall(text))
