import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import options
from app.cli.failures import foreseen

if TYPE_CHECKING:
    from app.settings import Settings

PASSAGE = "A passage of the usual length. " * 35


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    told: str
    """What is in use, or what is wrong and what to do."""
    well: bool = True


class UnfitError(Exception):
    """A part that could be opened and still cannot do its work."""


@click.command("doctor")
@options.data
@options.collection
@click.option("--call", is_flag=True, help="Ask the model something: this may cost money.")
def command(data: Path | None, collection: str | None, call: bool) -> None:
    """Look at every part: what is in use, what is wrong, what to do.

    The exit status is 1 when something is wrong.

    \b
    Examples:
      askdocs doctor
      askdocs doctor --call
    """
    well = asyncio.run(_report({"data": data, "collection": collection}, call))
    raise click.exceptions.Exit(0 if well else 1)


async def _report(flags: dict[str, Any], call: bool) -> bool:
    from app.settings import SettingsError
    from app.settings.environment import load_settings

    well = True
    try:
        settings = load_settings(**flags)
    except SettingsError as error:
        for mistake in error.mistakes:
            _print(Finding("settings", mistake, well=False))
        return False
    _print(Finding("settings", f"read; data in {settings.data}"))
    async for finding in _findings(settings, call):
        _print(finding)
        well = well and finding.well
    return well


def _print(finding: Finding) -> None:
    mark = click.style("ok   ", fg="green") if finding.well else click.style("wrong", fg="red")
    click.echo(f"{mark}  {finding.part:<10}  {finding.told}")


async def _findings(settings: "Settings", call: bool) -> AsyncIterator[Finding]:
    yield await _found("store", _store(settings))
    yield await _found("embedder", _embedder(settings))
    yield await _found("collection", _collection(settings))
    if settings.reranker:
        yield await _found("reranker", _reranker(settings))
    yield await _found("model", _model(settings, call))
    yield Finding("tokens", _tokens())


async def _found(part: str, looking: Awaitable[str]) -> Finding:
    try:
        return Finding(part, await looking)
    except Exception as error:
        if not foreseen(error):
            raise
        return Finding(part, str(error), well=False)


async def _store(settings: "Settings") -> str:
    from app.settings.checks import shown
    from app.stores import open_store

    async with open_store(settings.database_url) as store:
        await store.ping()
    return shown(settings.database_url)


async def _embedder(settings: "Settings") -> str:
    from app.retrieval.embedders import open_embedder

    key = settings.key_for(settings.embedder)
    async with open_embedder(settings.embedder, api_key=key) as embedder:
        return f"{embedder.name}, {embedder.dimension} dimensions"


async def _collection(settings: "Settings") -> str:
    from app.cli.index import open_index
    from app.retrieval.retriever import check
    from app.settings.checks import shown

    async with open_index(settings) as (collection, embedder):
        if fault := await check(collection, embedder):
            raise UnfitError(fault)
        count = await collection.count()
    return f"{settings.collection}, {count:,} chunks, at {shown(settings.qdrant_url)}"


async def _reranker(settings: "Settings") -> str:
    from app.retrieval.rerankers import open_reranker
    from app.retrieval.reranking import CANDIDATES, PATIENCE

    key = settings.key_for(settings.reranker)
    async with open_reranker(settings.reranker, api_key=key) as reranker:
        started = time.perf_counter()
        await reranker.rerank("Which words are in it?", [PASSAGE] * CANDIDATES)
        seconds = time.perf_counter() - started
    told = f"{reranker.name}, {CANDIDATES} passages in {seconds:.2f} s"
    if seconds > PATIENCE:
        raise UnfitError(f"{told}, and a search waits {PATIENCE:g} s: choose a quicker one.")
    return told


async def _model(settings: "Settings", call: bool) -> str:
    from app.llm import open_model
    from app.settings.checks import shown

    name = shown(settings.model)
    async with open_model(settings.model, api_key=settings.key_for(settings.model)) as model:
        if settings.model == "extractive:":
            return f"{name} quotes the docs, no model is asked"
        if not call:
            return f"{name}, not called: askdocs doctor --call does"
        from agents import Agent, RunConfig, Runner

        run = await Runner.run(
            Agent(name="doctor", model=model),
            "Answer with one word: ready?",
            run_config=RunConfig(tracing_disabled=True),
        )
    return f"{name} answered {run.final_output!r}"


def _tokens() -> str:
    import os

    from app.answer.tokens import ranks

    if ranks(os.environ):
        return "counted exactly, with tiktoken's ranks"
    return "estimated, with a margin: tiktoken's ranks are not on this machine"
