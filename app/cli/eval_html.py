"""What `askdocs eval` measured, as one page without anything from elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from html import escape

from app.retrieval.evaluation import Figures, Ranking, by_kind, by_page, by_section, refused

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>askdocs eval</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ padding: .25rem .75rem; border-bottom: 1px solid #8886; text-align: left }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums }}
:root {{ color-scheme: light dark }}
</style>
<h1>How questions find their answers</h1>
<p>{summary}</p>
<h2>Figures</h2>
{figures}
<h2>Missed: the page is not among the first ten</h2>
{misses}
</html>
"""


def page(rankings: Sequence[Ranking]) -> str:
    """Everything that a question or a URL says is escaped."""
    missed = [r for r in rankings if r.asked.targets and not r.page_rank]
    return _PAGE.format(
        summary=escape(
            f"{len(rankings)} questions. Refused of what the docs answer: "
            f"{refused(rankings, answered=True):.1%}, of what they do not: "
            f"{refused(rankings, answered=False):.1%}."
        ),
        figures=_table(("", "questions", "R@1", "R@5", "R@10", "MRR", "nDCG"), _rows(rankings)),
        misses=_table(("question", "wanted", "found first"), map(_miss, missed)),
    )


def _rows(rankings: Sequence[Ranking]) -> Iterable[Sequence[str]]:
    for kind, of in by_kind(rankings).items():
        yield _row(f"{kind}, page", by_page(of))
        yield _row(f"{kind}, section", by_section(of))


def _row(name: str, figures: Figures) -> Sequence[str]:
    count, *shares = asdict(figures).values()
    return (name, str(count), *(f"{share:.3f}" for share in shares))


def _miss(ranking: Ranking) -> Sequence[str]:
    wanted = sorted(f"{t.page}#{t.anchor}".rstrip("#") for t in ranking.asked.targets)
    return ranking.asked.query, " or ".join(wanted), "\n".join(url for url, _ in ranking.urls[:3])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}" for name in header)
    body = "\n".join("<tr>" + "".join(map(_cell, row)) for row in rows)
    return f"<table>\n<tr>{head}\n{body}\n</table>"


def _cell(text: str) -> str:
    number = text.replace(".", "").isdigit()
    return f"<td{' class=number' if number else ''}>{escape(text)}"
