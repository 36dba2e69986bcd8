"""Documents → chunks: sections, cut where they are too long. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from app.retrieval.passages import Chunk
from app.retrieval.tokens import estimated_tokens
from ingest.documents import Document
from ingest.markdown import Block, Section

RULES = "2"  # of cutting: others give other chunks
LIMIT = 256  # tokens, estimated: the same on every machine

Piece = tuple[str, int]
"""A text and its tokens."""

_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")


def chunks(document: Document) -> list[Chunk]:
    """In the page's order; a section without text has none.

    Ids follow from the place (URL, heading, position in the section), so that a changed text
    changes its chunk, and the page's first, and no other.
    """
    made: list[Chunk] = []
    seen: Counter[str] = Counter()
    for section in document.page.sections:
        url = f"{document.url}#{section.anchor}" if section.anchor else document.url
        for piece in _texts(section):
            place = f"{url} {seen[url]}"
            seen[url] += 1
            made.append(_chunk(document, section, url, place, piece, len(made)))
    if made:  # the first stands for the page, too: it changes with any of the others
        digest = _digest([chunk.digest for chunk in made])
        made[0] = replace(made[0], digest=digest)
    return made


def _chunk(
    document: Document, section: Section, url: str, place: str, piece: Piece, ordinal: int
) -> Chunk:
    text, tokens = piece
    chunk = Chunk(
        id=str(uuid5(NAMESPACE_URL, f"askdocs:{document.version}:{document.locale}:{place}")),
        url=url,
        page=document.url,
        title=document.title,
        breadcrumb=section.breadcrumb,
        text=text,
        source=document.source,
        ordinal=ordinal,
        tokens=tokens,
        version=document.version,
        locale=document.locale,
    )
    return replace(chunk, digest=_digest(chunk))


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:32]


def _texts(section: Section) -> Iterator[Piece]:
    """The section's blocks, as many together as fit."""
    held: list[str] = []
    size = 0
    for text, cost in _pieces(section.blocks):
        if held and size + cost > LIMIT:
            yield _together(held, size)
            held, size = [], 0
        held.append(text)
        size += cost
    if held:
        yield _together(held, size)


def _together(texts: list[str], size: int) -> Piece:
    """A blank line costs one more token."""
    return "\n\n".join(texts), size + len(texts) - 1


def _pieces(blocks: Iterable[Block]) -> Iterator[Piece]:
    """Blocks that fit stay whole; others are cut where their kind allows it."""
    for block in blocks:
        text = block.markdown.strip()
        if not text:
            continue
        cost = estimated_tokens(text)
        if cost <= LIMIT:
            yield text, cost
        else:
            for part in _parts(block):
                yield part, estimated_tokens(part)


def _parts(block: Block) -> Iterator[str]:
    if block.kind == "code":
        for part in _filled(block.text.split("\n"), "\n"):
            yield replace(block, text=part).markdown
    elif block.kind == "table":
        header, *rows = block.text.split("\n")
        cost = estimated_tokens(header)
        if cost > LIMIT // 2:  # too long to be said above each part
            yield from _filled([header, *rows], "\n")
        else:
            for part in _filled(rows, "\n", cost):
                yield f"{header}\n{part}"
    else:
        yield from _filled(_sentences(block.text), "")


def _sentences(text: str) -> list[str]:
    """Lines of sentences, each with the white space that follows it."""
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    starts = [0, *ends]
    return [text[a:b] for a, b in zip(starts, [*ends, len(text)], strict=True)]


def _filled(parts: Iterable[str], joint: str, reserved: int = 0) -> Iterator[str]:
    """Parts joined up to the limit; one that is too long by itself is cut between words."""
    held: list[str] = []
    size = reserved
    for part in parts:
        for text, cost in _cut(part, LIMIT - reserved):
            if held and size + cost > LIMIT:
                yield joint.join(held).strip("\n" if joint else None)
                held, size = [], reserved
            held.append(text)
            size += cost
    if text := joint.join(held).strip("\n" if joint else None):
        yield text


def _cut(part: str, limit: int) -> Iterator[Piece]:
    cost = estimated_tokens(part)
    if cost <= limit:
        yield part, cost
        return
    middle = len(part) // 2
    space = part.rfind(" ", 1, middle + 1)
    at = space + 1 if space > 0 else max(1, middle)
    yield from _cut(part[:at], limit)
    yield from _cut(part[at:], limit)
