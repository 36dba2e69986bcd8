"""Real questions against real sites: each choice of the retriever beside what it replaces.

    python -m bench.retrieval ../shared/bench [--ways] [--reranker URL] [--json FILE]

Every site is ingested into a folder of its own, then asked its own questions. `--ways` leaves out
one reason of the ranking at a time. Refusals are `bench.retrieval.refusal`'s.
"""

import argparse
import asyncio
import json
import logging
import statistics
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.retrieval import ranking
from app.retrieval.collections import Collection, Filter, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.evaluation import (
    Judged,
    Ranking,
    by_kind,
    by_page,
    by_section,
    read_questions,
)
from app.retrieval.passages import Passage
from app.retrieval.ranking import ranked
from app.retrieval.retriever import _CANDIDATES, _spread  # what is measured
from app.retrieval.sparse import encode_question
from bench.retrieval import reranked
from bench.retrieval.tables import Row, table
from bench.retrieval.tutorial import tutorial
from ingest.documents import open_site
from ingest.run import ingest

SITES = ("rn", "redux", "tse")
LIMIT = 40
Found = list[Passage]
Way = Callable[[str, Found], Found]


@dataclass(frozen=True)
class Asked:
    site: str
    question: Judged
    found: Found


def alone(score: Callable[[Passage], float]) -> Way:
    return lambda _, found: sorted(
        (replace(p, score=score(p)) for p in found), key=lambda p: (-p.score, p.chunk.id)
    )


def fused_by_rank(_: str, found: Found) -> Found:
    """Reciprocal rank fusion, k = 60."""
    places: dict[str, float] = {}
    for score in (lambda p: p.dense, lambda p: p.sparse):
        ordered = sorted(found, key=lambda p: (-score(p), p.chunk.id))
        for place, passage in enumerate(ordered, 1):
            places[passage.chunk.id] = places.get(passage.chunk.id, 0) + 1 / (60 + place)
    return alone(lambda p: places[p.chunk.id])("", found)


def ours(question: str, found: Found) -> Found:
    return _spread(ranked(found, question), LIMIT)


def only(*reasons: str) -> Way:
    def way(question: str, found: Found) -> Found:
        return alone(lambda p: sum(p.why.get(reason, 0) for reason in reasons))(
            question, list(ranked(found, question))
        )

    return way


WAYS: dict[str, Way] = {
    "BM25 alone": alone(lambda p: p.sparse),
    "dense alone": alone(lambda p: p.dense),
    "fused by rank (RRF)": fused_by_rank,
    "fused by score": only("words", "meaning"),
    "ours": ours,
}


async def gathered(
    collection: Collection, embedder: Embedder, questions: Iterable[Judged], site: str
) -> list[Asked]:
    return [
        Asked(
            site,
            question,
            await collection.search(
                await embedder.embed_question(question.query),
                encode_question(question.query),
                limit=_CANDIDATES,
                where=Filter(),
            ),
        )
        for question in questions
        if question.site == site
    ]


def rankings(asked: Sequence[Asked], way: Way) -> list[Ranking]:
    made: list[Ranking] = []
    for each in asked:
        urls: dict[str, float] = {}
        for passage in way(each.question.query, each.found):
            urls.setdefault(passage.chunk.url, passage.score)
        made.append(Ranking(each.question, tuple(urls.items()), refused=False, seconds=0.0))
    return made


def figures(by_site: dict[str, list[Ranking]]) -> Row:
    """Means over the sites, then each site's, then recall by kind of question."""
    pages = {site: by_page(of) for site, of in by_site.items()}
    sections = {site: by_section(of) for site, of in by_site.items()}
    row = {
        "page R@10": statistics.fmean(f.recall_10 for f in pages.values()),
        "page MRR": statistics.fmean(f.mrr_10 for f in pages.values()),
        "section R@10": statistics.fmean(f.recall_10 for f in sections.values()),
        "section MRR": statistics.fmean(f.mrr_10 for f in sections.values()),
    }
    for site in by_site:
        row |= {f"{site} page": pages[site].mrr_10, f"{site} section": sections[site].mrr_10}
    kinds = by_kind([ranking for of in by_site.values() for ranking in of])
    return row | {f"{kind} R@10": by_page(of).recall_10 for kind, of in kinds.items()}


async def measured(
    bench: Path, folder: Path, *, leave_out: bool, embedder_url: str, reranker: str
) -> dict[str, dict[str, Row]]:
    questions = read_questions((bench / "pairs_dev.jsonl").read_text().splitlines())
    asked: dict[str, list[Asked]] = {}
    taught: dict[str, list[Ranking]] = {}
    async with open_embedder(embedder_url) as embedder:
        for name in SITES:
            site = open_site(bench / "sites" / name)
            taught[name] = await tutorial(site, embedder, [q for q in questions if q.site == name])
            async with open_collection(f"file:{folder / name}", "docs") as collection:
                await ingest(site, collection, embedder)
                asked[name] = await gathered(collection, embedder, questions, name)
    rows = {"the tutorial's way": figures(taught)}
    rows |= {
        name: figures({site: rankings(of, way) for site, of in asked.items()})
        for name, way in WAYS.items()
    }
    result = {"ways": rows, "reranked": await rerankers(asked, reranker)}
    if leave_out:
        result["without"] = {
            reason: figures({site: rankings(of, without(reason)) for site, of in asked.items()})
            for reason in ranking.WEIGHTS
            if reason not in {"here", "reranker"}
        }
    return result


async def rerankers(asked: dict[str, list[Asked]], url: str) -> dict[str, Row]:
    """The one that is given, between one that knows nothing and one that knows the answers."""
    pairs = {site: [(each.question, each.found) for each in of] for site, of in asked.items()}
    told = {
        "knows nothing": {site: reranked.ignorant(of) for site, of in pairs.items()},
        "knows the answers": {site: reranked.knowing(of) for site, of in pairs.items()},
    }
    async with reranked.opened(url) as given:
        if given:
            told[url] = {site: await reranked.scores_of(given, of) for site, of in pairs.items()}
    return {
        name: figures(
            {site: rankings(of, reranked.by(scores[site], LIMIT)) for site, of in asked.items()}
        )
        for name, scores in told.items()
    }


def without(reason: str) -> Way:
    def way(question: str, found: Found) -> Found:
        told = list(ranked(found, question))
        return _spread(alone(lambda p: p.score - p.why.get(reason, 0.0))(question, told), LIMIT)

    return way


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path, help="the folder with pairs_dev.jsonl and sites/")
    parser.add_argument("--ways", action="store_true", help="leave out a reason at a time")
    parser.add_argument(
        "--embedder", metavar="URL", default="wordllama:", help="as ASKDOCS_EMBEDDER"
    )
    parser.add_argument("--reranker", metavar="URL", default="", help="as ASKDOCS_RERANKER")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)  # before wordllama does, with INFO for everything
    with tempfile.TemporaryDirectory() as folder:
        run = measured(
            options.bench,
            Path(folder),
            leave_out=options.ways,
            embedder_url=options.embedder,
            reranker=options.reranker,
        )
        result = asyncio.run(run)
    for name, rows in result.items():
        print(f"\n## {name}\n\n{table(rows)}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
