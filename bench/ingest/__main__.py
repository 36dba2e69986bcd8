"""How fast docs are read, cut, embedded and written, beside the script that tutorials show.

    python -m bench.ingest SITE... [--embedder URL] [--json FILE]

Both with the packaged embedder, unless another is given. The script parses nothing: it splits a
file's text at headings, then into 1,000 characters with 200 of overlap, one upsert per batch. Each
run is a process of its own; times are seconds of CPU and wall, memory is the peak of the process.
"""

import argparse
import asyncio
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from qdrant_client import AsyncQdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams

from app.retrieval.collections import open_collection
from app.retrieval.embedders import open_embedder
from bench.retrieval.tutorial import split
from ingest.documents import open_site
from ingest.run import ingest

BATCH = 256
HEADING = re.compile(r"^#{1,4} .*$", re.MULTILINE)


async def ours(path: Path, embedder_url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_embedder(embedder_url) as embedder,
            open_collection(f"file:{folder}/qdrant", "docs") as collection,
        ):
            await embedder.embed(["warm"])
            report = await ingest(open_site(path), collection, embedder)
    return {"pages": report.pages, "chunks": report.chunks, **report.seconds}


async def script(path: Path, embedder_url: str) -> dict[str, float]:
    files = sources(path)
    began = time.perf_counter()
    chunks = [piece for file in files for piece in _split(file.read_text(errors="replace"))]
    read = time.perf_counter()
    seconds = {"reading": read - began, "embedding": 0.0, "writing": 0.0}
    client = AsyncQdrantClient(":memory:")
    async with open_embedder(embedder_url) as embedder:
        size = VectorParams(size=embedder.dimension, distance=Distance.COSINE)
        await client.create_collection("docs", vectors_config=size)
        for at in range(0, len(chunks), BATCH):
            batch = chunks[at : at + BATCH]
            start = time.perf_counter()
            vectors = await embedder.embed(batch)
            embedded = time.perf_counter()
            points = [
                PointStruct(id=str(uuid4()), vector=list(vector), payload={"text": text})
                for vector, text in zip(vectors, batch, strict=True)
            ]
            await client.upsert("docs", points)
            seconds["embedding"] += embedded - start
            seconds["writing"] += time.perf_counter() - embedded
    return {"pages": len(files), "chunks": len(chunks), **seconds}


def sources(path: Path) -> list[Path]:
    return sorted(f for f in path.rglob("*.md*") if "node_modules" not in f.parts)


def _split(text: str) -> list[str]:
    starts = [0, *(found.start() for found in HEADING.finditer(text)), len(text)]
    return [p for a, b in pairwise(starts) for p in split(text[a:b])]


def measured(which: str, path: str, embedder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.ingest", "--one", which, path, "--embedder", embedder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return json.loads(done.stdout.splitlines()[-1])


def table(figures: dict[str, dict[str, Any]]) -> str:
    phases = ("reading", "embedding", "writing")
    rows = [["", "pages", "chunks", *(f"{p} (s)" for p in phases), "chunks/s", "peak MB"]]
    rows.append(["---"] * len(rows[0]))
    for name, found in figures.items():
        seconds = [found[phase] for phase in phases]
        total = sum(v for k, v in found.items() if k not in {"pages", "chunks", "memory"})
        rate = f"{found['chunks'] / total:,.0f}"
        times = [f"{s:.2f}" for s in seconds]
        memory = f"{found['memory']:,.0f}"
        rows.append([name, f"{found['pages']:,}", f"{found['chunks']:,}", *times, rate, memory])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ingest")
    parser.add_argument("sites", nargs="+", type=Path)
    parser.add_argument("--one", choices=["ours", "script"], help=argparse.SUPPRESS)
    parser.add_argument("--embedder", metavar="URL", default="wordllama:")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.one:
        run = {"ours": ours, "script": script}[given.one]
        found = asyncio.run(run(given.sites[0], given.embedder))
        found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    figures = {
        f"{site.name}: {name}": measured(which, str(site), given.embedder)
        for site in given.sites
        for which, name in (("ours", "askdocs"), ("script", "the script"))
    }
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
