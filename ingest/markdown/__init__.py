"""Markdown and MDX, as Docusaurus reads them, to sections of plain text. Pure: no I/O."""

from ingest.markdown.frontmatter import FrontMatter, front_matter
from ingest.markdown.page import (
    Block,
    Heading,
    MarkdownOptions,
    MarkdownPage,
    Partial,
    Section,
    SourceError,
)
from ingest.markdown.parser import parse
from ingest.markdown.slugs import Slugger, slug

__all__ = [
    "Block",
    "FrontMatter",
    "Heading",
    "MarkdownOptions",
    "MarkdownPage",
    "Partial",
    "Section",
    "Slugger",
    "SourceError",
    "front_matter",
    "parse",
    "slug",
]
