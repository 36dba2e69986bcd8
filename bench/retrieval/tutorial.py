"""The script of every tutorial: a splitter of Markdown headers, then 1,000 characters with 200 of
overlap, one dense search. The splitters do what LangChain's `MarkdownHeaderTextSplitter` and
`RecursiveCharacterTextSplitter` do, with the headers kept as metadata for the URL."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.retrieval.embedders import Embedder
from app.retrieval.evaluation import Judged, Ranking
from ingest.documents import Document
from ingest.docusaurus import Site
from ingest.run import Report, published

SIZE, OVERLAP = 1_000, 200
_SEPARATORS = ("\n\n", "\n", " ", "")


async def tutorial(site: Site, embedder: Embedder, asked: Sequence[Judged]) -> list[Ranking]:
    pieces = [piece for page in published(site, Report()) for piece in _pieces(page)]
    vectors = np.array(await embedder.embed([text for _, text in pieces]))
    made: list[Ranking] = []
    for question in asked:
        scores = vectors @ np.array(await embedder.embed_question(question.query))
        urls: dict[str, float] = {}
        for place in np.argsort(-scores)[:200]:
            urls.setdefault(pieces[place][0], float(scores[place]))
        made.append(Ranking(question, tuple(urls.items()), refused=False, seconds=0.0))
    return made


def _pieces(document: Document) -> Iterator[tuple[str, str]]:
    """The usual three levels of headers are split at; deeper ones stay in their text."""
    held: list[tuple[str, str]] = []
    for section in document.page.sections:
        text = "\n\n".join(block.markdown for block in section.blocks)
        if section.depth > 3 and held:
            url, before = held.pop()
            held.append((url, f"{before}\n\n{section.heading}\n\n{text}"))
        else:
            url = f"{document.url}#{section.anchor}" if section.anchor else document.url
            held.append((url, text))
    for url, text in held:
        for piece in split(text):
            yield url, piece


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
