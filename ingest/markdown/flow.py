"""Block rules for MDX's flow: lines of JSX and expressions, ES modules, comments."""

import re
from bisect import bisect_left
from collections.abc import Container

from markdown_it.rules_block import StateBlock

from ingest.markdown.javascript import (
    Budget,
    Expression,
    Unfinished,
    expression,
    module_end,
    tag,
)
from ingest.markdown.scan import BlockRule, FlowItem, content_end, scan_of

_MODULE = re.compile(
    r"import (?: *[\"'{*]|[\w$]+\s*(?:,|from\b)|type\b)"
    r"|export (?:default\b|const\b|let\b|var\b|function\b|class\b|async\b|type\b|\{|\*)"
)


def flow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines that consist of JSX tags and expressions only; two expressions in a row are text."""
    position = state.bMarks[start] + state.tShift[start]
    if position >= state.eMarks[start] or state.src[position] not in "<{":
        return False
    if state.src.startswith("<!", position):
        return False
    scan = scan_of(state)
    place = (position, state.blkIndent, end)
    if place not in scan.flows:
        scan.flows[place] = _flow(state, start, end, scan.budget)
    result = scan.flows[place]
    if result is None:
        return False
    if silent:
        return True
    state.line = start + result[1]
    token = state.push("flow", "", 0)
    token.map = [start, state.line]
    token.meta["items"] = result[0]
    return True


def _flow(
    state: StateBlock, start: int, end: int, budget: Budget
) -> tuple[list[FlowItem], int] | None:
    """The items and the number of lines they take."""
    last = start + 1
    height = 1
    while True:
        text = state.getLines(start, last, state.blkIndent, False)
        try:
            budget.spend(1 + len(text) // 32)
            return _flow_items(text, budget)
        except Unfinished:
            if last >= end or budget.left <= 0:
                return None
        if height == 1:
            end = content_end(state, start, end)
            height = 4
        if last >= end:
            return None
        height *= 4
        last = min(start + height, end)


def _flow_items(text: str, budget: Budget) -> tuple[list[FlowItem], int] | None:
    items: list[FlowItem] = []
    position = len(text) - len(text.lstrip(" \t"))
    while position < len(text) and text[position] != "\n":
        if text[position] == "<":
            found = tag(text, position, budget)
            if found is None:
                return None
            items.append(found[0])
            end = found[1]
        elif text[position] == "{" and not (items and isinstance(items[-1], Expression)):
            end = expression(text, position, budget)
            items.append(Expression(text[position + 1 : end - 1]))
        else:
            return None
        position = end
        while position < len(text) and text[position] in " \t":
            position += 1
    return items, text.count("\n", 0, position) + 1


def module(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`import` and `export` at the start of a line, up to a blank line where all brackets are
    closed; of containers, directives alone have lines that start there."""
    if (state.level and state.parentType != "container") or state.blkIndent or state.tShift[start]:
        return False
    position = state.bMarks[start]
    if not state.src.startswith(("import ", "export "), position):
        return False
    if position and state.src[position - 1] != "\n":  # a directive in a block quote
        return False
    scan = scan_of(state)
    if not _MODULE.match(state.src, position):
        scan.report("import or export that is not JavaScript", start)
        return False
    try:
        close = module_end(state.src, position, state.eMarks[end - 1], scan.budget)
    except Unfinished:
        scan.report("import or export without an end", start)
        return False
    state.line = start + state.src.count("\n", position, close) + 1
    token = state.push("module", "", 0)
    token.content = state.src[position:close]
    token.map = [start, state.line]
    return True


def comment_of(containers: Container[BlockRule], *, mdx: bool) -> BlockRule:
    """`<!-- … -->` at the start of a block, blank lines and all.

    None of the containers begins behind it: micromark looks for these where lines start.
    """

    def comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        scan = scan_of(state)
        position = state.bMarks[start] + state.tShift[start]
        if not state.src.startswith("<!--", position) or not (mdx or scan.options.comments):
            return False
        found = _comments(state, start, end, scan.comment_ends)
        if found is None:
            return False
        if silent:
            return True
        if not scan.options.comments:
            scan.report("`<!-- -->` is no comment here; write `{/* */}`", start)
        last, close = found
        state.line = last + 1
        state.push("comment", "", 0).map = [start, state.line]
        if close < state.eMarks[last]:
            _go_on(state, last, end, close, containers)
        return True

    return comment


def _comments(
    state: StateBlock, start: int, end: int, comment_ends: list[int]
) -> tuple[int, int] | None:
    """The line where the comments that begin on `start` end, and the position of what follows."""
    line, position = start, state.bMarks[start] + state.tShift[start]
    found = None
    while state.src.startswith("<!--", position):
        nearest = bisect_left(comment_ends, position + len("<!---->"))
        if nearest == len(comment_ends) or comment_ends[nearest] > state.eMarks[end - 1]:
            return found
        close = comment_ends[nearest]
        line = bisect_left(state.eMarks, close, line)
        position = min(state.skipSpaces(close), state.eMarks[line])
        found = line, position
    return found


def _go_on(
    state: StateBlock, line: int, end: int, position: int, containers: Container[BlockRule]
) -> None:
    """What follows on a comment's last line is a block of its own."""
    state.bMarks[line], state.tShift[line] = position, 0
    state.sCount[line] = state.blkIndent
    for rule in state.md.block.ruler.getRules(""):
        if rule not in containers and rule(state, line, end, False):
            return
