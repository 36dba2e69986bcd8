"""`python -m bench.stream`: about three minutes; a table, a plot and JSON."""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from app.retrieval.collections import open_collection
from app.retrieval.embedders import open_embedder
from app.settings import Settings
from bench.stream.measures import PACE, Bench, Paced, partial_answers
from bench.stream.ours import SEARCHES
from bench.stream.plot import plotted
from bench.stream.processes import OTHER_CORE, SERVER_CORE, Process, process
from bench.stream.readers import Readers
from bench.stream.table import table
from ingest.documents import open_site
from ingest.run import ingest

SLOW_PACE = 5  # tokens a second, where a thousand streams are open
Figures = dict[str, Any]


async def measured(provider: Process, slow: Process, folder: Path, only: str) -> Figures:
    figures: Figures = {
        "relay": await _passed_on("bench.stream.relay", provider),
        "passing": await _passed_on("bench.stream.passing", provider),
        "empty": await _empty(provider),
    }
    if only != "ours":
        figures["stock"] = await _stock(provider, slow)
    if only != "stock":
        figures["ours"] = await _ours(provider, slow, folder)
    return figures


async def _passed_on(module: str, provider: Process) -> Figures:
    with process(module, provider.url, core=SERVER_CORE) as server:
        bench = Bench(server, provider, Readers(server.url))
        cpu = sorted([await bench.relayed(10, 4) for _ in range(3)])[1]
        return {"cpu": cpu, "busy": await bench.relayed(100, 4)}


async def _empty(provider: Process) -> Figures:
    async with _running("bench.stream.empty", provider) as bench:
        return await _turns(bench)


async def _turns(bench: Bench) -> Figures:
    """One after the other, with the time to the first token; then a hundred at once."""
    turn, first = await _thrice(lambda: bench.turns(80))
    crowd = statistics.median([await bench.crowd(100) for _ in range(5)])
    return {"turn": turn, "first": first, "crowd": crowd}


async def _stock(provider: Process, slow: Process) -> Figures:
    f: Figures = {}
    async with _running("bench.stream.stock", provider) as bench:
        f |= await _turns(bench)
        f["saturated"], f["rate"] = await _thrice(lambda: bench.saturated(100, 400))
        f |= asdict(await _paced(bench))
    async with _running("bench.stream.stock", provider) as bench:  # readers who left cost it
        f["streams"], f["lags"] = await bench.most_streams(4, 2)
    async with _running("bench.stream.stock", provider) as bench:
        f["stalled"] = await bench.stalled(2, 5)
    async with _running("bench.stream.stock", slow) as bench:
        f["memory"] = await bench.held(100)
    return f


async def _ours(provider: Process, slow: Process, folder: Path) -> Figures:
    f: Figures = {}
    module = "bench.stream.ours"
    plain = str(folder / "plain")
    async with _running(module, provider, plain) as bench:
        f |= await _turns(bench)
        f["saturated"], f["rate"] = await _thrice(lambda: bench.saturated(100, 400))
        f |= asdict(await _paced(bench))
        busy = await bench.paced(100, 4)
        f["busy"], f["merged"] = busy.cpu, busy.merged
        f["streams"], f["lags"] = await bench.most_streams(25, 2)
    async with _running(module, provider, str(folder / "bare"), "--bare") as bench:
        f["bare"] = await _turns(bench)
    async with _running(module, provider, plain) as bench:
        f["stalled"] = await bench.stalled(50, 5)
    async with _running(module, slow, str(folder / "leaving")) as bench:
        kept = lambda: partial_answers(folder / "leaving" / "askdocs.db")  # noqa: E731 - a thunk
        f["memory"] = await bench.held(100)
        before = kept()  # of the readers above, who left too
        f["left"] = asdict(await bench.leaving(1_000, lambda: kept() - before))
    indexed = folder / "indexed"
    await _index(indexed)
    async with _running(module, provider, str(indexed), "--search") as bench:
        _, f["first"] = await bench.turns(40)
    searches = (indexed / SEARCHES).read_text().split()
    f["search"] = statistics.median(float(seconds) for seconds in searches[-40:])
    return f


async def _paced(bench: Bench) -> Paced:
    return sorted([await bench.paced(10, 4) for _ in range(3)], key=lambda p: p.cpu)[1]


async def _thrice(measure: Callable[[], Awaitable[tuple[float, float]]]) -> tuple[float, float]:
    """The median: what else the machine does comes and goes."""
    return sorted([await measure() for _ in range(3)])[1]


@asynccontextmanager
async def _running(module: str, provider: Process, *arguments: str) -> AsyncGenerator[Bench, None]:
    with process(module, provider.url, *arguments, core=SERVER_CORE) as server:
        readers = await Readers.of(server.url, identity=bool(arguments))
        bench = Bench(server, provider, readers)
        await bench.warm()
        yield bench


async def _index(folder: Path) -> None:
    settings = Settings(data=folder)
    async with (
        open_collection(settings.qdrant_url, settings.collection) as collection,
        open_embedder(settings.embedder) as embedder,
    ):
        await ingest(open_site(Path("docs"), url="https://docs.example"), collection, embedder)


def main() -> None:
    cli = argparse.ArgumentParser(prog="python -m bench.stream", description=__doc__)
    cli.add_argument("--only", choices=["stock", "ours"], default="")
    cli.add_argument("--json", type=Path, help="where the figures go")
    cli.add_argument("--svg", type=Path, help="where the plot goes")
    asked = cli.parse_args()
    os.sched_setaffinity(0, {OTHER_CORE})
    with (
        tempfile.TemporaryDirectory() as folder,
        process("bench.stream.provider", str(PACE), core=OTHER_CORE) as provider,
        process("bench.stream.provider", str(SLOW_PACE), core=OTHER_CORE) as slow,
    ):
        figures = asyncio.run(measured(provider, slow, Path(folder), asked.only))
    figures["machine"] = f"Python {platform.python_version()}, {platform.machine()}, one core"
    if asked.json:
        asked.json.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    if asked.only:
        print(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode())
        return
    print(table(figures))
    if asked.svg:
        asked.svg.write_text(plotted(figures))


if __name__ == "__main__":
    main()
