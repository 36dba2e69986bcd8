"""A page of a built site, to the sections that its Markdown would give. Pure: no I/O."""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser

from ingest.html_head import Head, Heading
from ingest.html_list import Lists
from ingest.markdown import Block, MarkdownPage, Section
from ingest.markdown.outline import Outline
from ingest.markdown.text import tidy

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NO_CONTENT = frozenset("nav script style svg button footer aside form template iframe".split())
_NOT_SHOWN = re.compile(
    r"(?:^|\s)(?:hash-link|headerlink|linenos|katex-html|theme-doc-toc-mobile"
    r"|theme-doc-version-badge|footnote-ref|footnote-backref)(?:\s|$)"
)
_BLOCKS = frozenset("p div section blockquote dl dt dd figure figcaption hr details main".split())
_CELLS = {"td", "th"}
# What a start tag ends, when the site was made smaller by leaving end tags out.
_IMPLIED_END: dict[str, set[str]] = {
    **{key: {"p"} for key in [*_BLOCKS, *_HEADINGS, "pre", "ul", "ol", "table"]},
    "li": {"p", "li"},
    **{key: {"p", "dt", "dd"} for key in ("dt", "dd")},
    **{key: {"p", *_CELLS} for key in _CELLS},
    "tr": {"p", *_CELLS, "tr"},
    **{key: {"p", *_CELLS, "tr", "thead", "tbody"} for key in ("thead", "tbody", "tfoot")},
}
_LANGUAGE = re.compile(r"(?:^|\s)language-([^\s]+)")
_CODE_TITLE = re.compile(r"(?:^|\s)(?:codeBlockTitle\w*|filename)(?:\s|$)")
_ADMONITION = re.compile(r"(?:^|\s)(?:theme-admonition-|admonition )([a-z]+)")
_ADMONITION_TITLE = re.compile(r"(?:^|\s)(?:admonitionHeading\w*|admonition-title)(?:\s|$)")


def read_html(text: str) -> tuple[Head, MarkdownPage]:
    """The head, and what is in the first `<article>`, or `<main>` where there is none."""
    reader = _Reader("article" if "<article" in text else "main")
    reader.feed(text)
    reader.close()
    return reader.heading.head, reader.page()


class _Reader(HTMLParser):
    """Tags and text as they come; what is open is on a stack with what its end does."""

    def __init__(self, container: str) -> None:
        super().__init__(convert_charrefs=True)
        self._container = container
        self.heading = Heading()
        self._inside = self._finished = False
        self._open: list[tuple[str, Callable[[], None]]] = []
        self._count: Counter[str] = Counter()
        self._outline = Outline(1)
        self._text: list[str] = []
        self._labels: list[str] = []
        self._tabs: list[list[str]] = []
        self._admonition = self._language = self._code_title = ""
        self._lists = Lists()
        self._rows: list[list[str]] | None = None
        self._hidden = self._raw = self._header = 0

    def page(self) -> MarkdownPage:
        self._flush()
        self._end_list()
        self._outline.finish()
        sections: tuple[Section, ...] = tuple(self._outline.sections)
        shown = next((s.heading for s in sections if s.depth == 1 and s.heading), None)
        return MarkdownPage({}, shown, shown, None, (), sections)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self._inside:
            self.heading.start(tag, given)
            if tag == self._container and not self._finished:
                self._inside = True
                self._open.append((tag, _nothing))
                self._count[tag] += 1
            return
        if tag in _VOID:
            self._void(tag, given)
            return
        ended = _IMPLIED_END.get(tag, ())
        while self._open and self._open[-1][0] in ended:
            self.handle_endtag(self._open[-1][0])
        self._open.append((tag, self._begin(tag, given)))
        self._count[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        self.heading.end(tag)
        if not self._inside or not self._count[tag]:
            return
        while self._open:
            name, end = self._open.pop()
            self._count[name] -= 1
            end()
            if name == tag:
                break
        if not self._open:
            self._inside, self._finished = False, True

    def handle_data(self, data: str) -> None:
        self.heading.text(data)
        if self._inside and not self._hidden:
            self._text.append(data if self._raw else re.sub(r"\s+", " ", data))

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if self._hidden:
            return
        if tag == "br":
            self._text.append("\n")
        elif tag == "img":
            self._text.append(given.get("alt", ""))
        elif tag == "hr":
            self._flush()

    def _begin(self, tag: str, given: dict[str, str]) -> Callable[[], None]:
        """Opens an element. Gives what is to be done where it ends."""
        classes = given.get("class", "")
        footnote = "data-footnote-ref" in given or "data-footnote-backref" in given
        if self._hidden or footnote or tag in _NO_CONTENT or _NOT_SHOWN.search(classes):
            self._hidden += 1
            return self._shown_again
        if found := _LANGUAGE.search(classes):
            self._language = found[1]
        if found := _ADMONITION.search(classes):
            self._admonition = found[1]
        role = given.get("role", "")
        if tag in _HEADINGS:
            self._flush()
            anchor, line = given.get("id") or None, self.getpos()[0]
            return lambda: self._heading(int(tag[1]), anchor, line)
        if self._raw:
            return _nothing
        return self._labelled(tag, classes, role) or self._block(tag, given)

    def _shown_again(self) -> None:
        self._hidden -= 1

    def _labelled(self, tag: str, classes: str, role: str) -> Callable[[], None] | None:
        """Elements that say something of the block that follows."""
        if role == "tablist":
            self._flush()
            self._tabs.append([])
        elif role == "tab" and self._tabs:
            self._taken()
            return lambda: self._tabs[-1].append(self._taken())
        elif role == "tabpanel":
            self._flush()
            while self._tabs and not self._tabs[-1]:
                self._tabs.pop()
            label = self._tabs[-1].pop(0) if self._tabs else ""
            self._labels += [label] if label else []
            return self._flush
        elif _ADMONITION_TITLE.search(classes):
            self._flush()
            return self._admonition_title
        elif tag == "summary":
            self._flush()
            return self._summary
        elif _CODE_TITLE.search(classes):
            self._flush(labels=False)
            return self._code_titled
        else:
            return None
        return _nothing

    def _summary(self) -> None:
        if text := self._taken():
            self._labels.append(text)

    def _admonition_title(self) -> None:
        kind, title = self._admonition.capitalize(), self._taken()
        same = title.lower() == kind.lower()
        parts = [kind] if same else [kind, title]
        if label := ": ".join(filter(None, parts)):
            self._labels.append(label)

    def _code_titled(self) -> None:
        self._code_title = self._taken()

    def _block(self, tag: str, given: dict[str, str]) -> Callable[[], None]:
        match tag:
            case "pre":
                self._flush(labels=False)
                self._raw += 1
                return self._code
            case "ul" | "ol":
                self._flush(labels=False)
                self._lists.start(tag, given.get("start", ""))
                return self._list_end
            case "li":
                self._flush(labels=False)
                self._lists.item()
                return self._flush
            case "table":
                self._flush(labels=False)
                self._rows = []
                return self._table
            case "tr" if self._rows is not None:
                self._rows.append([])
            case "td" | "th" if self._rows:
                self._taken()
                return self._cell
            case "header":
                self._flush()
                self._header += 1
                return self._header_end
            case _ if tag in _BLOCKS:
                self._paragraph()
                return self._paragraph
            case _:
                pass
        return _nothing

    def _paragraph(self) -> None:
        self._flush(labels=False)

    def _heading(self, depth: int, anchor: str | None, line: int) -> None:
        text = " ".join(self._taken().split())
        if anchor == "footnote-label":  # for screen readers, where a page has footnotes
            return
        self._end_list()
        self._outline.start(text, anchor, depth, line)

    def _taken(self) -> str:
        text = tidy("".join(self._text).replace("\u200b", ""))
        self._text.clear()
        return text

    def _header_end(self) -> None:
        """Beside the heading there are dates and authors in it."""
        self._taken()
        self._header -= 1

    def _flush(self, *, labels: bool = True) -> None:
        """The text so far is a block. `labels`: those that nothing followed are one, too."""
        if self._raw or self._rows is not None:
            return
        text = self._taken()
        if self._header:
            return
        if text and self._lists:
            self._lists.add(text, self._labels)
            self._labels.clear()
        elif text:
            self._add(Block("prose", "\n".join([*self._labels, text])))
            self._labels.clear()
        elif labels and self._labels:
            self._add(Block("prose", "\n".join(self._labels)))
            self._labels.clear()

    def _add(self, block: Block) -> None:
        self._end_list()
        self._outline.add(block)

    def _code(self) -> None:
        self._raw -= 1
        code = "".join(self._text).replace("\u200b", "").strip("\n").rstrip()
        self._text.clear()
        title = " › ".join(filter(None, [*self._labels, self._code_title]))
        if code:
            self._add(Block("code", code, self._language, title))
            self._labels.clear()
        self._language = self._code_title = ""

    def _cell(self) -> None:
        if self._rows:
            self._rows[-1].append(self._taken().replace("\n", " "))

    def _table(self) -> None:
        rows, self._rows = self._rows or [], None
        self._taken()
        if text := "\n".join(" | ".join(row).strip() for row in rows if row):
            self._add(Block("table", "\n".join([*self._labels, text])))
            self._labels.clear()

    def _list_end(self) -> None:
        self._flush(labels=False)
        self._lists.end()
        if not self._lists:
            self._end_list()

    def _end_list(self) -> None:
        if text := self._lists.taken():
            self._outline.add(Block("prose", text))


def _nothing() -> None:
    pass
