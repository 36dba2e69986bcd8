import asyncio
import json
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from app.cli import options

if TYPE_CHECKING:
    from app.retrieval.passages import Passage


@click.command("search")
@click.argument("question")
@options.data
@options.collection
@click.option("--limit", type=click.IntRange(1), default=8, show_default=True, help="Passages.")
@options.as_json
def command(
    question: str, data: Path | None, collection: str | None, limit: int, as_json: bool
) -> None:
    """Show the passages that a question finds, best first, with their scores.

    \b
    Examples:
      askdocs search "How do I install it?"
      askdocs search --limit 3 --json "How do I install it?"
    """
    flags = {"data": data, "collection": collection}
    passages = asyncio.run(_search(question, limit, flags))
    if as_json:
        click.echo(json.dumps([_fields(passage) for passage in passages], ensure_ascii=False))
        return
    for passage in passages:
        click.echo(_shown(passage))
    if not passages:
        click.echo("Nothing was found.")


async def _search(question: str, limit: int, flags: dict[str, Any]) -> list["Passage"]:
    from app.settings.checks import check_search
    from app.settings.environment import load_settings

    settings = load_settings(check_search, **flags)

    from app.cli.index import open_retriever

    async with open_retriever(settings) as retriever:
        return await retriever.search(question, limit=limit)


def _fields(passage: "Passage") -> dict[str, Any]:
    chunk = passage.chunk
    return {
        "title": chunk.title,
        "breadcrumb": chunk.breadcrumb,
        "url": chunk.url,
        "source": chunk.source,
        "score": passage.score,
        "dense": passage.dense,
        "sparse": passage.sparse,
        "page_dense": passage.page_dense,
        "page_sparse": passage.page_sparse,
        "why": passage.why,
        "text": chunk.text,
    }


def _shown(passage: "Passage") -> str:
    reasons = sorted(passage.why.items(), key=lambda reason: -abs(reason[1]))
    parts = ", ".join(f"{name} {added:+.2f}" for name, added in reasons)
    return (
        f"{passage.score:5.2f}  {passage.chunk.path}\n"
        f"       {passage.chunk.url}  ({parts})\n"
        f"       {shorten(passage.chunk.text, 200, placeholder=' …')}\n"
    )
