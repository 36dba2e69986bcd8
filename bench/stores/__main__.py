"""What a store's calls cost as threads get longer and lists of threads too.

    python -m bench.stores [--postgres URL] [--plot FILE.svg] [--json FILE]

Ours against the samples' store in memory, in one run. Times are medians, in milliseconds.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chatkit.store import Store
from chatkit.types import AssistantMessageContent, AssistantMessageItem, ThreadMetadata

from app.context import RequestContext
from app.stores import open_store, records
from app.stores.engine import open_engine
from app.stores.transfer import restore
from bench.plot import curves
from bench.stream.stock import MemoryStore as StockStore

SIZES = (10, 1_000, 100_000)
TIMES = 60
START = datetime(2026, 1, 1, tzinfo=UTC)
READER = RequestContext(owner="guest_bench")
LISTER = RequestContext(owner="guest_lister")
CALLS = ("add an item", "load the newest page", "list threads")

Figures = dict[str, dict[str, list[tuple[int, float]]]]


def thread(id_: str, n: int = 0) -> ThreadMetadata:
    return ThreadMetadata(id=id_, created_at=START + timedelta(seconds=n), title="A title")


def item(n: int) -> AssistantMessageItem:
    return AssistantMessageItem(
        id=f"msg_{n:08}",
        thread_id="thr_long",
        created_at=START + timedelta(seconds=n),
        content=[AssistantMessageContent(text="An answer of some length. " * 20)],
    )


def lines(size: int) -> Iterator[str]:
    """A long thread, and another reader's many threads, as askdocs export has them."""
    for id_, owner, n in [("thr_long", READER.owner, 0)] + [
        (f"thr_{n:08}", LISTER.owner, n) for n in range(size)
    ]:
        data = thread(id_, n)
        row = {"id": id_, "owner": owner, "created": records.microseconds(data.created_at)}
        yield json.dumps({"table": "threads", **row, "data": records.thread_text(data)})
    for n in range(size):
        data = item(n)
        row = {"id": data.id, "thread_id": "thr_long"}
        row |= {"created": records.microseconds(data.created_at)}
        text = records.item_text("thr_long", data)
        yield json.dumps({"table": "items", **row, "data": text})


async def fill(store: Store[Any], size: int) -> None:
    await store.save_thread(thread("thr_long"), READER)
    for n in range(size):
        await store.save_thread(thread(f"thr_{n:08}", n), LISTER)
        await store.add_thread_item("thr_long", item(n), READER)


@asynccontextmanager
async def filled(name: str, size: int, postgres: str) -> AsyncGenerator[Store[Any], None]:
    if name == "samples' memory store":
        stock = StockStore()
        await fill(stock, size)
        yield stock
        return
    with tempfile.TemporaryDirectory() as folder:
        url = {"memory": "memory://", "postgresql": postgres}.get(name, f"sqlite:///{folder}/b.db")
        if name != "memory":
            async with open_engine(url) as engine:
                await restore(engine, lines(size))
        async with open_store(url) as store:
            if name == "memory":
                await fill(store, size)
            yield store


async def median(call: Callable[[int], Awaitable[object]], times: int) -> float:
    """In milliseconds."""
    taken: list[float] = []
    for n in range(times):
        began = time.perf_counter()
        await call(n)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e3


async def measure(names: list[str], postgres: str) -> Figures:
    figures: Figures = {call: {name: [] for name in names} for call in CALLS}
    for size in SIZES:
        for name in names:
            async with filled(name, size, postgres) as store:
                times = TIMES if size < 100_000 or "samples" not in name else 5
                calls: dict[str, Callable[[int], Awaitable[object]]] = {
                    "add an item": lambda n, s=store, z=size: s.add_thread_item(
                        "thr_long", item(z + n), READER
                    ),
                    "load the newest page": lambda _, s=store: s.load_thread_items(
                        "thr_long", None, 20, "desc", READER
                    ),
                    "list threads": lambda _, s=store: s.load_threads(20, None, "desc", LISTER),
                }
                for call, run in calls.items():
                    figures[call][name].append((size, await median(run, times)))
    return figures


def table(figures: Figures) -> str:
    rows = [["", *(f"{size:,}" for size in SIZES), "longest : shortest"], ["---"] * 5]
    for call, stores in figures.items():
        for name, points in stores.items():
            times = [ms for _, ms in points]
            ratio = f"{times[-1] / times[0]:.1f}×"
            rows.append([f"{call}: {name}", *(f"{ms:.3f} ms" for ms in times), ratio])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.stores")
    parser.add_argument("--postgres", default="", help="the URL of an empty database")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    names = ["samples' memory store", "memory", "sqlite", *(["postgresql"] * bool(given.postgres))]
    figures = asyncio.run(measure(names, given.postgres))
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    if given.plot:
        page = curves(
            "Loading the newest page of a thread", "items in the thread", "milliseconds",
            figures["load the newest page"],
        )  # fmt: skip
        given.plot.write_text(page)


if __name__ == "__main__":
    main()
