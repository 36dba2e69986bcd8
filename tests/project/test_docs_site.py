"""The project's own docs: read by ingest, true to the code, and found by the demo's questions."""

import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import click
import pytest

from app.cli import cli
from app.retrieval.collections import open_collection
from app.retrieval.embedders import open_embedder
from app.retrieval.retriever import Retriever
from app.settings.example import example
from ingest.documents import Document, documents, open_site
from ingest.run import Report, ingest, sections
from tests.project.checkout import ROOT

DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "docs").rglob("*.md*"))
SETTINGS = set(re.findall(r"^# ([A-Z_]+)=", example(), re.MULTILINE))
VARIABLE = r"\b(?:ASKDOCS_[A-Z_]+|[A-Z]+_API_KEY|(?:DATABASE|QDRANT)_URL|PORT)\b"

QUESTIONS = {
    "How do I index my own docs?": "/start/index-your-docs",
    "Which models can answer without a key?": "/owners/models",
    "How do I use Ollama?": "/owners/models",
    "How do I put the chat on my Docusaurus site?": "/owners/embed",
    "Can I use OpenAI embeddings?": "/owners/embedders",
    "What happens when the docs change?": "/start/index-your-docs",
    "How do I run it with Docker Compose?": "/owners/deployment",
    "Which nginx configuration does streaming need?": "/owners/deployment",
    "Is the conversation of a reader private?": "/owners/security",
    "What is the default of ASKDOCS_SESSION_DAYS?": "/reference/settings",
    "Why do answers arrive all at once?": "/reference/troubleshooting",
    "How do I measure search quality?": "/owners/measure",
    "Which URL does a page get?": "/start/index-your-docs",
    "How do citations get their links?": "/engineers/answers",
}


def test_every_page_is_read_without_a_mistake() -> None:
    read = list(documents(open_site(DOCS)))
    assert len(read) == len(PAGES) >= 12
    assert [d for d in read if not isinstance(d, Document) or d.errors] == []
    assert all(d.page.description for d in read if isinstance(d, Document))


def test_every_link_leads_to_a_heading_that_is_there() -> None:
    read = [d for d in documents(open_site(DOCS)) if isinstance(d, Document)]
    pages = {d.source: d.url for d in read}
    anchors = {(s["source"], s["anchor"]) for s in sections(open_site(DOCS), Report())}
    checked = 0
    for source in pages:
        for target in re.findall(r"\]\((\.[^)\s]+)\)", (DOCS / source).read_text()):
            file, _, anchor = target.partition("#")
            path = urljoin(source, file)
            assert path in pages, f"{source}: {target}"
            assert not anchor or (path, anchor) in anchors, f"{source}: {target}"
            checked += 1
    assert checked > 10


def test_every_setting_is_on_the_settings_page_and_none_is_invented() -> None:
    page = (DOCS / "docs" / "03-reference" / "settings.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE)) == SETTINGS
    for path in PAGES:
        assert set(re.findall(VARIABLE, path.read_text())) <= SETTINGS, path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_commands_exist_and_take_what_is_shown(page: Path) -> None:
    for line in re.findall(r"\baskdocs ([a-z]+ [^`\n]*|[a-z]+)", code(page)):
        name, *arguments = shlex.split(line.partition(" > ")[0])
        assert name in cli.commands, line
        command = cli.commands[name]
        _, left, _ = command.make_parser(click.Context(command)).parse_args(arguments)
        assert not left, line


def test_messages_are_those_of_the_code() -> None:
    """What stands between two `…`, which are values, is in the source."""
    files = (path for room in ("app", "ingest") for path in (ROOT / room).rglob("*.py"))
    source = re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in files))
    page = (DOCS / "docs" / "03-reference" / "troubleshooting.md").read_text()
    quoted = re.findall(r"^```text.*?\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    parts = [part.strip() for block in quoted for part in re.split(r"[…;\n]", block)]
    assert len(quoted) > 5
    assert [part for part in parts if part not in source] == []


def test_every_command_is_on_the_commands_page() -> None:
    page = (DOCS / "docs" / "03-reference" / "commands.md").read_text()
    assert set(re.findall(r"^\| `askdocs (\S+)`", page, re.MULTILINE)) == set(cli.commands)


def code(page: Path) -> str:
    text = page.read_text()
    blocks = re.findall(r"^```sh.*?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return "\n".join((*blocks, *re.findall(r"`(askdocs [^`]+)`", text)))


@pytest.fixture
async def retriever() -> AsyncIterator[Retriever]:
    async with (
        open_collection("memory://", "docs") as collection,
        open_embedder("wordllama:") as embedder,
    ):
        await ingest(open_site(DOCS), collection, embedder)
        yield Retriever(collection, embedder)


async def test_the_demos_questions_find_their_pages(retriever: Retriever) -> None:
    missed: dict[str, list[str]] = {}
    for question, page in QUESTIONS.items():
        found = [p.chunk.page for p in await retriever.search(question, limit=3)]
        if not any(url.endswith(page) for url in found):
            missed[question] = found
    assert missed == {}
