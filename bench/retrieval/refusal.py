"""Which questions are refused: of each site's own, and of the other sites'.

    python -m bench.retrieval.refusal ../shared/bench [--json FILE]

Every site is ingested into a folder of its own. What is fixed in the code is one share, which
places the threshold between two means that the ingest measures; `left out` takes for each site the
share that would have been chosen on the other two.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.retrieval import refusal
from app.retrieval.collections import Calibration, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.evaluation import Judged, read_questions
from app.retrieval.retriever import TELLING, Retriever, calibrated
from bench.retrieval.tables import Row, table
from ingest.documents import open_site
from ingest.run import Report, ingest, read

SITES = ("rn", "redux", "tse")
CURVE = (0.01, 0.02, 0.05, 0.1)  # of the site's own questions, refused
SHARES = [n / 100 for n in range(30, 61)]
MOST = 0.05  # of a site's own questions that may be refused


@dataclass(frozen=True)
class Told:
    """Confidences of a site's own questions and of the others', as shares of the way from the
    mean of the background to that of what the site answers."""

    own: list[float]
    others: list[float]

    def refused(self, share: float) -> tuple[float, float]:
        return _below(self.own, share), _below(self.others, share)

    def at(self, own: float) -> float:
        """How many of the others' are refused where so many of its own are."""
        return _below(self.others, sorted(self.own)[int(own * len(self.own))])


async def told(bench: Path, folder: Path, site: str, embedder: Embedder) -> Told:
    asked = read_questions((bench / "pairs_dev.jsonl").read_text().splitlines())
    opened = open_site(bench / "sites" / site)
    async with open_collection(f"file:{folder / site}", "docs") as collection:
        await ingest(opened, collection, embedder)
        chunks = list(read(opened, Report()))
        refusal.BETWEEN = 0.0  # the threshold is the one mean, then the other
        background = await calibrated(collection, embedder, chunks)
        refusal.BETWEEN = 1.0
        answered = await calibrated(collection, embedder, chunks)
        retriever = Retriever(collection, embedder)
        own = [q for q in asked if q.site == site]
        others = [q for q in asked if q.site != site]
        return Told(
            await _placed(retriever, own, background, answered),
            await _placed(retriever, others, background, answered),
        )


async def _placed(
    retriever: Retriever, asked: Sequence[Judged], background: Calibration, answered: Calibration
) -> list[float]:
    way = answered.threshold - background.threshold
    return [
        (refusal.confidence(q.query, passages, background) - background.threshold) / way
        for q in asked
        for passages in [await retriever.search(q.query, limit=TELLING)]
    ]


def as_set(sites: dict[str, Told], share: float) -> dict[str, Row]:
    """At the share that the code has, then along the curve."""
    rows: dict[str, Row] = {}
    for site, of in sites.items():
        own, others = of.refused(share)
        rows[site] = {"own": own, "others": others}
        rows[site] |= {f"others at {part:.0%} own": of.at(part) for part in CURVE}
    return rows


def by_share(sites: dict[str, Told]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for share in SHARES[::3]:
        row = rows[f"{share:.2f}"] = {}
        for site, of in sites.items():
            row[f"{site} own"], row[f"{site} others"] = of.refused(share)
    return rows


def left_out(sites: dict[str, Told]) -> dict[str, Row]:
    """With the highest share at which neither of the others refuses too many of its own."""
    rows: dict[str, Row] = {}
    for site, of in sites.items():
        rest = [each for name, each in sites.items() if name != site]
        share = max(
            share for share in SHARES if all(each.refused(share)[0] <= MOST for each in rest)
        )
        own, others = of.refused(share)
        rows[site] = {"share": share, "own": own, "others": others}
    return rows


def _below(confidences: Sequence[float], threshold: float) -> float:
    return statistics.fmean(confidence < threshold for confidence in confidences)


async def measured(bench: Path, folder: Path) -> dict[str, dict[str, Row]]:
    share = refusal.BETWEEN
    async with open_embedder("wordllama:") as embedder:
        sites = {site: await told(bench, folder, site, embedder) for site in SITES}
    return {
        f"share {share}": as_set(sites, share),
        "by share": by_share(sites),
        "left out": left_out(sites),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path, help="the folder with pairs_dev.jsonl and sites/")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(measured(options.bench, Path(folder)))
    for name, rows in result.items():
        print(f"\n## {name}\n\n{table(rows)}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
