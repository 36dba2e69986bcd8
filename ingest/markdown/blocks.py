"""Block rules for markdown-it: what MDX and Docusaurus add to CommonMark, or do otherwise."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import heading as commonmark_heading

from ingest.markdown.javascript import (
    Budget,
    Expression,
    Tag,
    Unfinished,
    expression,
    module_is_complete,
    tag,
)
from ingest.markdown.page import MarkdownOptions

FlowItem = Tag | Expression
BlockRule = Callable[[StateBlock, int, int, bool], bool]

DIRECTIVE_NAME = r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?![A-Za-z0-9_-])"
_CONTAINER = re.compile(
    rf"(:{{3,}})({DIRECTIVE_NAME})(?:\[(.*)\](?=\s*(?:\{{|$)))?(?:\{{.*\}})?[ \t]*\Z"
)
_LEAF = re.compile(rf"::{DIRECTIVE_NAME}(?:\[(.*)\](?=\{{|[ \t]*\Z))?(?:\{{.*\}})?[ \t]*\Z")
_CONTAINER_END = re.compile(r"^[> \t]*(:{3,})[ \t]*$", re.MULTILINE)
_MODULE = re.compile(
    r"import (?:[\s]*[\"'{*]|[\w$]+\s*(?:,|from\b)|type\b)"
    r"|export (?:default\b|const\b|let\b|var\b|function\b|class\b|async\b|type\b|\{|\*)"
)
_FOOTNOTE = re.compile(r"\[\^([^\]\s\[]+)\]:")
_HEADING_ID = re.compile(r"\\?\{#")
_MAY_INTERRUPT = frozenset("`~>*+-_0123456789<{:#|[")


@dataclass(slots=True)
class Scan:
    """What the rules of one page share."""

    budget: Budget
    source: str
    options: MarkdownOptions
    last_comment_end: int = -1
    container_ends: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    flows: dict[tuple[int, int, int], tuple[list[FlowItem], int] | None] = field(
        default_factory=dict[tuple[int, int, int], tuple[list[FlowItem], int] | None]
    )
    footnotes: set[str] = field(default_factory=set[str])
    errors: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    line: int = 0  # of the inline content being parsed

    def __post_init__(self) -> None:
        self.last_comment_end = self.source.rfind("-->")
        line = position = 0
        for end in _CONTAINER_END.finditer(self.source) if ":::" in self.source else ():
            line += self.source.count("\n", position, end.start(1))
            position = end.start(1)
            self.container_ends.append((line, len(end[1])))

    def report(self, message: str, line: int | None = None) -> None:
        """A mistake on a line (0-based) of the parsed text; by default the inline content's."""
        self.errors.append((message, self.line if line is None else line))


def use_blocks(md: MarkdownIt, *, mdx: bool) -> None:
    """Put the rules in place; `env["scan"]` is a `Scan` when the parser runs."""
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    rule = md.block.ruler
    rule.before("fence", "container", container, interrupting)
    rule.before("fence", "leaf", leaf, interrupting)
    if mdx:
        rule.before("fence", "flow", flow, interrupting)
        rule.before("fence", "module", module)
    rule.before("fence", "comment", comment_of(mdx=mdx), interrupting)
    rule.before("reference", "footnote", footnote, interrupting)
    rule.at("heading", heading_of(mdx=mdx), {"alt": ["paragraph", "reference", "blockquote"]})
    rule.at("paragraph", paragraph_of(deepest_interruption=None if mdx else 3))
    md.disable("lheading")


def _scan(state: StateBlock) -> Scan:
    return state.env["scan"]


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _content_end(state: StateBlock, start: int, end: int) -> int:
    """The line after the last that is indented enough for this container."""
    if state.blkIndent:
        for line in range(start + 1, end):
            if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
                return line
    return end


def paragraph_of(*, deepest_interruption: int | None) -> BlockRule:
    """Paragraphs and setext headings in one pass.

    In CommonMark a line indented by more than 3 columns continues a paragraph whatever it
    holds; in MDX, which has no indented code, it may start something else.
    """

    def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        terminators = state.md.block.ruler.getRules("paragraph")
        outer = state.parentType
        state.parentType = "paragraph"
        depth = 0
        line = start + 1
        while line < state.lineMax and not state.isEmpty(line):
            indent = state.sCount[line] - state.blkIndent
            if deepest_interruption is None or indent <= deepest_interruption:
                depth = _underline(state, line, end)
                if depth or _interrupted(state, line, end, terminators):
                    break
            line += 1
        state.parentType = outer
        _push_text(state, start, line, depth)
        return True

    return paragraph


def _underline(state: StateBlock, line: int, end: int) -> int:
    position = state.bMarks[line] + state.tShift[line]
    marker = state.src[position]
    if marker not in "-=" or line >= end or state.sCount[line] < state.blkIndent:
        return 0
    rest = state.src[position : state.eMarks[line]].rstrip(" \t")
    if rest.strip(marker):
        return 0
    return 1 if marker == "=" else 2


def _interrupted(state: StateBlock, line: int, end: int, terminators: list[BlockRule]) -> bool:
    if state.sCount[line] < 0:
        return False  # a lazy line: its block quote has looked already
    if state.src[state.bMarks[line] + state.tShift[line]] not in _MAY_INTERRUPT:
        following = _line(state, line + 1) if line + 1 < end else ""
        if not following.startswith(("|", "-", ":")):  # the second line of a table
            return False
    return any(rule(state, line, state.lineMax, True) for rule in terminators)


def _push_text(state: StateBlock, start: int, end: int, depth: int) -> None:
    kind, html_tag = ("heading", f"h{depth}") if depth else ("paragraph", "p")
    state.line = end + 1 if depth else end
    opening = state.push(f"{kind}_open", html_tag, 1)
    opening.map = [start, state.line]
    inline = state.push("inline", "", 0)
    inline.content = mdTrim(state.getLines(start, end, state.blkIndent, False))
    inline.map = [start, end]
    inline.children = []
    state.push(f"{kind}_close", html_tag, -1)


def heading_of(*, mdx: bool) -> BlockRule:
    """ATX headings. Docusaurus escapes the first `{#` of one at column 0, so it compiles."""

    def heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not commonmark_heading(state, start, end, silent):
            return False
        if silent or not mdx:
            return True
        inline = state.tokens[-2]
        if "{#" not in inline.content:
            return True
        position = state.bMarks[start] + state.tShift[start]
        if position and state.src[position - 1] != "\n" and r"\{#" not in inline.content:
            _scan(state).report("`{#id}` works in headings at the start of a line only", start)
        inline.content = _HEADING_ID.sub(r"\\{#", inline.content, count=1)
        return True

    return heading


def flow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines that consist of JSX tags and expressions only."""
    position = state.bMarks[start] + state.tShift[start]
    if position >= state.eMarks[start] or state.src[position] not in "<{":
        return False
    if state.src.startswith("<!", position):
        return False
    scan = _scan(state)
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
        if not budget.spend(1 + len(text) // 32):
            return None
        try:
            return _flow_items(text, budget)
        except Unfinished:
            if last >= end:
                return None
        if height == 1:
            end = _content_end(state, start, end)
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
        elif text[position] == "{":
            closed = expression(text, position, budget)
            if closed is None:
                return None
            items.append(Expression(text[position + 1 : closed - 1]))
            end = closed
        else:
            return None
        position = end
        while position < len(text) and text[position] in " \t":
            position += 1
    return items, text.count("\n", 0, position) + 1


def module(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`import` and `export` at the top level, up to a blank line where all brackets are closed."""
    if state.level or state.blkIndent or state.tShift[start]:
        return False
    position = state.bMarks[start]
    if not state.src.startswith(("import ", "export "), position):
        return False
    scan = _scan(state)
    if not _MODULE.match(state.src, position):
        scan.report("import or export that is not JavaScript", start)
        return False
    last = start + 1
    while True:
        while last < end and not state.isEmpty(last):
            last += 1
        text = state.src[position : state.eMarks[last - 1]]
        if module_is_complete(text, scan.budget):
            break
        if last >= end or not scan.budget.spend(len(text) // 16):
            scan.report("import or export without an end", start)
            return False
        last += 1
    state.line = last
    token = state.push("module", "", 0)
    token.content = text
    token.map = [start, last]
    return True


def comment_of(*, mdx: bool) -> BlockRule:
    """`<!-- … -->` as a block of its own, blank lines and all."""

    def comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        scan = _scan(state)
        position = state.bMarks[start] + state.tShift[start]
        if not state.src.startswith("<!--", position) or not (mdx or scan.options.comments):
            return False
        if scan.last_comment_end < position + 4:
            return False
        close = state.src.find("-->", position + 4) + 3
        last = start
        while last < end and state.eMarks[last] < close:
            last += 1
        if last >= end or state.src[close : state.eMarks[last]].strip(" \t"):
            return False
        if silent:
            return True
        if not scan.options.comments:
            scan.report("`<!-- -->` is no comment here; write `{/* */}`", start)
        state.line = last + 1
        state.push("comment", "", 0).map = [start, state.line]
        return True

    return comment


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`:::name[label]{attributes}` up to the first line of at least as many colons.

    That line ends it even inside a code fence, so it is looked for before anything else.
    """
    if not state.src.startswith(":::", state.bMarks[start] + state.tShift[start]):
        return False
    opening = _CONTAINER.match(_line(state, start))
    if opening is None or state.is_code_block(start):
        return False
    if silent:
        return True
    limit = _content_end(state, start, end)
    ends = _scan(state).container_ends
    first = bisect_right(ends, (start, 1 << 30))
    close = limit
    for line, colons in islice(ends, first, None):
        if line >= limit:
            break
        if colons >= len(opening[1]) and _line(state, line).startswith(":"):
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
    state.md.block.tokenize(state, start + 1, close)
    state.lineMax, state.parentType = outer, parent
    state.push("container_close", "", -1)
    state.line = close + 1 if close < limit else close
    return True


def leaf(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::name[label]{attributes}`: only its label is text."""
    position = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("::", position) or state.is_code_block(start):
        return False
    found = _LEAF.match(_line(state, start))
    if found is None:
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


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^name]: text`, and the lines indented by 4 columns after it."""
    found = _FOOTNOTE.match(state.src, state.bMarks[start] + state.tShift[start])
    if found is None or found.end() > state.eMarks[start] or state.is_code_block(start):
        return False
    if silent:
        return True
    _scan(state).footnotes.add(found[1].lower())
    saved = state.tShift[start], state.sCount[start], state.blkIndent, state.parentType
    content = state.skipSpaces(found.end())
    content = min(content, state.eMarks[start])
    state.tShift[start] = content - state.bMarks[start]
    state.blkIndent += 4
    state.sCount[start] = state.blkIndent
    state.parentType = "footnote"
    state.push("footnote_open", "", 1).map = [start, end]
    if content >= state.eMarks[start]:
        state.line = start + 1
    state.md.block.tokenize(state, start, end)
    state.push("footnote_close", "", -1)
    state.tShift[start], state.sCount[start], state.blkIndent, state.parentType = saved
    state.line = max(state.line, start + 1)
    return True
