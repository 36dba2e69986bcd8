"""Chunks as they are stored, passages as they are found."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_TELLING = 40  # characters of prose that say what code is about
_FENCED = re.compile(r"^(```+|~~~+)[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a section as it is stored.

    `id` is a UUID derived from the chunk's place (page, heading, position within the section):
    it stays when the text changes. `digest` covers everything that is stored.
    """

    id: str
    url: str
    """Of the section: absolute or site-relative, with the heading's fragment."""
    page: str
    """The page's URL: `url` without the fragment."""
    title: str
    """The page's title, as plain text."""
    breadcrumb: tuple[str, ...]
    """Headings from the page's first level down to this section; empty for a page's opening."""
    text: str
    source: str
    """Path of the file, relative to the docs folder."""
    ordinal: int
    """Position within the page, from 0: neighbours differ by one."""
    tokens: int
    version: str = ""
    locale: str = ""
    digest: str = ""

    @property
    def heading(self) -> str:
        return self.breadcrumb[-1] if self.breadcrumb else self.title

    @property
    def embedded(self) -> str:
        """What the embedder reads: the place before the text finds more than the text alone, and
        blocks of code, where there is prose beside them, hide what it says."""
        prose, _ = prose_and_code(self.text)
        text = prose if len(prose) >= _TELLING else self.text
        return f"{' > '.join((self.title, *self.breadcrumb))}\n{text}"

    @property
    def path(self) -> str:
        """Title and headings, as a reader would name the place."""
        return " › ".join((self.title, *self.breadcrumb))


@dataclass(slots=True, kw_only=True)
class Passage:
    """A chunk as found for a question. Scores grow with relevance.

    Not to be changed, and not frozen: a search makes hundreds, which would take twice as long.
    """

    chunk: Chunk
    score: float
    dense: float = 0.0
    """Cosine of question and chunk; 0 when the dense search did not return it."""
    sparse: float = 0.0
    """BM25 of question and chunk; 0 when the sparse search did not return it."""
    page_dense: float = 0.0
    """Cosine of question and whole page; 0 when that search did not return it."""
    page_sparse: float = 0.0
    """BM25 of question and whole page, likewise."""
    why: Mapping[str, float] = field(default_factory=dict[str, float])
    """What each reason adds to the score."""


class Found(list[Passage]):
    """The passages of a search, best first, with those that would be if no reranker had a say:
    whether the docs answer at all is told by these, as it was calibrated."""

    def __init__(self, passages: Iterable[Passage], own: Sequence[Passage]) -> None:
        super().__init__(passages)
        self.own = own


def prose_and_code(text: str) -> tuple[str, str]:
    """A text without its fenced blocks of code, and what is in those."""
    code = "\n".join(match.group(2) for match in _FENCED.finditer(text))
    return _FENCED.sub("", text).strip(), code


@dataclass(frozen=True, slots=True)
class NumberedPassage:
    """A passage as a model reads it; `number` is what it cites."""

    number: int
    path: str
    url: str
    text: str


def page_path(url: str) -> str:
    """The path of a page's URL, by which it is known whatever the site's address is: without
    host, query, fragment and trailing slash, percent-decoded; empty when it is no URL at all."""
    try:
        path = urlsplit(url.strip()).path
    except ValueError:
        return ""
    return f"/{unquote(path).strip('/')}"


DOUBTED = (
    "The documentation does not seem to answer this: say so, and name the closest of these pages."
)
"""What a tool says before passages that were found for a question that is to be refused."""

_CLOSING = re.compile(r"<(\\*/\s*passage)", re.IGNORECASE)
_HELD_OPEN = re.compile(r"<\\(\\*/\s*passage)", re.IGNORECASE)


def rendered(passages: Iterable[NumberedPassage]) -> str:
    """What a tool hands to the model. A page's text cannot close its own frame."""
    return "\n\n".join(
        f'<passage n="{p.number}" title="{html.escape(p.path)}" url="{html.escape(p.url)}">\n'
        + _CLOSING.sub(r"<\\\1", p.text)
        + "\n</passage>"
        for p in passages
    )


_PASSAGE = re.compile(
    r'<passage n="(\d+)" title="([^"]*)" url="([^"]*)">\n(.*?)\n</passage>', re.DOTALL
)


def parsed(text: str) -> list[NumberedPassage]:
    """The inverse of `rendered`; text around the passages is passed over."""
    return [
        NumberedPassage(
            int(number),
            html.unescape(path),
            html.unescape(url),
            _HELD_OPEN.sub(r"<\1", body),
        )
        for number, path, url, body in _PASSAGE.findall(text)
    ]
