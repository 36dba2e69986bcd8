"""What a page of a built site says of itself, before its text. Pure: no I/O."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from ingest.markdown.text import tidy

_GENERATED = re.compile(r"(?:^|\s)plugin-(?:docs|blog|pages)(?:\s|$)")
_WRITTEN = re.compile(r"(?:^|\s)(?:docs-doc-page|blog-post-page|mdx-page)(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself. Each is empty where it does not say."""

    canonical: str = ""
    title: str = ""
    version: str = ""
    """Docusaurus's name of the docs version, not its label; empty for blog posts and pages."""
    plugin: str = ""
    """Which docs the version is of, where a site has several."""
    locale: str = ""
    hidden: bool = False
    """Search engines are told to leave it out, or it leads to another page."""
    written: bool = True
    """False for the lists of posts, tags and categories that Docusaurus generates."""


def read_head(text: str) -> Head:
    reader = _Reader()
    reader.feed(text.partition("</head>")[0])
    return reader.heading.head


class Heading:
    """Tags and text as they come, up to where the page's own text begins."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}
        self._title: str | None = None  # while in <title>

    @property
    def head(self) -> Head:
        said = self._said
        version = said.get("docusaurus_version", "")
        tag = said.get("docusaurus_tag", "")
        classes = said.get("class", "")
        return Head(
            canonical=said.get("canonical", ""),
            title=tidy(said.get("title", "")),
            version=version if tag.startswith("docs-") else "",
            plugin=tag.removesuffix(version),
            locale=said.get("docusaurus_locale") or said.get("lang", ""),
            hidden="noindex" in said.get("robots", "") or "refresh" in said,
            written=not _GENERATED.search(classes) or bool(_WRITTEN.search(classes)),
        )

    def start(self, tag: str, given: dict[str, str]) -> None:
        match tag:
            case "html":
                self._said |= {"lang": given.get("lang", ""), "class": given.get("class", "")}
            case "title" if "title" not in self._said:
                self._title = ""
            case "link" if given.get("rel") == "canonical":
                self._said["canonical"] = given.get("href", "")
            case "meta":
                name = given.get("name") or given.get("http-equiv", "").lower()
                self._said.setdefault(name, given.get("content", ""))
            case _:
                pass

    def end(self, tag: str) -> None:
        if tag == "title":
            self._said.setdefault("title", self._title or "")
            self._title = None

    def text(self, data: str) -> None:
        if self._title is not None:
            self._title += data


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heading = Heading()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.heading.start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self.heading.end(tag)

    def handle_data(self, data: str) -> None:
        self.heading.text(data)
