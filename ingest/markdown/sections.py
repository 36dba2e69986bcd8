"""Tokens to sections: a walk over a page that keeps what a reader sees."""

import re
from collections.abc import Callable, Mapping

from markdown_it.token import Token

from ingest.markdown.javascript import Expression, Tag
from ingest.markdown.outline import Outline
from ingest.markdown.page import Block, BlockKind, Heading, MarkdownPage
from ingest.markdown.slugs import Slugger
from ingest.markdown.text import Scope, heading_source, html_text, shown_text, tag_text

_FENCE_TITLE = re.compile(r"\btitle=(?:\"([^\"]*)\"|'([^']*)')")
_HIGHLIGHT_COMMENT = re.compile(
    r"^[ \t]*(?://|#|--|%|;|REM|/\*|\{/\*|<!--)[ \t]*highlight-(?:next-line|start|end)[ \t]*"
    r"(?:\*/\}?|-->)?[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)
_TAB = re.compile(r"\{[^{}]*\}")
_TAB_FIELD = re.compile(r"\b(label|value):\s*(?:\"([^\"]*)\"|'([^']*)')")
_LABELLING = ("title", "label", "summary", "caption")


class Walk:
    """One pass over a page's tokens."""

    def __init__(
        self,
        scope: Scope,
        slugger: Slugger,
        file_line: Callable[[int], int],
        partials: Mapping[str, Callable[[], MarkdownPage | None]],
        admonitions: frozenset[str],
    ) -> None:
        self.headings: list[Heading] = []
        self.outline = Outline(file_line(0))
        self._scope = scope
        self._slugger = slugger
        self._file_line = file_line
        self._partials = partials
        self._admonitions = admonitions
        self._labels: list[str] = []  # shown before the next block: tab, admonition, summary
        self._tab_labels: dict[str, str] = {}
        self._raw_heading: Tag | None = None  # `<h2 id="x">` whose text comes next
        self._silent = 0  # inside <style> or <script>
        self._lists: list[int | None] = []  # the number of each open list, None for bullets
        self._list_lines: list[str] = []
        self._bullet = ""

    def run(self, tokens: list[Token]) -> None:
        handlers: dict[str, Callable[[Token], None]] = {
            "inline": self._prose,
            "fence": self._code,
            "code_block": self._code,
            "flow": self._flow,
            "html_block": lambda token: self._add("prose", html_text(token.content)),
            "container_open": self._admonition,
            "container_close": lambda _: self._flush_labels(),
            "bullet_list_open": self._list,
            "ordered_list_open": self._list,
            "list_item_open": self._item,
            "bullet_list_close": self._list_end,
            "ordered_list_close": self._list_end,
        }
        position = 0
        while position < len(tokens):
            token = tokens[position]
            match token.type:
                case "heading_open":
                    self._heading(token, tokens[position + 1])
                    position += 2
                case "table_open":
                    position = self._table(tokens, position)
                case kind if handler := handlers.get(kind):
                    handler(token)
                case _:
                    pass
            position += 1
        self._flush_labels()
        self._end_list()
        self.outline.finish()

    def _heading(self, token: Token, inline: Token) -> None:
        children = inline.children or []
        source, identifier = heading_source(children)
        shown = shown_text(children, self._scope, written=True)
        source = source.strip(" \t\n") if identifier is not None else source
        if identifier is None:
            source, identifier = classic_id(source)
            if identifier is not None:
                shown = classic_id(shown)[0]
        if identifier is None:
            identifier = self._slugger.id(source)
        depth = int(token.tag[1])
        line = self._file_line(token.map[0] if token.map else 0)
        self.headings.append(Heading(depth, identifier, shown, line))
        self._start(shown, identifier if depth > 1 else None, depth, line)

    def _start(self, text: str, anchor: str | None, depth: int, line: int) -> None:
        self._flush_labels()
        self._end_list()
        self._bullet = ""
        self.outline.start(" ".join(text.split()), anchor or None, depth, line)

    def _prose(self, token: Token) -> None:
        children = token.children or []
        text = shown_text(children, self._scope)
        if token.meta.get("label"):
            self._labels[-1] = f"{self._labels[-1]}: {text}" if self._labels else text
        elif self._silent:
            return
        elif (found := _raw_heading(children) or self._raw_heading) and text:
            self._raw_heading = None
            line = self._file_line(token.map[0] if token.map else 0)
            self._start(text, found.attributes["id"], int(found.name[1]), line)
        elif children and _opens(children[0], "summary"):
            self._labels.append(text)
        elif self._lists and text:
            self._list_line(text)
        else:
            self._add("prose", text)

    def _list(self, token: Token) -> None:
        ordered = token.type == "ordered_list_open"
        self._lists.append(int(token.attrs.get("start", 1)) if ordered else None)

    def _list_end(self, _: Token) -> None:
        self._lists.pop()
        if not self._lists:
            self._end_list()

    def _item(self, _: Token) -> None:
        number = self._lists[-1]
        self._bullet = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _list_line(self, text: str) -> None:
        indent = "  " * (len(self._lists) - 1)
        for label in self._labels:
            self._list_lines.append(indent + label)
        self._labels.clear()
        first = self._bullet or "  "
        lines = text.split("\n")
        self._list_lines.append(indent + first + lines[0])
        self._list_lines.extend(f"{indent}  {line}" for line in lines[1:])
        self._bullet = ""

    def _end_list(self) -> None:
        if self._list_lines:
            self.outline.add(Block("prose", "\n".join(self._list_lines)))
            self._list_lines = []

    def _add(self, kind: BlockKind, text: str, language: str = "", title: str = "") -> None:
        if not text:
            return
        self._end_list()
        if self._bullet and kind == "prose":
            text, self._bullet = self._bullet + text, ""
        if kind == "code":
            title = " › ".join([*self._labels, title] if title else self._labels)
        elif self._labels:
            text = "\n".join([*self._labels, text])
        self._labels.clear()
        self.outline.add(Block(kind, text, language, title))

    def _flush_labels(self) -> None:
        """Labels that nothing followed are text of their own."""
        labels, self._labels = self._labels, []
        if labels:
            self._add("prose", "\n".join(labels))

    def _code(self, token: Token) -> None:
        info = token.info.strip()
        language = "" if info.startswith("{") else info.split(maxsplit=1)[0] if info else ""
        title = _FENCE_TITLE.search(info)
        code = token.content
        if "highlight-" in code:
            code = _HIGHLIGHT_COMMENT.sub("", code)
        shown = code.strip("\n").rstrip() if code.strip() else ""
        self._add("code", shown, language, (title[1] or title[2] or "") if title else "")

    def _table(self, tokens: list[Token], position: int) -> int:
        rows: list[list[str]] = []
        while tokens[position].type != "table_close":
            token = tokens[position]
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                cell = shown_text(token.children or (), self._scope)
                rows[-1].append(cell.replace("\n", " "))
            position += 1
        self._add("table", "\n".join(" | ".join(row).strip() for row in rows))
        return position

    def _admonition(self, token: Token) -> None:
        self._flush_labels()
        if token.info in self._admonitions:
            self._labels.append(token.info.capitalize())

    def _flow(self, token: Token) -> None:
        line = self._file_line(token.map[0] if token.map else 0)
        for item in token.meta["items"]:
            if isinstance(item, Expression):
                if not self._silent and item.comment is None:
                    self._add("prose", self._scope.shown(item).strip())
            else:
                self._tag(item, line)

    def _tag(self, tag: Tag, line: int) -> None:
        if tag.name in ("style", "script") and not tag.self_closing:
            self._silent += -1 if tag.closing else 1
        elif tag.name in self._partials and not tag.closing:
            self._partial(tag.name, line)
        elif tag.closing:
            self._raw_heading = None
            if tag.name == "TabItem":
                self._flush_labels()
        elif _is_raw_heading(tag):
            self._raw_heading = tag
        elif tag.name == "Tabs":
            self._tabs(tag)
        elif tag.name == "TabItem":
            self._tab(tag)
        else:
            self._component(tag)

    def _partial(self, name: str, line: int) -> None:
        page = self._partials[name]()
        if page is not None:
            self._flush_labels()
            self._end_list()
            self.outline.splice(page, line)

    def _tabs(self, tag: Tag) -> None:
        for tab in _TAB.findall(tag.attributes.get("values", "")[:10_000]):
            fields = {name: double or single for name, double, single in _TAB_FIELD.findall(tab)}
            if "value" in fields and "label" in fields:
                self._tab_labels[fields["value"]] = fields["label"]

    def _tab(self, tag: Tag) -> None:
        self._flush_labels()
        value = self._scope.attribute(tag.attributes.get("value", ""))
        label = self._scope.attribute(tag.attributes.get("label", ""))
        label = label or self._tab_labels.get(value, value)
        if label:
            self._labels.append(label)

    def _component(self, tag: Tag) -> None:
        text = tag_text(tag, self._scope).strip()
        if text:
            self._add("prose", text)
        if tag.name[:1].isupper():
            shown = (self._scope.attribute(tag.attributes.get(name, "")) for name in _LABELLING)
            self._labels.extend(text for text in shown if text)
            if tag.self_closing:
                self._flush_labels()


def _opens(token: Token, name: str) -> bool:
    return token.type == "jsx" and token.meta["tag"].name == name


def _is_raw_heading(tag: Tag) -> bool:
    """`<h2 id="x">`: an anchor like any other. Without an id nothing can link to it."""
    identifier = tag.attributes.get("id", "")
    return tag.name in ("h2", "h3", "h4", "h5", "h6") and identifier[:1] not in ("", "{")


def _raw_heading(children: list[Token]) -> Tag | None:
    first, last = (children[0], children[-1]) if children else (None, None)
    if first and last and first.type == last.type == "jsx":
        tag: Tag = first.meta["tag"]
        closing: Tag = last.meta["tag"]
        if _is_raw_heading(tag) and closing.closing and closing.name == tag.name:
            return tag
    return None


def classic_id(text: str) -> tuple[str, str | None]:
    """The text and the id of `text {#id}`; any characters are allowed in the id."""
    start = text.rfind("{#")
    identifier = text[start + 2 : -1]
    if start < 0 or not text.endswith("}") or "}" in identifier or "\n" in identifier:
        return text, None
    if not identifier:
        return text, None
    return text[:start].rstrip(), identifier.strip()
