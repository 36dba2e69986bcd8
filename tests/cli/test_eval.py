"""`askdocs eval`, over a small site that was indexed before."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli

PAGES = {
    "install.md": "# Installation\n\n## With npm\n\nRun npm install chatdocs.\n",
    "settings.md": "# Settings\n\n## PORT\n\nThe port to listen on is 8000.\n",
    "pets.md": "# Pets\n\nCats sleep a lot.\n",
}
QUESTIONS = [
    {"query": "How do I install it with npm?", "url": "https://d.example/install#with-npm"},
    {"query": "listen on another port", "url": "/settings", "kind": "mine", "site": "docs"},
    {"query": "cats <b>", "url": "/nowhere", "site": "docs"},
]


@pytest.fixture
def questions(bare: Path) -> str:
    docs = bare / "docs"
    docs.mkdir()
    for name, text in PAGES.items():
        (docs / name).write_text(text)
    run("ingest", "docs", "--url", "https://d.example", "--quiet")
    path = bare / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, QUESTIONS)))
    return str(path)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result


def test_the_table_and_the_misses(questions: str) -> None:
    output = run("eval", questions).output
    assert "all, page                    3   0.667" in output
    assert "all, section                 1   1.000" in output
    assert "mine, page                   1   1.000" in output
    assert "missed  cats <b>\n  wanted  /nowhere\n  first   https://d.example/pets" in output


def test_json_holds_what_each_question_found(questions: str) -> None:
    report = json.loads(run("eval", questions, "--json").output)
    assert report["figures"]["all"]["page"]["recall_10"] == pytest.approx(2 / 3)
    first = report["questions"][0]
    assert first["ranked"][0]["url"] == "https://d.example/install#with-npm"
    assert (first["page_rank"], first["section_rank"]) == (1, 1)
    assert first["refused"] is False
    scores = [found["score"] for found in first["ranked"]]
    assert scores == sorted(scores, reverse=True)


def test_questions_of_other_sites_are_not_answered_by_this_one(questions: str) -> None:
    report = json.loads(run("eval", questions, "--json", "--site", "docs").output)
    assert report["figures"]["all"]["page"]["questions"] == 2
    assert report["questions"][0]["targets"] == []


def test_the_page_escapes_what_questions_say(questions: str, bare: Path) -> None:
    run("eval", questions, "--html", str(bare / "report.html"))
    page = (bare / "report.html").read_text()
    assert "cats &lt;b&gt;" in page
    assert "<b>" not in page


def test_a_file_that_holds_no_questions_is_told(bare: Path) -> None:
    (bare / "questions.jsonl").write_text("no json")
    result = CliRunner().invoke(cli, ["eval", "questions.jsonl"])
    assert result.exit_code == 1
    assert "askdocs: line 1 is no question" in result.output
