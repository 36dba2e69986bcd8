"""Inline rules for markdown-it: what MDX and Docusaurus add to CommonMark, or do otherwise."""

import re
from typing import Any, cast

from markdown_it import MarkdownIt, helpers
from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, backtick
from markdown_it.token import Token

from ingest.markdown.choice import PLAIN, span_of
from ingest.markdown.directives import DIRECTIVE_NAME
from ingest.markdown.javascript import Budget, Expression, Unfinished, expression, tag
from ingest.markdown.scan import Scan

_DIRECTIVE = re.compile(rf":({DIRECTIVE_NAME})(?!:)")
_DIRECTIVE_ATTRIBUTES = re.compile(
    r"\{(?:\s*(?:[#.][^\s\"'<=>`{}#.]++|[A-Za-z_:][\w.:-]*+"
    r"(?:\s*=\s*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'<=>`{}]++))?+))*+\s*\}"
)
_URL = re.compile(r"://[^\s<\[\]]+")
_URL_TRAIL = "?!.,:;*_~'\""
_ENTITY = re.compile(r"&[A-Za-z0-9]+;\Z")
_FOOTNOTE = re.compile(r"\[\^([^\]\s\[]+)\]")
_NOT_JAVASCRIPT = re.compile(r"\s*(?:[#.,;)\]}*%&|?:=<>^]|[\w$-]+\s*:)")


def use_spans(md: MarkdownIt, *, mdx: bool) -> None:
    """Put the rules in place; `env["scan"]` is a `Scan` when the parser runs."""
    rule = md.inline.ruler
    rule.before("emphasis", "comment", comment)
    if mdx:
        rule.before("emphasis", "jsx", jsx)
        rule.before("emphasis", "expression", braces)
    rule.before("emphasis", "url", url)
    rule.before("emphasis", "directive", directive)
    rule.before("link", "footnote", footnote)
    rule.at("backticks", code)
    rule.at("text", span_of(md))
    rule.enableOnly("text")
    md.core.ruler.at("inline", inline)
    md.disable("text_join")  # whoever reads the text puts it together anyway
    md.helpers = cast("Any", _Helpers)


def inline(state: StateCore) -> None:
    """markdown-it's own rule, and it remembers where it is; half of all text needs no parsing."""
    scan: Scan = state.env["scan"]
    for token in state.tokens:
        if token.type in ("container_open", "container_close"):
            scan.directives += token.nesting
        elif token.type == "inline" and token.children is not None and token.map:
            if PLAIN.fullmatch(token.content):
                token.children.append(Token("text", "", 0, content=token.content))
                continue
            scan.line = token.map[0]
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def link_label(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N803 - markdown-it's name
    """markdown-it's own, on the page's budget: it takes the square of a paragraph's length."""
    budget: Budget = state.env["scan"].budget
    if state.html_terminator_last("]") < start or budget.left <= 0:
        return -1
    end = parseLinkLabel(state, start, disableNested)
    budget.left -= ((state.posMax if end < 0 else end) - start) // 8
    return end


def code(state: StateInline, silent: bool) -> bool:
    """markdown-it's own, with its line ends, which anchors leave out."""
    start, before = state.pos, len(state.tokens)
    if not backtick(state, silent):
        return False
    token = state.tokens[-1] if len(state.tokens) > before else None
    if token and token.type == "code_inline" and " " in token.content:
        within = state.src[start + len(token.markup) : state.pos - len(token.markup)]
        stripped = (len(within) - len(token.content)) // 2
        token.content = within[stripped : len(within) - stripped]
    return True


def comment(state: StateInline, silent: bool) -> bool:
    """`<!-- … -->` within a paragraph."""
    scan: Scan = state.env["scan"]
    if not state.src.startswith("<!--", state.pos) or not scan.options.comments:
        return False
    if state.html_terminator_last("-->") < state.pos + 4:
        return False
    end = state.src.find("-->", state.pos + 4)
    if not silent:
        state.push("comment", "", 0).content = state.src[state.pos + 4 : end]
    state.pos = end + 3
    return True


def jsx(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    scan: Scan = state.env["scan"]
    try:
        found = tag(state.src, state.pos, scan.budget)
    except Unfinished:
        found = None
    if found is None or found[1] > state.posMax:
        if not silent and state.src[state.pos + 1 : state.pos + 2].strip():
            scan.report("`<` that starts no JSX tag; write `&lt;` or `\\<`")
        return False
    if not silent:
        state.push("jsx", "", 0).meta["tag"] = found[0]
    state.pos = found[1]
    return True


def braces(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    scan: Scan = state.env["scan"]
    try:
        end = expression(state.src, state.pos, scan.budget)
    except Unfinished:
        end = None
    if end is None or end > state.posMax:
        if not silent:
            scan.report("`{` without its `}`; write `\\{`")
        return False
    if not silent:
        found = Expression(state.src[state.pos + 1 : end - 1])
        if _NOT_JAVASCRIPT.match(found.source):
            scan.report(f"`{{{found.source[:40]}}}` is not a JavaScript expression")
        state.push("expression", "", 0).meta["expression"] = found
    state.pos = end
    return True


def url(state: StateInline, silent: bool) -> bool:
    """`https://…` in text is a link (GFM), so nothing in it is Markdown."""
    start = state.pos
    if not state.src.startswith("://", start):
        return False
    scheme = state.src[max(start - 6, 0) : start].lower()
    if not re.search(r"(?:\A|[^a-z0-9])https?\Z", scheme):
        return False
    found = _URL.match(state.src, start, state.posMax)
    if found is None:
        return False
    end = found.end()
    unopened = found[0].count(")") - found[0].count("(")
    if entity := _ENTITY.search(state.src, start, end):
        end = entity.start()
    while state.src[end - 1] in _URL_TRAIL or (state.src[end - 1] == ")" and unopened > 0):
        end -= 1
        unopened -= state.src[end] == ")"
    if end <= start + 3:
        return False
    if not silent:
        state.append_pending(state.src[start:end])
    state.pos = end
    return True


def directive(state: StateInline, silent: bool) -> bool:
    """`:name[label]{attributes}`.

    The page shows it as it is written, but heading ids are made without it (the label stays).
    """
    start = state.pos
    if state.src[start] != ":":
        return False
    if start and state.src[start - 1] == ":" and state.src[start - 2 : start - 1] != "\\":
        return False
    name = _DIRECTIVE.match(state.src, start, state.posMax)
    if name is None:
        return False
    end = name.end()
    label = -1
    if end < state.posMax and state.src[end] == "[":
        label = link_label(state, end)
    attributes = _DIRECTIVE_ATTRIBUTES.match(state.src, max(end, label + 1), state.posMax)
    after = attributes.end() if attributes else max(end, label + 1)
    if not silent:
        opening = state.push("directive_open", "", 1)
        opening.content = state.src[start : end + 1] if label > 0 else state.src[start:end]
        if label > 0:
            outer, state.pos, state.posMax = state.posMax, end + 1, label
            state.md.inline.tokenize(state)
            state.posMax = outer
        closing = state.push("directive_close", "", -1)
        closing.content = state.src[label if label > 0 else end : after]
    state.pos = after
    return True


class _Helpers:
    """markdown-it's `helpers`, which its own rules call."""

    parseLinkLabel = staticmethod(link_label)  # noqa: N815 - markdown-it's names
    parseLinkDestination = staticmethod(helpers.parseLinkDestination)  # noqa: N815
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815


def footnote(state: StateInline, silent: bool) -> bool:
    """`[^name]`, when the page defines it."""
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if found is None or not state.env["scan"].has_footnote(found[1]):
        return False
    if not silent:
        state.push("footnote", "", 0)
    state.pos = found.end()
    return True
