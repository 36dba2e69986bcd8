"""Real questions of real sites must go on finding their sections: floors slightly under what
`python -m bench.retrieval` and `bench.retrieval.refusal` measure."""

from pathlib import Path

import pytest

from app.cli.eval import rank
from app.retrieval.collections import open_collection
from app.retrieval.embedders import open_embedder
from app.retrieval.evaluation import by_page, by_section, read_questions
from app.retrieval.retriever import Retriever
from ingest.documents import open_site
from ingest.run import ingest

pytestmark = pytest.mark.bench_data

FLOORS = {  # page R@10 and MRR, section R@10 and MRR, the share of others' questions refused
    "rn": (0.94, 0.68, 0.78, 0.46, 0.83),
    "redux": (0.82, 0.53, 0.58, 0.35, 0.80),
    "tse": (0.76, 0.63, 0.94, 0.74, 0.88),
}


@pytest.mark.parametrize("site", FLOORS)
async def test_questions_find_their_sections(site: str, bench_data: Path, tmp_path: Path) -> None:
    lines = (bench_data / "pairs_dev.jsonl").read_text().splitlines()
    questions = read_questions(lines)
    async with (
        open_embedder("wordllama:") as embedder,
        open_collection(f"file:{tmp_path}", "docs") as collection,
    ):
        await ingest(open_site(bench_data / "sites" / site), collection, embedder)
        retriever = Retriever(collection, embedder)
        own = [await rank(retriever, q) for q in questions if q.site == site]
        others = [await rank(retriever, q) for q in questions if q.site != site][::4]
    page, section = by_page(own), by_section(own)
    refused = sum(ranking.refused for ranking in others) / len(others)
    measured = (page.recall_10, page.mrr_10, section.recall_10, section.mrr_10, refused)
    assert all(m >= f for m, f in zip(measured, FLOORS[site], strict=True)), measured
    assert sum(ranking.refused for ranking in own) <= 0.05 * len(own)
