"""Which of markdown-it's rules are asked: those that may begin with the character that is there.

markdown-it asks one after the other, at each line and each mark, until one takes it.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from ingest.markdown.scan import BlockRule

SpanRule = Callable[[StateInline, bool], bool]

_BLOCKS = {  # those that are not here may begin with any
    "container": ":",
    "leaf": ":",
    "flow": "<{",
    "module": "ie",
    "comment": "<",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "footnote": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}
_SPANS = {
    "text": "",
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "comment": "<",
    "jsx": "<",
    "expression": "{",
    "url": ":",
    "directive": ":",
    "emphasis": "*_",
    "footnote": "[",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
}

PLAIN = re.compile(f"[^{re.escape(''.join(_SPANS.values()))}]*")
"""Text in which no span begins."""


def block_of(md: MarkdownIt) -> BlockRule:
    """All of the enabled rules in one."""
    rules = dict(zip(md.block.ruler.get_active_rules(), md.block.ruler.getRules(""), strict=True))
    others = [rule for name, rule in rules.items() if name not in _BLOCKS]
    by_first = {
        first: [rule for name, rule in rules.items() if first in _BLOCKS.get(name, first)]
        for first in "".join(_BLOCKS.values())
    }

    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        first = state.src[state.bMarks[start] + state.tShift[start]]
        for rule in by_first.get(first, others):  # noqa: SIM110 - any() takes longer
            if rule(state, start, end, silent):
                return True
        return False

    return block


def span_of(md: MarkdownIt) -> SpanRule:
    """All of the enabled rules in one, and text up to the next character that one begins with."""
    by_first: dict[str, list[SpanRule]] = {"]": []}  # where a label ends is looked for
    rules = zip(md.inline.ruler.get_active_rules(), md.inline.ruler.getRules(""), strict=True)
    for name, rule in rules:
        for first in _SPANS[name]:
            by_first.setdefault(first, []).append(rule)
    text = re.compile(f"[^{re.escape(''.join(by_first))}]+")

    def span(state: StateInline, silent: bool) -> bool:
        if found := text.match(state.src, state.pos):
            if not silent:
                state.append_pending(found[0])
            state.pos = found.end()
            return True
        for rule in by_first[state.src[state.pos]]:  # noqa: SIM110 - any() takes longer
            if rule(state, silent):
                return True
        return False

    return span
