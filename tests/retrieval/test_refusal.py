"""Whether the docs answer at all: calibrated by what they say themselves."""

import math
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.retrieval.background import BACKGROUND
from app.retrieval.collections import Calibration, Collection, Description, open_collection
from app.retrieval.common import CODE, DOCS, Common
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.passages import Chunk, Passage
from app.retrieval.points import page_points
from app.retrieval.refusal import (
    FEWEST,
    QUESTIONS,
    Signs,
    confidence,
    fitted,
    frequencies,
    questions,
    signs,
)
from app.retrieval.retriever import Retriever, calibrated
from app.retrieval.sparse import tokens
from tests.retrieval.samples import chunk, created

PARTS = "engine wheel brake clutch mirror battery radiator gearbox piston exhaust".split()
WORK = "replace clean tighten inspect order".split()


def manual() -> list[Chunk]:
    """A car's: ten pages of five sections."""
    return [
        chunk(
            f"To {work} the {part} of the car, first stop it on level ground. "
            f"Then {work} the {part} with the tool that came with the car.",
            page=f"/manual/{part}",
            title=f"The {part}",
            heading=f"How to {work} the {part}",
            ordinal=place,
        )
        for part in PARTS
        for place, work in enumerate(WORK)
    ]


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    async with open_embedder("wordllama:") as embedder:
        yield embedder


@pytest.fixture
async def car(memory: Collection, embedder: Embedder) -> Retriever:
    await created(memory, Description(embedder.name, embedder.dimension, "1"))
    chunks = manual()
    for part in PARTS:
        page = [c for c in chunks if c.page == f"/manual/{part}"]
        await memory.upsert(page_points(page, await embedder.embed([c.embedded for c in page])))
    await memory.calibrate(await calibrated(memory, embedder, chunks))
    return Retriever(memory, embedder)


async def refused(retriever: Retriever, question: str) -> bool:
    return await retriever.refuses(question, await retriever.search(question))


async def test_what_the_docs_say_is_answered_and_nothing_else(car: Retriever) -> None:
    for question in ("How do I inspect the brake?", "clean a gearbox", "replacing the battery"):
        assert not await refused(car, question), question
    for question in ("Which wine goes with fish?", "mount a volume in docker", "???", "the and of"):
        assert await refused(car, question), question


async def test_nothing_is_refused_by_an_index_that_was_not_calibrated(
    embedder: Embedder,
) -> None:
    async with open_collection("memory://", "docs") as collection:
        await created(collection, Description(embedder.name, embedder.dimension, "1"))
        [page] = [[chunk("Some text.")]]
        await collection.upsert(page_points(page, await embedder.embed(["Some text."])))
        retriever = Retriever(collection, embedder)
        assert not await refused(retriever, "Which wine goes with fish?")


NOTHING_KNOWN = Calibration(0.0, 100, {})


def told(count: int, *, near: float) -> list[Signs]:
    """Three signs around a value, the last of which says nothing."""
    return [(near + n % 7 / 10, near - n % 5 / 10, float(n % 2)) for n in range(count)]


def test_a_site_that_is_too_small_refuses_nothing() -> None:
    unanswered = told(50, near=0.0)
    assert fitted(NOTHING_KNOWN, told(FEWEST - 1, near=2.0), unanswered).threshold == -math.inf
    assert fitted(NOTHING_KNOWN, told(FEWEST, near=2.0), unanswered).threshold > -math.inf


def test_the_weights_tell_what_is_answered_from_what_is_not() -> None:
    answered, unanswered = told(80, near=2.0), told(50, near=0.0)
    known = fitted(NOTHING_KNOWN, answered, unanswered)

    def refused(of: list[Signs]) -> float:
        sums = [sum(w * s for w, s in zip(known.weights, signs, strict=True)) for signs in of]
        return sum(value < known.threshold for value in sums) / len(of)

    assert refused(answered) <= 0.05
    assert refused(unanswered) >= 0.9
    one, other, idle = known.weights
    assert one > 0
    assert other > 0
    assert abs(idle) < 0.1 * min(one, other)


def test_a_few_odd_questions_of_the_site_hardly_move_the_threshold() -> None:
    """One in twenty of what a site says itself is like nothing else there."""
    answered, unanswered = told(80, near=2.0), told(50, near=0.0)
    known = fitted(NOTHING_KNOWN, [*answered[4:], *told(4, near=-2.0)], unanswered)
    sums = [sum(w * s for w, s in zip(known.weights, signs, strict=True)) for signs in answered]
    others = [sum(w * s for w, s in zip(known.weights, signs, strict=True)) for signs in unanswered]
    assert min(sums) > known.threshold > max(others)


def test_a_sign_that_is_always_the_same_does_no_harm() -> None:
    answered = [(*s, 1.0) for s in told(80, near=2.0)]
    unanswered = [(*s, 1.0) for s in told(50, near=0.0)]
    known = fitted(NOTHING_KNOWN, answered, unanswered)
    assert all(math.isfinite(weight) for weight in known.weights)
    assert math.isfinite(known.threshold)


def test_meaning_and_words_have_to_agree() -> None:
    """A passage that has the one without the other says little."""
    text = chunk("inspect the brake")

    def best(dense: float, sparse: float) -> float:
        found = signs("inspect the brake", [passage(text, dense, sparse)], NOTHING_KNOWN)
        assert found is not None
        return found[0]

    assert best(0.5, 5.0) > best(0.9, 0.5) > best(0.9, 0.0) == best(-0.2, 5.0) == 0.0


def test_passages_that_are_all_near_speak_for_it() -> None:
    text = chunk("inspect the brake")

    def near(*cosines: float) -> float:
        passages = [passage(text, dense, 5.0) for dense in cosines]
        found = signs("inspect the brake", passages, NOTHING_KNOWN)
        assert found is not None
        return found[1]

    assert near(0.5, 0.5) > near(0.5, 0.25) > near(0.5, 0.0) > near(0.0) == 0.0


def test_words_that_are_neighbours_in_the_text_speak_for_it() -> None:
    def kept(question: str) -> float:
        text = chunk("The brake fluid is inspected.", title="", heading="")
        found = signs(question, [passage(text, 0.5, 5.0)], NOTHING_KNOWN)
        assert found is not None
        return found[2]

    assert kept("brake fluid") == kept("brake") == 1.0
    assert 0.0 < kept("inspect brake fluid") < 1.0
    assert kept("fluid brake") == kept("clutch") == 0.0


def usage(question: str, *used: str) -> Signs:
    """How a site that says `used` uses the question's words: against code, docs, and the best."""
    known = replace(NOTHING_KNOWN, frequency=frequencies([chunk(text) for text in used] * 40))
    found = signs(question, [passage(chunk("any"), 0.5, 5.0)], known)
    assert found is not None
    return found[3:]


def test_words_that_are_the_sites_own_speak_for_it() -> None:
    """`function` is in texts about any software, `reducer` is not."""

    def own(question: str) -> Signs:
        return usage(question, "a reducer function")

    for reducer, function, unheard in zip(
        own("reducer"), own("function"), own("unheard"), strict=True
    ):
        assert reducer > function > unheard


def test_words_of_any_site_about_the_web_say_little() -> None:
    """What code hardly says of itself, documentation may say on every page."""
    screen, thunk = usage("screen", "a screen thunk"), usage("thunk", "a screen thunk")
    assert screen[0] == thunk[0]
    assert screen[1] < thunk[1]


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    site = "a reducer, and values"
    of_docs = usage("reducer values", site)[1]
    assert of_docs > (usage("reducer", site)[1] + usage("values", site)[1]) / 2


def test_the_word_that_speaks_most_for_it_counts_once_again() -> None:
    """So that a long question is not like one of which nothing is known."""
    assert usage("reducer that somebody forgot", "a reducer")[2] == usage("reducer", "a reducer")[2]


def passage(text: Chunk, dense: float, sparse: float) -> Passage:
    return Passage(chunk=text, score=1.0, dense=dense, sparse=sparse)


@pytest.mark.parametrize("common", [CODE, DOCS])
def test_the_common_words_are_written_as_the_index_has_them(common: Common) -> None:
    words = common.words
    assert len(set(words)) == len(words)
    assert set(tokens("Functions return values of the given types")) <= set(words)
    assert 1 > common.share(words[0]) > common.share(words[-1]) > common.share("unheard") > 0


def test_the_background_has_many_questions_and_none_twice() -> None:
    assert len(set(BACKGROUND)) == len(BACKGROUND) >= 100


def test_the_same_chunks_give_the_same_questions() -> None:
    chunks = manual()
    asked = questions(chunks)
    assert asked == questions(reversed(chunks))
    assert len(asked) == min(len(chunks), QUESTIONS)
    assert any(question == source.heading for question, source in asked)


def test_no_passage_is_no_confidence() -> None:
    assert confidence("brake", [], Calibration(0.0, 1, {})) == -math.inf


def test_words_of_one_chunk_alone_are_not_kept() -> None:
    [only] = set(frequencies([chunk("a brake", title=""), chunk("a brake wheel", title="")]))
    assert frequencies([chunk("a brake", title=""), chunk("brake", title="")]) == {only: 2}


async def test_a_site_that_is_too_small_is_not_asked(
    memory: Collection, embedder: Embedder
) -> None:
    """Nothing is searched, in a collection that could not be."""
    known = await calibrated(memory, embedder, manual()[: FEWEST - 1])
    assert (known.threshold, known.weights, known.chunks) == (-math.inf, (), FEWEST - 1)
