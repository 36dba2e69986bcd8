"""A page's source to its headings and sections."""

import functools
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.markdown.balance import unbalanced
from ingest.markdown.blocks import use_blocks
from ingest.markdown.frontmatter import front_matter, text_field
from ingest.markdown.javascript import Budget
from ingest.markdown.literals import unescaped
from ingest.markdown.page import (
    MarkdownFormat,
    MarkdownOptions,
    MarkdownPage,
    Partial,
    Section,
    SourceError,
)
from ingest.markdown.scan import Scan
from ingest.markdown.sections import Walk
from ingest.markdown.slugs import Slugger
from ingest.markdown.source import content_title, excerpt, prepared
from ingest.markdown.spans import use_spans
from ingest.markdown.text import Scope

MAX_CHARACTERS = 1_000_000
MAX_NESTING = 60
_IMPORT = re.compile(r"\bimport\s+([\w$]+)\s+from\s*(?:\"([^\"\n]+)\"|'([^'\n]+)')")
_DEFAULT_OPTIONS = MarkdownOptions()


def parse(
    text: str,
    *,
    format: MarkdownFormat = "mdx",  # noqa: A002 - Docusaurus's name for it
    extension: str = ".mdx",
    options: MarkdownOptions = _DEFAULT_OPTIONS,
    partial: Partial | None = None,
) -> MarkdownPage:
    """Read one file, front matter included.

    `format` is the site's `markdown.format`; a page's own `mdx.format` wins, and `detect` goes by
    the extension. Mistakes never raise: they are in `errors`, and what can be read is read.
    """
    text, errors = _cut(text.replace("\r\n", "\n"))
    matter = front_matter(text)
    if matter.error:
        errors.append(matter.error)
    mdx = _is_mdx(_format(matter.data) or format, extension)
    body, moved = prepared(matter.body, options)

    def file_line(line: int) -> int:
        return matter.first_body_line + (moved[min(line, len(moved) - 1)] if moved else line)

    scope = Scope(matter.data)
    tokens, scan = _tokens(body, options, mdx=mdx)
    imports = _imports(tokens, scope)
    walk = Walk(
        scope,
        Slugger(maintain_case=options.maintain_case),
        file_line,
        _partials(imports, partial),
        frozenset(options.admonition_keywords),
    )
    walk.run(tokens)
    found = sorted(scan.errors, key=lambda error: error[1])
    errors.extend(SourceError(message, file_line(line)) for message, line in found)
    sections = tuple(walk.outline.sections)
    description = text_field(matter.data, "description")
    return MarkdownPage(
        front_matter=matter.data,
        content_title=content_title(matter.excerpt_body),
        shown_title=_shown_title(sections, text_field(matter.data, "title")),
        description=excerpt(matter.excerpt_body) if description is None else description,
        headings=tuple(walk.headings),
        sections=sections,
        imports=imports,
        errors=tuple(errors),
    )


def _cut(text: str) -> tuple[str, list[SourceError]]:
    """As many whole lines of it as are read, and the mistake that there are more."""
    if len(text) <= MAX_CHARACTERS:
        return text, []
    end = text.rfind("\n", 0, MAX_CHARACTERS) + 1 or MAX_CHARACTERS
    return text[:end], [SourceError(f"only the first {end:,} of {len(text):,} characters are read")]


def _is_mdx(chosen: str, extension: str) -> bool:
    return chosen == "mdx" or (chosen == "detect" and extension != ".md")


def _format(data: Mapping[str, object]) -> str:
    """What the page says of itself."""
    said = data.get("mdx")
    fields = cast("dict[str, object]", said) if isinstance(said, dict) else data
    return str(fields.get("format") or "")


def _shown_title(sections: tuple[Section, ...], title: str | None) -> str | None:
    if sections and sections[0].depth == 1 and sections[0].heading:
        return sections[0].heading
    return title


@functools.cache
def _parser(*, mdx: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "strikethrough_single_tilde": True})
    md.enable(["table", "strikethrough"])
    md.disable("normalize")  # of line ends, one by one: there is one kind by now
    if mdx:
        md.disable(["code", "html_block", "html_inline", "autolink"])
    use_blocks(md, mdx=mdx)
    use_spans(md, mdx=mdx)
    unchecked = cast("Any", md)  # only the text of links is used
    unchecked.normalizeLink = str
    unchecked.validateLink = bool
    return md


def _tokens(body: str, options: MarkdownOptions, *, mdx: bool) -> tuple[list[Token], Scan]:
    body = body.replace("\r", "\n").replace("\0", "\ufffd")
    scan = Scan(Budget(len(body)), body, options)
    tokens = _parser(mdx=mdx).parse(body, {"scan": scan})
    deep = next((token for token in tokens if token.level >= MAX_NESTING - 1), None)
    if deep:
        line = deep.map[0] if deep.map else 0
        scan.report(f"nested {MAX_NESTING} deep; nothing inside of it is read", line)
    if scan.budget.left <= 0:
        scan.report(
            "too many tags, braces, brackets or quotes without an end; some are read as text", 0
        )
    if mdx:
        for message, line in unbalanced(tokens):
            scan.report(message, line)
    return tokens, scan


def _imports(tokens: list[Token], scope: Scope) -> dict[str, str]:
    """The Markdown files among the page's imports; exported constants go to the scope."""
    imports: dict[str, str] = {}
    for token in tokens:
        if token.type == "module":
            scope.add_module(token.content)
            for name, double, single in _IMPORT.findall(token.content):
                path = unescaped(double or single)
                if PurePosixPath(path).suffix in (".md", ".mdx"):
                    imports[name] = path
    return imports


def _partials(
    imports: dict[str, str], partial: Partial | None
) -> dict[str, Callable[[], MarkdownPage | None]]:
    if partial is None:
        return {}
    return {name: functools.partial(partial, path) for name, path in imports.items()}
