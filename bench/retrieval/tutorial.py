"""The script of every tutorial: Markdown files as they are, a splitter of headers, then 1,000
characters with 200 of overlap, one dense search.

The splitters do what LangChain's `MarkdownHeaderTextSplitter`, for the usual three levels, and its
`RecursiveCharacterTextSplitter` do. A page's URL is given, which such a script has to guess; a
section's is its header as GitHub would make an anchor of it: the script knows nothing of `{#ids}`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from app.retrieval.embedders import Embedder
from app.retrieval.evaluation import Judged, Ranking
from ingest.docusaurus import Site
from ingest.run import Report, published

SIZE, OVERLAP = 1_000, 200
_SEPARATORS = ("\n\n", "\n", " ", "")
_HEADER = re.compile(r"(#{1,3}) +(.*)")
_FENCE = re.compile(r"```|~~~")


async def tutorial(site: Site, embedder: Embedder, asked: Sequence[Judged]) -> list[Ranking]:
    pieces = [
        piece
        for page in published(site, Report())
        for piece in _pieces(site.root / page.source, page.url)
    ]
    vectors = np.array(await embedder.embed([text for _, text in pieces]))
    made: list[Ranking] = []
    for question in asked:
        scores = vectors @ np.array(await embedder.embed_question(question.query))
        urls: dict[str, float] = {}
        for place in np.argsort(-scores)[:200]:
            urls.setdefault(pieces[place][0], float(scores[place]))
        made.append(Ranking(question, tuple(urls.items()), refused=False, seconds=0.0))
    return made


def _pieces(file: Path, page: str) -> Iterator[tuple[str, str]]:
    for url, lines in _sections(file.read_text(encoding="utf-8").splitlines(), page):
        blocks = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))  # joined as LangChain joins them
        for piece in split("  \n".join(blocks)):
            yield url, piece


def _sections(lines: Sequence[str], page: str) -> Iterator[tuple[str, list[str]]]:
    url, held = page, list[str]()
    fence = ""
    for line in map(str.strip, lines):
        if marker := _FENCE.match(line):
            fence = "" if fence == marker[0] else fence or marker[0]
        header = None if fence else _HEADER.fullmatch(line)
        if header is None:
            held.append(line)
            continue
        yield url, held
        title = header[1] == "#"
        url, held = page if title else f"{page}#{_slug(header[2])}", []
    yield url, held


def _slug(header: str) -> str:
    return re.sub(r"[^\w\- ]", "", header.lower()).replace(" ", "-")


def split(text: str, separators: Sequence[str] = _SEPARATORS) -> list[str]:
    """Recursively by the first separator that occurs, then merged up to the size."""
    if len(text) <= SIZE:
        return [text] if text.strip() else []
    separator = next(s for s in separators if s in text)
    rest = separators[separators.index(separator) + 1 :]
    parts = text.split(separator) if separator else list(text)
    small: list[str] = []
    made: list[str] = []
    for part in parts:
        if len(part) <= SIZE:
            small.append(part)
            continue
        made += _merged(small, separator)
        small = []
        made += split(part, rest)
    return made + _merged(small, separator)


def _merged(parts: Sequence[str], separator: str) -> list[str]:
    made: list[str] = []
    held: list[str] = []
    for part in parts:
        if held and len(separator.join([*held, part])) > SIZE:
            made.append(separator.join(held))
            while held and len(separator.join(held)) > OVERLAP:
                held.pop(0)
        held.append(part)
    if held:
        made.append(separator.join(held))
    return [piece for piece in map(str.strip, made) if piece]
