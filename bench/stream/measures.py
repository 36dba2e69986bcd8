"""Each measure: a running server and its readers → figures."""

import asyncio
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.stream.processes import Process
from bench.stream.readers import Reader, Readers, request

PACE = 50  # tokens a second of one stream
TOLERABLE = 0.1  # seconds of lag at the 99th percentile
ENDLESS = 10_000_000


@dataclass(frozen=True)
class Bench:
    """One stack, running."""

    server: Process
    provider: Process
    readers: Readers

    async def warm(self) -> None:
        for _ in range(5):
            await self.readers.answered(20)

    async def turns(self, count: int) -> tuple[float, float]:
        """Seconds of CPU a turn, and to the first token, of answers of one token; median."""
        before = self.server.cpu()
        answers = [await self.readers.answered(1) for _ in range(count)]
        spent = self.server.cpu() - before
        return spent / count, statistics.median(a.first_token() for a in answers)

    async def crowd(self, count: int) -> float:
        """Seconds of CPU a turn, of so many at once whose answers have one token."""
        before = self.server.cpu()
        answers = await asyncio.gather(*(self.readers.answered(1) for _ in range(count)))
        spent = self.server.cpu() - before
        assert all(answer.whole for answer in answers)
        return spent / count

    async def saturated(self, streams: int, tokens: int) -> tuple[float, float]:
        """Seconds of CPU a token, and tokens a second, of streams as fast as they go."""
        before, start = self.server.cpu(), time.monotonic()
        answers = await asyncio.gather(*(self.readers.answered(tokens) for _ in range(streams)))
        spent, took = self.server.cpu() - before, time.monotonic() - start
        for answer in answers:
            _check(answer, tokens)
        return spent / (streams * tokens), streams * tokens / took

    async def paced(self, streams: int, seconds: float) -> "Paced":
        """At a pace that leaves nothing to merge."""
        readers = await self._open(streams, apart=0.04)
        await asyncio.sleep(0.5)
        before, since = self.server.cpu(), time.monotonic()
        await asyncio.sleep(seconds)
        spent, until = self.server.cpu() - before, time.monotonic()
        tokens = sum(len(r.lags(since, until)) for r in readers)
        deltas = [delta for r in readers for delta in r.deltas()]
        sent = sum(len(b"data: \n\n") + len(frame) for frame, _ in deltas)
        said = sum(max(1, text.count(b" ")) for _, text in deltas)
        await _leave(readers)
        await asyncio.sleep(1)
        return Paced(spent / tokens, sent / said, said / len(deltas))

    async def relayed(self, streams: int, seconds: float) -> float:
        """Seconds of CPU a token, of a server that passes on what the provider says."""
        readers = [await self.readers.ask(ENDLESS, PACE) for _ in range(streams)]
        await asyncio.sleep(1)
        before, since = self.server.cpu(), time.monotonic()
        await asyncio.sleep(seconds)
        spent, until = self.server.cpu() - before, time.monotonic()
        said = sum(d.count(b'"content"') for r in readers for t, d in r.reads if since <= t < until)
        await _leave(readers)
        return spent / said

    async def most_streams(self, step: int, seconds: float) -> tuple[int, list[tuple[int, float]]]:
        """The most streams whose lag stays tolerable, and the lag for each number tried."""
        readers: list[Reader] = []
        tried: list[tuple[int, float]] = []
        while not tried or tried[-1][1] <= TOLERABLE:
            readers += await self._open(step, apart=0.03)
            await asyncio.sleep(1)
            since = time.monotonic()
            await asyncio.sleep(seconds)
            until = time.monotonic()
            await asyncio.sleep(0.2)
            lags = sorted(lag for r in readers for lag in r.lags(since, until))
            tried.append((len(readers), lags[int(len(lags) * 0.99)] if lags else 1.0))
            for reader in readers:
                del reader.reads[:-1]
        await _leave(readers)
        return (tried[-2][0] if len(tried) > 1 else 0), tried

    async def held(self, streams: int) -> float:
        """Bytes an open stream."""
        idle = self.server.memory()
        readers = await self._open(streams, apart=0.04)
        await asyncio.sleep(1)
        grown = (self.server.memory() - idle) / streams
        await _leave(readers)
        await asyncio.sleep(1)
        return grown

    async def stalled(self, count: int, seconds: float) -> float:
        """Bytes a reader who stops reading what comes as fast as it is taken."""
        idle = self.server.memory()
        readers = [await self.readers.ask(ENDLESS, 0, stalls=True) for _ in range(count)]
        for reader in readers:
            await asyncio.wait_for(reader.first.wait(), 60)
        await asyncio.sleep(seconds)
        grown = (self.server.memory() - idle) / count
        await _leave(readers)
        return grown

    async def leaving(self, count: int, kept: Callable[[], int]) -> "Left":
        """All of them in mid-answer, at once."""
        tasks = await self._tasks()
        readers = await self._open(count, apart=0.015)
        for reader in readers:
            await asyncio.wait_for(reader.first.wait(), 60)
        await asyncio.sleep(1)
        await request(self.provider.url, "GET", "/stats")
        at = time.monotonic()
        await _leave(readers)
        await asyncio.sleep(3)
        closed = orjson.loads(await request(self.provider.url, "GET", "/stats"))["left"]
        for _ in range(60):
            if kept() >= count and await self._tasks() <= tasks:
                break
            await asyncio.sleep(0.25)
        left = await self._tasks() - tasks
        return Left(len(closed), max(closed, default=at) - at, kept(), max(0, left))

    async def _tasks(self) -> int:
        return int(await request(self.server.url, "GET", "/bench/tasks"))

    async def _open(self, count: int, *, apart: float) -> list[Reader]:
        """Begun one after the other, so that beginning is not what is measured."""
        readers: list[Reader] = []
        for _ in range(count):
            readers.append(await self.readers.ask(ENDLESS, PACE))
            await asyncio.sleep(apart)
        for reader in readers:
            with suppress(TimeoutError):  # saturated: the lags will say so
                await asyncio.wait_for(reader.first.wait(), 20)
        return readers


@dataclass(frozen=True)
class Paced:
    cpu: float
    """Seconds a token."""
    sent: float
    """Bytes a token, of the deltas' frames."""
    merged: float
    """Tokens a delta: 1 where nothing was merged."""


@dataclass(frozen=True)
class Left:
    closed: int
    """Connections to the provider that were closed."""
    within: float
    """Seconds until the last was."""
    stored: int
    """Partial answers."""
    tasks: int
    """Left over."""


def partial_answers(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        query = "SELECT count(*) FROM items WHERE data LIKE '%\"sdk_hidden_context\"%'"
        return connection.execute(query).fetchone()[0]


async def _leave(readers: list[Reader]) -> None:
    for reader in readers:
        reader.leave()


def _check(answer: Reader, tokens: int) -> None:
    """A figure counts only for an answer that came whole."""
    frames = [f for f in answer.text().split(b"\n\n") if f.startswith(b"data: ")]
    done = [orjson.loads(f[6:]) for f in frames if b'"thread.item.done"' in f]
    said = "".join(
        p["text"]
        for e in done
        if e["item"]["type"] == "assistant_message"
        for p in e["item"]["content"]
    )
    cited = sum(
        len(p["annotations"])
        for e in done
        if e["item"]["type"] == "assistant_message"
        for p in e["item"]["content"]
    )
    assert said.count(" ") + cited == tokens, f"{said.count(' ')} + {cited} of {tokens} tokens"
