import asyncio
import json
import statistics
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import options

if TYPE_CHECKING:
    from app.retrieval.evaluation import Judged, Ranking
    from app.retrieval.retriever import Retriever

PASSAGES = 40
"""A question: enough for ten pages and ten sections."""


class EvalError(Exception):
    """What was to be measured did not work."""


@click.command("eval")
@click.argument("questions", type=click.File(encoding="utf-8"), metavar="QUESTIONS")
@options.data
@options.collection
@click.option(
    "--site",
    metavar="NAME",
    help="Questions of this site; those of others are ones that the docs do not answer.",
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page, too.")
@click.option("--misses", type=click.IntRange(0), default=20, show_default=True, help="To list.")
@options.as_json
def command(
    questions: Any,
    data: Path | None,
    collection: str | None,
    site: str | None,
    html: Path | None,
    misses: int,
    as_json: bool,
) -> None:
    """Measure how well the docs' questions find their answers.

    QUESTIONS has a question a line, as {"query": "…", "url": "…"} with the URL of the page or the
    section that answers it, or with "targets" where several do. One without either is a question
    that the docs do not answer, and should be refused. One with "url": "?" is left out: askdocs
    questions writes it where the answer is not known.

    \b
    Examples:
      askdocs eval questions.jsonl
      askdocs eval questions.jsonl --html report.html --misses 0
      askdocs eval questions.jsonl --json > report.json
    """
    from app.retrieval.evaluation import read_questions

    lines = list(questions)
    asked = read_questions(lines)
    if left_out := sum(bool(line.strip()) for line in lines) - len(asked):
        click.echo(f"Left out: {left_out} questions that have ? for a URL.", err=True)
    if site:
        asked = [_of(site, question) for question in asked]
    rankings = asyncio.run(_rankings(asked, {"data": data, "collection": collection}))
    if html:
        from app.cli.eval_html import page

        html.write_text(page(rankings), encoding="utf-8")
    if as_json:
        told = {"left_out": left_out, **report(rankings)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(_table(rankings))
        _list_misses(rankings, misses)


def _of(site: str, question: "Judged") -> "Judged":
    from dataclasses import replace

    return question if question.site == site else replace(question, targets=frozenset())


async def _rankings(asked: list["Judged"], flags: dict[str, Any]) -> list["Ranking"]:
    from app.settings.checks import check_search
    from app.settings.environment import load_settings

    settings = load_settings(check_search, **flags)

    from app.cli.index import open_retriever

    async with open_retriever(settings) as retriever:
        return [await rank(retriever, question) for question in asked]


async def rank(retriever: "Retriever", asked: "Judged") -> "Ranking":
    from app.retrieval.evaluation import Ranking

    started = time.perf_counter()
    passages = await retriever.search(asked.query, limit=PASSAGES)
    seconds = time.perf_counter() - started
    if retriever.reranking and retriever.reranking.failure:  # readers are answered all the same
        raise EvalError(f"{retriever.reranking.failure} Nothing is measured without it.")
    refused = await retriever.refuses(asked.query, passages)
    urls: dict[str, float] = {}
    for passage in passages:
        urls.setdefault(passage.chunk.url, passage.score)
    return Ranking(asked, tuple(urls.items()), refused, seconds)


def report(rankings: list["Ranking"]) -> dict[str, Any]:
    """Everything that was measured, as JSON has it."""
    from app.retrieval.evaluation import by_kind, by_page, by_section, refused

    return {
        "figures": {
            kind: {"page": asdict(by_page(of)), "section": asdict(by_section(of))}
            for kind, of in by_kind(rankings).items()
        },
        "refused": {
            "answered": refused(rankings, answered=True),
            "unanswered": refused(rankings, answered=False),
        },
        "milliseconds": _milliseconds(rankings),
        "questions": [_fields(ranking) for ranking in rankings],
    }


def _fields(ranking: "Ranking") -> dict[str, Any]:
    asked = ranking.asked
    return {
        "id": asked.id,
        "kind": asked.kind,
        "query": asked.query,
        "targets": sorted(_written(target) for target in asked.targets),
        "refused": ranking.refused,
        "page_rank": ranking.page_rank,
        "section_rank": ranking.section_rank,
        "milliseconds": round(1_000 * ranking.seconds, 2),
        "ranked": [{"url": url, "score": round(score, 6)} for url, score in ranking.urls],
    }


def _written(target: Any) -> str:
    return f"{target.page}#{target.anchor}" if target.anchor else target.page


def _milliseconds(rankings: list["Ranking"]) -> dict[str, float]:
    spent = sorted(1_000 * ranking.seconds for ranking in rankings) or [0.0]
    return {
        "median": round(statistics.median(spent), 2),
        "p95": round(spent[int(0.95 * (len(spent) - 1))], 2),
    }


def _table(rankings: list["Ranking"]) -> str:
    from app.retrieval.evaluation import by_kind, by_page, by_section, refused

    lines = [f"{'':<20}{'questions':>10}{'R@1':>8}{'R@5':>8}{'R@10':>8}{'MRR':>8}{'nDCG':>8}"]
    for kind, of in by_kind(rankings).items():
        for place, figures in (("page", by_page(of)), ("section", by_section(of))):
            if figures.questions:
                _, *shares = asdict(figures).values()
                row = f"{kind + ', ' + place:<20}{figures.questions:>10}"
                lines.append(row + "".join(f"{share:>8.3f}" for share in shares))
    spent = _milliseconds(rankings)
    lines += ["", f"A search: {spent['median']} ms (median), {spent['p95']} ms (95 %)"]
    lines.append(f"Refused of what the docs answer: {refused(rankings, answered=True):.1%}")
    if unanswered := sum(not ranking.asked.targets for ranking in rankings):
        share = refused(rankings, answered=False)
        lines.append(f"Refused of the {unanswered} that they do not: {share:.1%}")
    return "\n".join(lines)


def _list_misses(rankings: list["Ranking"], most: int) -> None:
    missed = [r for r in rankings if r.asked.targets and not r.page_rank]
    for ranking in missed[:most]:
        wanted = " or ".join(sorted(_written(target) for target in ranking.asked.targets))
        first = ranking.urls[0][0] if ranking.urls else "nothing"
        click.echo(f"\nmissed  {ranking.asked.query}\n  wanted  {wanted}\n  first   {first}")
    if len(missed) > most > 0:
        click.echo(f"\n… and {len(missed) - most} more: --misses {len(missed)}")
