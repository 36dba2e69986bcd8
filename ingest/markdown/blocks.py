"""Block rules for markdown-it: what MDX and Docusaurus add to CommonMark, or do otherwise."""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_block import blockquote as markdown_it_quote
from markdown_it.rules_block import heading as commonmark_heading
from markdown_it.rules_block import table as markdown_it_table

from ingest.markdown.choice import block_of
from ingest.markdown.directives import container, leaf
from ingest.markdown.flow import comment_of, flow, module
from ingest.markdown.scan import BlockRule, line_text, scan_of

_FOOTNOTE = re.compile(r"\[\^([^\]\s\[]+)\]:")
_HEADING_ID = re.compile(r"\\?\{#")
_MAY_INTERRUPT = frozenset("`~>*+-_0123456789<{:#|[")


def use_blocks(md: MarkdownIt, *, mdx: bool) -> None:
    """Put the rules in place; `env["scan"]` is a `Scan` when the parser runs."""
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    rule = md.block.ruler
    containers: list[BlockRule] = [list_block, quote, footnote]
    rule.before("fence", "container", container, interrupting)
    rule.before("fence", "leaf", leaf, interrupting)
    if mdx:
        rule.before("fence", "flow", flow, interrupting)
        rule.before("fence", "module", module)
    rule.before("fence", "comment", comment_of(containers, mdx=mdx), interrupting)
    rule.before("reference", "footnote", footnote, interrupting)
    rule.at("heading", heading_of(mdx=mdx), {"alt": ["paragraph", "reference", "blockquote"]})
    rule.at("blockquote", quote, interrupting)
    rule.at("table", table, {"alt": ["paragraph", "reference"]})
    rule.at("paragraph", paragraph_of(deepest_interruption=None if mdx else 3))
    md.disable("lheading")
    block = block_of(md)
    rule.before("table", "block", block)  # leaves the others what may interrupt
    containers.append(block)


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
        following = line_text(state, line + 1) if line + 1 < end else ""
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
            scan_of(state).report("`{#id}` works in headings at the start of a line only", start)
        inline.content = _HEADING_ID.sub(r"\\{#", inline.content, count=1)
        return True

    return heading


def quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """markdown-it's own, on the page's budget: each looks for its end, over all the lines that
    may belong to it, and asks of each whether it is another one."""
    budget = scan_of(state).budget
    if silent:
        budget.left -= 4
    return budget.left > 0 and markdown_it_quote(state, start, end, silent)


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A second line of dashes alone underlines a heading (GFM)."""
    second = line_text(state, start + 1) if start + 1 < end else ""
    return ("|" in second or ":" in second) and markdown_it_table(state, start, end, silent)


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^name]: text`, and the lines indented by 4 columns after it."""
    found = _FOOTNOTE.match(state.src, state.bMarks[start] + state.tShift[start])
    if found is None or found.end() > state.eMarks[start] or state.is_code_block(start):
        return False
    if silent:
        return True
    scan_of(state).define_footnote(found[1], start)
    saved = state.bMarks[start], state.tShift[start], state.sCount[start]
    outer_indent, outer_parent = state.blkIndent, state.parentType
    content = min(state.skipSpaces(found.end()), state.eMarks[start])
    state.bMarks[start], state.tShift[start] = content, 0
    state.blkIndent = state.sCount[start] = outer_indent + 4
    state.parentType = "footnote"
    state.push("footnote_open", "", 1).map = [start, end]
    if content >= state.eMarks[start]:
        state.line = start + 1
    state.md.block.tokenize(state, start, end)
    state.push("footnote_close", "", -1)
    state.bMarks[start], state.tShift[start], state.sCount[start] = saved
    state.blkIndent, state.parentType = outer_indent, outer_parent
    state.line = max(state.line, start + 1)
    return True
