import asyncio
import json
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import click

from app.cli import options

PATIENCE = 300
"""Seconds that a server may take for an answer."""


class AskError(Exception):
    """The server that was asked gave no answer."""


@click.command("ask")
@click.argument("question")
@options.data
@options.collection
@click.option("--model", metavar="URL", help="The model that answers.")
@click.option("--server", metavar="URL", help="Ask a running server instead.")
def command(
    question: str, data: Path | None, collection: str | None, model: str | None, server: str | None
) -> None:
    """Answer one question here, streamed, with its sources.

    \b
    Examples:
      askdocs ask "How do I install it?"
      askdocs ask --model http://localhost:11434/v1#llama3.2 "How do I install it?"
      askdocs ask --server http://127.0.0.1:8000 "How do I install it?"
    """
    if server:
        text, sources = _post(server, question)
        click.echo(text)
        _list(sources)
    else:
        asyncio.run(_ask_here(question, {"data": data, "collection": collection, "model": model}))


async def _ask_here(question: str, flags: dict[str, Any]) -> None:
    from app.settings.checks import check_answer
    from app.settings.environment import load_settings

    settings = load_settings(check_answer, **flags)

    from app.answer.question import Question
    from app.answer.transcript import Transcript, written
    from app.retrieval.collections import CollectionLockedError
    from app.services import open_agent

    transcript = Transcript()
    try:
        async with (
            open_agent(settings) as agent,
            aclosing(written(agent, Question(question), transcript)) as pieces,
        ):
            held = ""  # white space, until it is known not to be the last
            async for piece in pieces:
                text = (held + piece).rstrip()
                held = (held + piece)[len(text) :]
                click.echo(text, nl=False)
    except CollectionLockedError as error:
        raise AskError(f"{error} Or ask the server that has it open: --server URL") from error
    click.echo()
    _list((source.path, source.url) for source in transcript.sources)


def _list(sources: Iterable[tuple[str, str]]) -> None:
    for number, (title, url) in enumerate(sources, 1):
        click.echo(f"{'' if number > 1 else chr(10)}[{number}] {title}\n    {url}")


def _post(server: str, question: str) -> tuple[str, list[tuple[str, str]]]:
    """The text, and title and URL of each source. A refusal is told in the server's words."""
    if urlsplit(server).scheme not in {"http", "https"}:
        raise AskError(f"--server is {server!r}: it starts with http:// or https://")
    request = Request(  # noqa: S310 (the scheme is checked)
        f"{server.rstrip('/')}/chat",
        json.dumps({"query": question}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            answer = json.load(response)
            return answer["response"], [(s["title"], s["url"]) for s in answer["sources"]]
    except (ValueError, KeyError, TypeError) as error:
        raise AskError(f"{server} is no askdocs server: its /chat answered otherwise") from error
    except HTTPError as error:
        raise AskError(f"{server} answered {error.code}: {_message(error)}") from error
    except (URLError, TimeoutError) as error:
        raise AskError(f"{server} does not answer: {getattr(error, 'reason', error)}") from error


def _message(error: HTTPError) -> str:
    try:
        return str(json.load(error)["message"])
    except (ValueError, KeyError, TypeError):
        return error.reason
