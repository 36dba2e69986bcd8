"""What `askdocs eval` counts."""

import json
import math

import pytest

from app.retrieval.evaluation import (
    Judged,
    Place,
    QuestionsError,
    Ranking,
    by_kind,
    by_page,
    by_section,
    read_questions,
    refused,
)

INSTALL = Place("/docs/install", "with-npm")


def ranking(
    *urls: str,
    targets: tuple[Place, ...] = (INSTALL,),
    exclude: tuple[str, ...] = (),
    kind: str = "",
    refuse: bool = False,
) -> Ranking:
    asked = Judged("q", frozenset(targets), frozenset(exclude), kind=kind)
    scored = tuple((url, 1 - place / 100) for place, url in enumerate(urls))
    return Ranking(asked, scored, refuse, 0.001)


def test_a_page_stands_where_its_best_section_does() -> None:
    found = ranking("/docs/a#1", "/docs/a#2", "https://x.example/docs/install/", "/docs/b")
    assert found.page_rank == 2
    assert found.section_rank == 0
    assert by_page([found]).mrr_10 == 0.5
    assert by_section([found]).mrr_10 == 0


def test_the_right_section_is_found_by_its_anchor() -> None:
    found = ranking("/docs/install#other", "https://x.example/docs/install/#with-npm")
    assert (found.page_rank, found.section_rank) == (1, 2)


def test_pages_that_hold_the_question_do_not_count() -> None:
    found = ranking("/docs/a#1", "/docs/install#with-npm", exclude=("/docs/a",))
    assert (found.page_rank, found.section_rank) == (1, 1)


def test_the_eleventh_is_not_found() -> None:
    urls = [f"/docs/{n}" for n in range(10)]
    assert ranking(*urls, "/docs/install#with-npm").page_rank == 0
    assert ranking(*urls[:9], "/docs/install#with-npm").page_rank == 10


def test_recall_falls_with_depth_and_any_right_answer_will_do() -> None:
    targets = (INSTALL, Place("/docs/b"))
    figures = by_page([ranking("/docs/a", "/docs/b", targets=targets), ranking("/docs/install")])
    assert (figures.questions, figures.recall_1, figures.recall_5) == (2, 0.5, 1.0)
    assert figures.mrr_10 == 0.75
    second = 1 / math.log2(3)
    assert figures.ndcg_10 == pytest.approx((second / (1 + second) + 1) / 2)


def test_questions_about_whole_pages_are_not_counted_by_section() -> None:
    whole = ranking("/docs/install", targets=(Place("/docs/install"),))
    assert whole.section_rank is None
    assert by_section([whole]).questions == 0


def test_what_the_docs_do_not_answer_counts_for_refusals_alone() -> None:
    unanswered = [ranking("/docs/a", targets=(), refuse=refuse) for refuse in (True, True, False)]
    rankings = [ranking("/docs/install"), *unanswered]
    assert by_page(rankings).questions == 1
    assert refused(rankings, answered=False) == pytest.approx(2 / 3)
    assert refused(rankings, answered=True) == 0


def test_kinds_come_after_all_of_them() -> None:
    groups = by_kind([ranking(kind="link"), ranking(kind="faq"), ranking(targets=())])
    assert [(kind, len(of)) for kind, of in groups.items()] == [("all", 2), ("faq", 1), ("link", 1)]


def test_both_kinds_of_lines_are_read() -> None:
    lines = [
        '{"query": "install?", "url": "https://x.example/docs/install/#with-npm"}\n',
        "\n",
        json.dumps(
            {
                "id": "a-1",
                "site": "a",
                "kind": "faq",
                "query": "why?",
                "targets": [{"path": "/b/", "anchor": None}, {"path": "/c", "anchor": "d"}],
                "exclude": ["/e/"],
            }
        ),
        '{"query": "on the moon?", "targets": []}',
    ]
    first, second, third = read_questions(lines)
    assert (first.id, first.targets) == ("1", {INSTALL})
    assert second == Judged(
        "why?", frozenset({Place("/b"), Place("/c", "d")}), frozenset({"/e"}), "a-1", "faq", "a"
    )
    assert third.targets == frozenset()


def test_what_nobody_has_labelled_is_left_out() -> None:
    """It is not the same as a question that the docs do not answer."""
    lines = ['{"query": "a", "url": "?"}', '{"query": "b", "url": ""}', '{"query": "c"}']
    assert [question.query for question in read_questions(lines)] == ["b", "c"]


@pytest.mark.parametrize(
    "line", ["no json", "[]", "{}", '"text"', '{"query": "q", "targets": [{"anchor": "a"}]}', "1"]
)
def test_a_line_that_is_no_question_is_named(line: str) -> None:
    with pytest.raises(QuestionsError, match="line 2 is no question"):
        read_questions(['{"query": "q"}', line])
