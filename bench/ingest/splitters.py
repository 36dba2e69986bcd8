"""How long well-known splitters take to read and split docs: seconds of CPU, medians of five.

It runs in an environment of its own:

    python3 -m venv /tmp/splitters
    /tmp/splitters/bin/pip install langchain-text-splitters llama-index-core markdown \
        markdown-it-py beautifulsoup4 lxml tokenizers
    TOKENIZERS_PARALLELISM=false /tmp/splitters/bin/python bench/ingest/splitters.py TOKENIZER SITE…

TOKENIZER is the packaged embedder's, `wordllama/tokenizers/l2_supercat_tokenizer_config.json` in
the project's own environment: chunks are of 256 of its tokens, unless it says otherwise.
"""

# pyright: basic
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import markdown
from bs4 import BeautifulSoup
from langchain_text_splitters import (
    HTMLHeaderTextSplitter,
    MarkdownHeaderTextSplitter,
    RecursiveCharacterTextSplitter,
)
from llama_index.core import Document
from llama_index.core.node_parser import MarkdownNodeParser, SentenceSplitter
from markdown_it import MarkdownIt
from tokenizers import Tokenizer

Split = Callable[[str], list[Any]]

LIMIT = 256
HEADINGS = [(f"h{depth}", f"h{depth}") for depth in range(1, 7)]
MARKS = [("#" * depth, f"h{depth}") for depth in range(1, 7)]


def langchain(cut: RecursiveCharacterTextSplitter) -> Split:
    at_headings = MarkdownHeaderTextSplitter(MARKS, strip_headers=False)
    return lambda text: cut.split_documents(at_headings.split_text(text))


def llama_index(ids: Callable[[str], list[int]]) -> Split:
    nodes = MarkdownNodeParser()
    cut = SentenceSplitter(chunk_size=LIMIT, chunk_overlap=0, tokenizer=ids)
    return lambda text: cut.get_nodes_from_documents(
        nodes.get_nodes_from_documents([Document(text=text)])
    )


def through_html(cut: RecursiveCharacterTextSplitter) -> Split:
    at_headings = HTMLHeaderTextSplitter(HEADINGS)
    extensions = ["tables", "fenced_code"]
    return lambda text: cut.split_documents(
        at_headings.split_text(markdown.markdown(text, extensions=extensions))
    )


def through_soup(cut: RecursiveCharacterTextSplitter) -> Split:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    names = {name for name, _ in HEADINGS}

    def split(text: str) -> list[Any]:
        soup = BeautifulSoup(parser.render(text), "lxml")
        sections: list[list[str]] = [[]]
        for element in (soup.body or soup).children:
            if getattr(element, "name", None) in names:
                sections.append([])
            sections[-1].append(element.get_text())
        return [part for section in sections for part in cut.split_text("\n".join(section))]

    return split


def splitters(tokenizer: Tokenizer) -> dict[str, Split]:
    def ids(text: str) -> list[int]:
        return tokenizer.encode_batch_fast([text], add_special_tokens=False)[0].ids

    by_tokens = RecursiveCharacterTextSplitter(
        chunk_size=LIMIT, chunk_overlap=0, length_function=lambda text: len(ids(text))
    )
    by_characters = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=200)
    alone = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return {
        "LangChain, at headings, 1,000 characters": langchain(by_characters),
        "LangChain, at headings": langchain(by_tokens),
        "LlamaIndex, Markdown and sentences": llama_index(ids),
        "markdown-it-py, BeautifulSoup, LangChain": through_soup(by_tokens),
        "Markdown, LangChain's splitter of HTML": through_html(by_tokens),
        "markdown-it-py alone, nothing split": alone.parse,
    }


def seconds(split: Split, texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        split(text)
    return time.process_time() - start


def main(tokenizer: str, *sites: str) -> None:
    loaded = Tokenizer.from_file(tokenizer)
    loaded.no_padding()
    loaded.no_truncation()
    docs = [
        [file.read_text(errors="replace") for file in sorted(Path(site).rglob("*.md*"))]
        for site in sites
    ]
    print("| |", " | ".join(Path(site).name for site in sites), "|")
    print("|---" * (len(sites) + 1) + "|")
    for name, split in splitters(loaded).items():
        times = [statistics.median(seconds(split, texts) for _ in range(5)) for texts in docs]
        print(f"| {name} |", " | ".join(f"{each:.2f} s" for each in times), "|", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
