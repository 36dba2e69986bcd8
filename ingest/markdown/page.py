"""What a Markdown page is read into: its headings with their ids, and its sections' text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MarkdownFormat = Literal["mdx", "md", "detect"]
BlockKind = Literal["prose", "code", "table"]

ADMONITIONS = (
    "secondary",
    "info",
    "success",
    "danger",
    "note",
    "tip",
    "warning",
    "important",
    "caution",
)


@dataclass(frozen=True, slots=True)
class SourceError:
    """A mistake in a source that Docusaurus would refuse; what could be read was read."""

    message: str
    line: int | None = None  # 1-based, in the file

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """The `markdown` settings of a site's configuration that change text or ids.

    Two of `mdx1Compat` are not among them. Where `headingIds` is off, `## Heading {#id}` does
    not compile, so reading the id is right either way. Where `admonitions` is off,
    `:::note Title` is shown as it is written; it is read as the admonition that it should be.
    """

    comments: bool = True  # mdx1Compat.comments: `<!-- -->` is allowed in MDX
    maintain_case: bool = False  # anchors.maintainCase: ids are not lower-cased
    admonition_keywords: tuple[str, ...] = ADMONITIONS


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the file itself.

    `id` is what Docusaurus computes, `""` where there is none. An h1 has one here, because
    it takes part in the numbering, but none in the page's HTML.
    """

    depth: int
    id: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that should not be cut in two.

    `text` is plain text as a reader sees it: code as it is written, a table as one line per
    row with ` | ` between its cells, the header first. `language` and `title` belong to code.
    """

    kind: BlockKind
    text: str
    language: str = ""
    title: str = ""

    @property
    def markdown(self) -> str:
        """The text with code fenced, its title above the fence."""
        if self.kind != "code":
            return self.text
        fence = "```"
        while fence in self.text:
            fence += "`"
        title = f"{self.title}:\n" if self.title else ""
        return f"{title}{fence}{self.language}\n{self.text}\n{fence}"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it, up to the next heading of any depth.

    The page's opening (text before any heading) has depth 0, an empty heading and no
    breadcrumb. `anchor` is None where the HTML has no id: the opening, every h1, and
    headings without a slug. The breadcrumb holds the headings above and this one; the h1
    that is the page's title is left out of it, so the page's title can be put in front.
    """

    heading: str
    anchor: str | None
    depth: int
    breadcrumb: tuple[str, ...]
    line: int  # 1-based in the file; of a partial's section: where the page shows the partial
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class MarkdownPage:
    """`content_title` is Docusaurus's raw string (`A **b**`), `shown_title` the clean one.

    `description` is the front matter's, else Docusaurus's excerpt (one line, often poor).
    `imports` names the Markdown files that the page imports as components: name → path as
    written. `headings` are those of the file itself; `sections` include the partials'.
    """

    front_matter: Mapping[str, Any]
    content_title: str | None
    shown_title: str | None
    description: str | None
    headings: tuple[Heading, ...]
    sections: tuple[Section, ...]
    imports: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: tuple[SourceError, ...] = ()


Partial = Callable[[str], MarkdownPage | None]
"""Gives the page of an imported file, by its path as written; None: not there.

The caller resolves the path, parses the file with a `Partial` of its own, and stops cycles.
"""
