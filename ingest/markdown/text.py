"""The text of inline content: as heading ids are made from it, and as a reader sees it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from markdown_it.token import Token

from ingest.markdown.javascript import Expression, Tag
from ingest.markdown.literals import literal

_HTML_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^>]*?(/?)>")
_CONSTANT = re.compile(
    r"^export\s+const\s+([\w$]+)(?:\s*:\s*\w+)?\s*=\s*(\"[^\"\n]*\"|'[^'\n]*'|`[^`$]*`|[\d.]+)",
    re.MULTILINE,
)
_FIELD = re.compile(r"\s*frontMatter\.(\w+)\s*\Z")
_BLOCK_ELEMENTS = frozenset({"div", "p", "li", "td", "th", "dt", "dd", "figcaption", "summary"})
_SILENT = frozenset({"style", "script"})


def heading_source(children: Sequence[Token]) -> tuple[str, str | None]:
    """The text that a heading's id is made from, and the id given as a last comment."""
    explicit = None
    if children:
        last = children[-1]
        comment = None
        if last.type == "expression":
            comment = last.meta["expression"].comment
        elif last.type == "html_inline" and last.content.startswith("<!--"):
            comment = last.content[4:-3]
        words = comment.split() if comment else []
        if words and words[0].startswith("#") and len(words[0]) > 1:
            explicit = words[0][1:]
            children = children[:-1]
    return "".join(_tree_text(children)), explicit


def _tree_text(children: Iterable[Token]) -> Iterable[str]:
    """As mdast's toString, with directives gone and expressions as written."""
    for token in children:
        match token.type:
            case "text" | "text_special" | "code_inline":
                yield token.content
            case "softbreak":
                yield "\n"
            case "image":
                yield from _tree_text(token.children or ())
            case "expression":
                yield token.meta["expression"].source
            case _:
                pass


class Scope:
    """The values that expressions of a page may name: exported constants, front matter."""

    def __init__(self, front_matter: Mapping[str, object]) -> None:
        self._front_matter = front_matter
        self._constants: dict[str, str] = {}

    def add_module(self, source: str) -> None:
        for constant in _CONSTANT.finditer(source):
            self._constants[constant[1]] = constant[2].strip("\"'`")

    def shown(self, found: Expression) -> str:
        """The text of an expression where it can be told without running it, else nothing."""
        text = literal(found.source)
        if text is not None:
            return text
        if field := _FIELD.match(found.source):
            value = self._front_matter.get(field[1])
            return str(value) if isinstance(value, str | int | float) else ""
        return self._constants.get(found.source.strip(), "")

    def attribute(self, source: str) -> str:
        """The text of a JSX attribute's value."""
        if source.startswith("{") and source.endswith("}"):
            return self.shown(Expression(source[1:-1]))
        return source


def shown_text(children: Iterable[Token], scope: Scope, *, written: bool = False) -> str:
    """Inline content as a reader sees it. `written`: expressions as in the source (headings)."""
    parts: list[str] = []
    silent = 0
    for token in children:
        if token.type == "jsx":
            tag: Tag = token.meta["tag"]
            if tag.name in _SILENT and not tag.self_closing:
                silent += -1 if tag.closing else 1
        if not silent:
            parts.append(_shown(token, scope, written=written))
    return tidy("".join(parts))


def _shown(token: Token, scope: Scope, *, written: bool) -> str:
    match token.type:
        case "text" | "text_special" | "directive_open" | "directive_close":
            return token.content
        case "code_inline":
            return token.content.replace("\n", " ")
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            return shown_text(token.children or (), scope)
        case "jsx":
            return tag_text(token.meta["tag"], scope)
        case "html_inline":
            return "\n" if token.content.lower().startswith("<br") else ""
        case "expression":
            found: Expression = token.meta["expression"]
            as_written = written and found.comment is None and literal(found.source) is None
            return found.source if as_written else scope.shown(found)
        case _:
            return ""


def tag_text(tag: Tag, scope: Scope) -> str:
    """What a tag itself shows."""
    if tag.name in ("br", "hr"):
        return "\n"
    if tag.name in _BLOCK_ELEMENTS:
        return " "
    if tag.closing:
        return ""
    if tag.name.lower() in ("img", "image"):
        return scope.attribute(tag.attributes.get("alt", ""))
    return ""


_SPACES = re.compile(r"[ \t\f\v]+")
_BREAKS = re.compile(r" ?\n[ \n]*")


def tidy(text: str) -> str:
    """Runs of spaces as one, no blank lines."""
    if "  " in text or not text.isprintable():
        text = _BREAKS.sub("\n", _SPACES.sub(" ", text))
    return text.strip()


def html_text(source: str) -> str:
    """The text of raw HTML in a page of format `md`."""
    source = re.sub(r"<!--.*?(?:-->|\Z)", "", source, flags=re.DOTALL)
    for name in sorted(_SILENT):
        source = re.sub(
            rf"<{name}\b.*?(?:</{name}>|\Z)", "", source, flags=re.DOTALL | re.IGNORECASE
        )
    return tidy(re.sub(r"<[^<>]*>", " ", source))
