"""What a reranker changes in a search, and what it must not."""

import asyncio
import logging
import math
import time
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.collections import Collection, Description
from app.retrieval.embedders import open_embedder
from app.retrieval.passages import Found, Passage
from app.retrieval.points import page_points
from app.retrieval.ranking import WEIGHTS, reranked
from app.retrieval.refusal import confidence
from app.retrieval.rerankers import RerankerError
from app.retrieval.reranking import CANDIDATES, Reranking, open_reranking
from app.retrieval.retriever import TELLING, Retriever, calibrated
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.reranker import FakeReranker, RerankServer
from tests.fakes.servers import running
from tests.retrieval.samples import chunk, created, filled
from tests.retrieval.test_refusal import manual

SITE = [
    chunk(
        "install it with npm and then go on " + "a word more " * n,
        page=f"/docs/{n}",
        heading=f"Step {n}",
    )
    for n in range(40)
]
ANSWER = chunk("install: npm is what packages come with", page="/docs/answer", heading="Where")


def prefers(word: str) -> FakeReranker:
    """As a cross-encoder's logits."""
    return FakeReranker(judge=lambda _, text: 5.0 if word in text else -5.0)


@pytest.fixture
async def site(memory: Collection) -> Collection:
    await filled(memory, *SITE, ANSWER)
    return memory


def retriever(site: Collection, reranker: FakeReranker | None = None, **more: float) -> Retriever:
    reranking = Reranking(reranker, **more) if reranker else None
    return Retriever(site, FakeEmbedder(dimension=16), reranking)


def urls(passages: list[Passage]) -> list[str]:
    return [p.chunk.url for p in passages]


QUESTION = "install it with npm"


async def test_what_it_prefers_comes_first_and_why_is_told(site: Collection) -> None:
    own = await retriever(site).search(QUESTION)
    last = own[-1].chunk
    found = await retriever(site, prefers(last.heading)).search(QUESTION)
    assert found[0].chunk == last
    assert found[0].why["reranker"] == WEIGHTS["reranker"]
    assert found[0].score == pytest.approx(sum(found[0].why.values()))
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert not any("reranker" in p.why for p in own)


async def test_it_judges_the_best_of_our_own_ranking_with_their_place(site: Collection) -> None:
    reranker = FakeReranker()
    own = await retriever(site).search(QUESTION, limit=40)
    await retriever(site, reranker).search(QUESTION)
    [(question, texts)] = reranker.asked
    assert question == QUESTION
    assert texts == [f"{p.chunk.path}\n\n{p.chunk.text}" for p in own[:CANDIDATES]]


async def test_a_longer_list_goes_on_as_we_have_it(site: Collection) -> None:
    own = urls(await retriever(site).search(QUESTION, limit=40))
    found = urls(await retriever(site, prefers("Step 7")).search(QUESTION, limit=40))
    assert sorted(found) == sorted(own)
    assert found[CANDIDATES:] == own[CANDIDATES:]


async def test_one_page_does_not_fill_the_list_that_it_prefers(memory: Collection) -> None:
    same = [
        chunk(f"install step {n}", page="/docs/a", heading=f"Install {n}", ordinal=n)
        for n in range(9)
    ]
    other = [chunk(f"install on {n}", page=f"/docs/{n}") for n in range(9)]
    await filled(memory, *same, *other)
    found = await retriever(memory, prefers("step")).search("install", limit=6)
    assert [p.chunk.page for p in found[:3]] == ["/docs/a"] * 3
    assert [p.chunk.page for p in found].count("/docs/a") == 3


@pytest.mark.parametrize("question", ["", "???", "the and of"])
async def test_a_question_without_words_is_not_judged(site: Collection, question: str) -> None:
    reranker = FakeReranker()
    await retriever(site, reranker).search(question)
    assert reranker.asked == []


async def test_a_single_passage_is_not_judged(memory: Collection) -> None:
    await filled(memory, ANSWER)
    reranker = FakeReranker()
    assert len(await retriever(memory, reranker).search("npm")) == 1
    assert reranker.asked == []


async def test_a_page_that_is_read_is_not_judged(site: Collection) -> None:
    reranker = FakeReranker()
    assert await retriever(site, reranker).read_page("/docs/answer") == [ANSWER]
    assert reranker.asked == []


async def test_of_a_pasted_log_it_gets_the_beginning(site: Collection) -> None:
    reranker = FakeReranker()
    await retriever(site, reranker).search("npm failed: " + "install " * 2_000)
    [(question, _)] = reranker.asked
    assert question.startswith("npm failed: ")
    assert len(question) == 1_000


ODD = {"too few": [0.5], "too many": [0.5] * 99, "NaN": [math.nan] * CANDIDATES}
ODD |= {"infinite": [math.inf] * CANDIDATES, "absurd": [1e300, -1e300] * (CANDIDATES // 2)}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
async def test_scores_that_are_none_leave_our_own_order(
    site: Collection, answer: list[float]
) -> None:
    ours = retriever(site, FakeReranker(answer=answer))
    assert urls(await ours.search(QUESTION)) == urls(await retriever(site).search(QUESTION))
    assert "no score for each passage" in str(ours.reranking and ours.reranking.failure)


async def test_one_that_is_slow_costs_a_bounded_time_once_and_no_answer(
    site: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    reranker = FakeReranker(pause=5)
    ours = retriever(site, reranker, patience=0.1)
    own = urls(await retriever(site).search(QUESTION))
    started = time.perf_counter()
    for _ in range(5):
        assert urls(await ours.search(QUESTION)) == own
    assert time.perf_counter() - started < 1
    assert len(reranker.asked) == 1  # then it is left alone for a while
    [record] = [r for r in caplog.records if r.name == "app.retrieval.reranking"]
    assert record.levelno == logging.WARNING
    assert "did not answer within 0.1 s" in record.message
    assert "npm" not in record.message


async def test_it_is_asked_again_after_a_rest(site: Collection) -> None:
    reranker = FakeReranker(failure=RerankerError("It is down."))
    ours = retriever(site, reranker, rest=0.05)
    await ours.search(QUESTION)
    assert str(ours.reranking and ours.reranking.failure) == "It is down."
    reranker.failure = None
    await asyncio.sleep(0.06)
    assert any("reranker" in p.why for p in await ours.search(QUESTION))
    assert ours.reranking
    assert ours.reranking.failure is None


async def test_a_mistake_of_our_own_is_not_hidden(site: Collection) -> None:
    with pytest.raises(ZeroDivisionError):
        await retriever(site, FakeReranker(failure=ZeroDivisionError())).search(QUESTION)


async def test_a_reader_who_leaves_ends_it(site: Collection) -> None:
    reranker = FakeReranker(pause=5)
    search = asyncio.create_task(retriever(site, reranker).search(QUESTION))
    await asyncio.sleep(0.1)
    assert reranker.asked
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search


@pytest.mark.parametrize("path", ["/v2/rerank#m", "/v1/rerank#m", "/rerank"])
async def test_from_the_setting_to_the_passage(site: Collection, path: str) -> None:
    server = RerankServer(judge=lambda _, text: 0.99 if "packages" in text else 0.01)
    async with running(server) as base, open_reranking(f"{base}{path}") as reranking:
        found = await Retriever(site, FakeEmbedder(), reranking).search(QUESTION)
    assert found[0].chunk == ANSWER
    assert len(server.requests) == 1


async def test_nothing_is_opened_where_none_is_set() -> None:
    async with open_reranking("") as reranking:
        assert reranking is None


WORST = FakeReranker(judge=lambda question, text: -len(set(question.split()) & set(text.split())))


async def test_the_same_passages_tell_whatever_it_says(site: Collection) -> None:
    own = await retriever(site).search(QUESTION)
    found = await retriever(site, WORST).search(QUESTION)
    assert isinstance(found, Found)
    assert urls(found) != urls(own)
    assert urls(found.own[:TELLING]) == urls(own[:TELLING])


async def test_what_is_refused_is_the_same_with_and_without_it(memory: Collection) -> None:
    """Even if it puts first what says least: the threshold was drawn from our own ranking."""
    chunks = manual()
    async with open_embedder("wordllama:") as embedder:
        await created(memory, Description(embedder.name, embedder.dimension, "1"))
        for _, page in groupby(chunks, key=lambda c: c.page):
            texts = list(page)
            vectors = await embedder.embed([c.embedded for c in texts])
            await memory.upsert(page_points(texts, vectors))
        known = await calibrated(memory, embedder, chunks)
        plain, turned = Retriever(memory, embedder), Retriever(memory, embedder, Reranking(WORST))
        question = "How do I inspect the brake?"
        own, found = await plain.search(question), await turned.search(question)
        low, high = (confidence(question, told[:TELLING], known) for told in (found, own))
        assert low < high
        for threshold, refused in ((low, False), ((low + high) / 2, False), (high + 0.1, True)):
            await memory.calibrate(replace(known, threshold=threshold))
            newly = Retriever(memory, embedder)
            assert await newly.refuses(question, own) is refused
            assert await newly.refuses(question, found) is refused


def ranking(count: int) -> list[Passage]:
    return [
        Passage(chunk=chunk("text", page=f"/{n}"), score=3.0 - n / 10, why={"meaning": 1.0})
        for n in range(count)
    ]


scores = st.floats(-1e6, 1e6, allow_nan=False, exclude_min=True, exclude_max=True)


@given(st.lists(scores, max_size=30), st.integers(0, 10))
def test_nothing_is_lost_and_scores_are_finite_and_fall(judged: list[float], more: int) -> None:
    own = ranking(len(judged) + more)
    found = reranked(own, {p.chunk.id: s for p, s in zip(own, judged, strict=False)})
    assert {p.chunk.id for p in found} == {p.chunk.id for p in own}
    assert all(map(math.isfinite, (p.score for p in found)))
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


@given(st.lists(scores, min_size=2, max_size=10))
def test_who_is_better_for_both_stays_before(judged: list[float]) -> None:
    own = ranking(len(judged))
    said = {p.chunk.id: s for p, s in zip(own, judged, strict=True)}
    order = [p.chunk.id for p in reranked(own, said)]
    for place, first in enumerate(own):
        for second in own[place + 1 :]:
            if said[first.chunk.id] >= said[second.chunk.id]:
                assert order.index(first.chunk.id) < order.index(second.chunk.id)


@given(st.lists(st.floats(-11, 11), min_size=2, max_size=10))
def test_one_model_gives_one_order_as_logits_and_as_shares(logits: list[float]) -> None:
    """fastembed gives the former, TEI the latter."""
    if max(logits) - min(logits) < 0.1 or all(0 <= logit <= 1 for logit in logits):
        return
    own = ranking(len(logits))
    ids = [p.chunk.id for p in own]
    shares = [1 / (1 + math.exp(-logit)) for logit in logits]
    one = {p.chunk.id: p.score for p in reranked(own, dict(zip(ids, logits, strict=True)))}
    other = {p.chunk.id: p.score for p in reranked(own, dict(zip(ids, shares, strict=True)))}
    assert one == pytest.approx(other, abs=1e-6)


def test_a_reranker_that_says_the_same_of_all_changes_nothing() -> None:
    own = ranking(5)
    for same in (0.0, 0.5, 1.0, -7.0):
        assert reranked(own, {p.chunk.id: same for p in own}) == own
    assert reranked(own, {}) == own


def test_what_it_was_not_asked_about_is_as_good_as_the_worst() -> None:
    own = ranking(4)
    [a, b, c, d] = own
    found = reranked(own, {a.chunk.id: -3.0, b.chunk.id: 9.0})
    assert found == [
        replace(b, score=b.score + 2.0, why={"meaning": 1.0, "reranker": 2.0}),
        a,
        c,
        d,
    ]
