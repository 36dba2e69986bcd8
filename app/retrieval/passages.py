"""Chunks as they are stored, passages as they are found."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk as found for a question. Scores grow with relevance."""

    chunk: Chunk
    score: float
    dense: float = 0.0
    """Cosine of question and chunk; 0 when the dense search did not return it."""
    sparse: float = 0.0
    """BM25 of question and chunk; 0 when the sparse search did not return it."""
