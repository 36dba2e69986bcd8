"""Whether the docs answer at all: calibrated by what they say themselves."""

import math
from collections.abc import AsyncIterator

import pytest

from app.retrieval.collections import Calibration, Collection, Description, open_collection
from app.retrieval.embedders import Embedder, open_embedder
from app.retrieval.passages import Chunk
from app.retrieval.points import page_points
from app.retrieval.refusal import FEWEST, confidence, frequencies, questions, threshold
from app.retrieval.retriever import Retriever, calibrated
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


@pytest.mark.parametrize(
    "question", ["How do I inspect the brake?", "clean a gearbox", "replacing the battery"]
)
async def test_what_the_docs_say_is_answered(car: Retriever, question: str) -> None:
    assert not await refused(car, question)


@pytest.mark.parametrize(
    "question",
    ["Which wine goes with fish?", "How do I mount a volume in docker?", "???", "the and of"],
)
async def test_what_they_do_not_say_is_refused(car: Retriever, question: str) -> None:
    assert await refused(car, question)


async def test_nothing_is_refused_by_an_index_that_was_not_calibrated(
    embedder: Embedder,
) -> None:
    async with open_collection("memory://", "docs") as collection:
        await created(collection, Description(embedder.name, embedder.dimension, "1"))
        [page] = [[chunk("Some text.")]]
        await collection.upsert(page_points(page, await embedder.embed(["Some text."])))
        retriever = Retriever(collection, embedder)
        assert not await refused(retriever, "Which wine goes with fish?")


def test_a_site_that_is_too_small_refuses_nothing_that_has_a_passage() -> None:
    assert threshold([1.0] * (FEWEST - 1)) == -math.inf
    assert threshold([1.0] * FEWEST) == 1.0


def test_few_of_what_is_answered_are_below_the_threshold() -> None:
    values = [float(n) for n in range(200)]
    assert sum(value < threshold(values) for value in values) == 6


def test_the_same_chunks_give_the_same_questions() -> None:
    chunks = manual()
    asked = questions(chunks)
    assert asked == questions(reversed(chunks))
    assert len(asked) == len(chunks)
    assert any(question == source.heading for question, source in asked)


def test_no_passage_is_no_confidence() -> None:
    assert confidence("brake", [], Calibration(0.0, 1, {})) == -math.inf


def test_words_of_one_chunk_alone_are_not_kept() -> None:
    [only] = set(frequencies([chunk("a brake", title=""), chunk("a brake wheel", title="")]))
    assert frequencies([chunk("a brake", title=""), chunk("brake", title="")]) == {only: 2}
