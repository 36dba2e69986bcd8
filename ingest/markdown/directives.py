"""Block rules for directives: `:::note` containers and `::leaf`."""

import re
from bisect import bisect_right
from itertools import islice

from markdown_it.rules_block import StateBlock

from ingest.markdown.scan import content_end, line_text, scan_of

DIRECTIVE_NAME = r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?![A-Za-z0-9_-])"
_CONTAINER = re.compile(
    rf"(:{{3,}})({DIRECTIVE_NAME})(?:\[(.*)\](?=\s*(?:\{{|$)))?(?:\{{.*\}})?[ \t]*\Z"
)
_LEAF = re.compile(rf"::{DIRECTIVE_NAME}(?:\[(.*)\](?=\{{|[ \t]*\Z))?(?:\{{.*\}})?[ \t]*\Z")

_BRACKET = re.compile(r"\\.|[\[\]]")


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`:::name[label]{attributes}` up to the first line of at least as many colons.

    That line ends it even inside a code fence, so it is looked for before anything else.
    """
    if not state.src.startswith(":::", state.bMarks[start] + state.tShift[start]):
        return False
    opening = _CONTAINER.match(line_text(state, start))
    if opening is None or state.is_code_block(start) or not _closed(opening[3] or ""):
        return False
    if silent:
        return True
    limit = content_end(state, start, end)
    ends = scan_of(state).container_ends
    first = bisect_right(ends, (start, 1 << 30))
    close = limit
    for line, colons in islice(ends, first, None):
        if line >= limit:
            break
        if colons >= len(opening[1]) and line_text(state, line).startswith(":"):
            close = line
            break
    token = state.push("container_open", "", 1)
    token.map = [start, close]
    token.info = opening[2]
    if opening[3]:
        label = state.push("inline", "", 0)
        label.content = opening[3]
        label.map = [start, start + 1]
        label.children = []
        label.meta["label"] = True
    outer, state.lineMax = state.lineMax, close
    parent, state.parentType = state.parentType, "container"
    scan_of(state).directives += 1
    state.md.block.tokenize(state, start + 1, close)
    scan_of(state).directives -= 1
    state.lineMax, state.parentType = outer, parent
    state.push("container_close", "", -1)
    state.line = close + 1 if close < limit else close
    return True


def _closed(label: str) -> bool:
    """Whether each bracket has its other one; those in code count too."""
    depth = 0
    for bracket in _BRACKET.findall(label):
        depth += {"[": 1, "]": -1}.get(bracket, 0)
        if depth < 0:
            return False
    return depth == 0


def leaf(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::name[label]{attributes}`: only its label is text."""
    position = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("::", position) or state.is_code_block(start):
        return False
    found = _LEAF.match(line_text(state, start))
    if found is None or not _closed(found[1] or ""):
        return False
    if not silent:
        state.line = start + 1
        opening = state.push("paragraph_open", "p", 1)
        opening.map = [start, start + 1]
        inline = state.push("inline", "", 0)
        inline.content = found[1] or ""
        inline.map = [start, start + 1]
        inline.children = []
        state.push("paragraph_close", "p", -1)
    return True
