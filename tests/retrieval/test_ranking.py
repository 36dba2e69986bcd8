"""The ranking, worked out for all passages at once, beside its formula for one of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.passages import Chunk, Passage, page_path
from app.retrieval.ranking import WEIGHTS, ranked
from app.retrieval.sparse import tokens
from tests.retrieval.samples import chunk

QUESTION = "How do I install the hooks?"
WORDS = ["Install", "Hooks", "Install hooks", "The", "Fetch data"]


def _chunk(page: str, title: str, breadcrumb: Sequence[str], ordinal: int) -> Chunk:
    made = chunk("text", page=page, title=title, ordinal=ordinal)
    return replace(made, breadcrumb=tuple(breadcrumb))


scores = st.sampled_from([0.0, 0.5]) | st.floats(-1, 50)
passages = st.lists(
    st.builds(
        Passage,
        chunk=st.builds(
            _chunk,
            st.sampled_from(["https://docs.example/docs/1/", "/docs/1", "/docs/2"]),
            st.sampled_from(WORDS),
            st.lists(st.sampled_from(WORDS), max_size=3),
            st.integers(0, 50),
        ),
        score=st.just(0.0),
        dense=scores,
        sparse=scores,
        page_dense=scores,
        page_sparse=scores,
    ),
    unique_by=lambda p: p.chunk.id,
    max_size=20,
)


def _scaled(score: Callable[[Passage], float], passage: Passage, found: list[Passage]) -> float:
    returned = [score(p) for p in found if score(p) > 0]
    return max(score(passage), min(returned, default=0.0)) / max(returned, default=1.0)


def _share(name: str) -> float:
    words = set(tokens(name))
    return len(words & set(tokens(QUESTION))) / max(1, len(words))


def _why(passage: Passage, found: list[Passage], here: str) -> dict[str, float]:
    chunk = passage.chunk
    values = {
        "meaning": _scaled(lambda p: p.dense, passage, found),
        "words": _scaled(lambda p: p.sparse, passage, found),
        "page meaning": _scaled(lambda p: p.page_dense, passage, found),
        "page words": _scaled(lambda p: p.page_sparse, passage, found),
        "heading": _share(chunk.heading),
        "title": _share(chunk.title),
        "opening": float(not chunk.breadcrumb),
        "here": float(bool(here) and page_path(chunk.page) == here),
    }
    return {name: WEIGHTS[name] * value for name, value in values.items()}


def _below(upper: Chunk, lower: Chunk) -> bool:
    depth = len(upper.breadcrumb)
    beginning = lower.breadcrumb[:depth]
    return (
        upper.page == lower.page
        and 0 < depth < len(lower.breadcrumb)
        and beginning == upper.breadcrumb
    )


@given(passages, st.sampled_from(["", "/docs/1"]))
def test_each_passage_has_the_score_that_its_formula_says(found: list[Passage], here: str) -> None:
    whys = {p.chunk.id: _why(p, found, here) for p in found}
    alone = {id_: sum(why.values()) for id_, why in whys.items()}
    expected: list[tuple[float, str, dict[str, float]]] = []
    for passage in found:
        below = [alone[p.chunk.id] for p in found if _below(passage.chunk, p.chunk)]
        why = whys[passage.chunk.id]
        why["subsections"] = WEIGHTS["subsections"] * max([0.0, *below])
        told = {name: worth for name, worth in why.items() if worth}
        expected.append((-sum(why.values()), passage.chunk.id, told))
    made = list(ranked(found, QUESTION, here=here))
    assert {p.chunk.id: p.why for p in made} == {id_: why for _, id_, why in expected}
    assert [-p.score for p in made] == pytest.approx([score for score, *_ in sorted(expected)])
    assert [p.score for p in made] == sorted((p.score for p in made), reverse=True)
    assert all(p.score == 0.0 for p in found)  # they are as they were


def test_equals_are_in_the_order_of_their_ids() -> None:
    found = [Passage(chunk=chunk("text", page=f"/{n}"), score=0.0, dense=0.5) for n in range(50)]
    ids = [p.chunk.id for p in ranked(found)]
    assert ids == sorted(ids)
