"""What every collection does, whichever engine is behind it."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from app.retrieval.collections import (
    Calibration,
    Collection,
    CollectionError,
    CollectionMissingError,
    Description,
    Filter,
    Point,
    SparseVector,
    open_collection,
)
from app.retrieval.passages import Passage
from app.retrieval.points import page_points
from app.retrieval.sparse import encode_question
from tests.fakes.embedder import FakeEmbedder
from tests.retrieval.conftest import COLLECTIONS
from tests.retrieval.samples import DESCRIPTION, chunk, created, filled, points, stored

pytestmark = pytest.mark.parametrize("collection_url", COLLECTIONS, indirect=True)

EVERYTHING = Filter()
NOWHERE = [0.0] * 16
NO_WORDS = SparseVector([], [])

CORPUS = [
    chunk("useEffect runs after the first render.", heading="useEffect", page="/docs/hooks"),
    chunk("State is kept between renders.", heading="state", page="/docs/hooks", ordinal=1),
    chunk("Run npm install --save-dev first.", heading="install", page="/docs/start"),
    chunk("The FlatList component renders long lists.", heading="lists", page="/docs/lists"),
    chunk("Lists scroll; a list of lists does not.", heading="scroll", page="/docs/lists"),
    chunk("Nothing about that here.", page="/docs/about"),
]


async def asked(
    collection: Collection, question: str, *, limit: int = 20, where: Filter = EVERYTHING
) -> list[Passage]:
    dense = await FakeEmbedder().embed_question(question)
    sparse = encode_question(question)
    return await collection.search(dense, sparse, limit=limit, where=where)


def scores(passages: list[Passage]) -> dict[str, tuple[float, float]]:
    assert len({p.chunk.id for p in passages}) == len(passages)
    return {p.chunk.text: (p.dense, p.sparse) for p in passages}


async def test_before_it_is_created_it_says_that_it_is_missing(collection: Collection) -> None:
    assert await collection.describe() is None
    some = await points(*CORPUS[:1])
    attempts: list[Callable[[], Awaitable[object]]] = [
        collection.count,
        lambda: stored(collection),
        lambda: collection.upsert(some),
        lambda: collection.delete([CORPUS[0].id]),
        lambda: collection.page("/docs/hooks"),
        lambda: asked(collection, "a question about lists"),
    ]
    for attempt in attempts:
        with pytest.raises(CollectionMissingError, match=f"{collection.name}.*askdocs ingest"):
            await attempt()


async def test_created_it_is_empty_and_says_what_made_it(collection: Collection) -> None:
    await created(collection)
    assert await collection.describe() == DESCRIPTION
    assert await collection.count() == 0
    assert await stored(collection) == {}
    assert await asked(collection, "lists") == []
    assert await collection.page("/docs/hooks") == []


async def test_a_chunk_comes_back_as_it_was_written(collection: Collection) -> None:
    written = replace(
        chunk("Text.", heading="heading", ordinal=7, version="1.2", locale="fr"),
        breadcrumb=("One", "Two"),
        source="i18n/fr/page.md",
    )
    await filled(collection, written)
    assert await collection.page(written.page) == [written]
    assert [passage.chunk for passage in await asked(collection, "text")] == [written]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "NUL \0 in the middle",
        "emoji 🧑‍🚀, العربية, ภาษาไทย, 日本語, e\u0301, \u202eright to left",
        "\ufeffa mark, \u2028 a separator, \x1b[31m an escape",
        '{"json": "</passage>"}',
        "long " * 200_000,
    ],
    ids=["empty", "blank", "nul", "scripts", "marks", "json", "a megabyte"],
)
async def test_every_text_comes_back_as_it_was(collection: Collection, text: str) -> None:
    written = chunk(text, title=text[:100], page="https://docs.example/docs/日本 語")
    await filled(collection, written)
    assert await collection.page("/docs/%E6%97%A5%E6%9C%AC%20%E8%AA%9E") == [written]


async def test_the_same_id_is_written_over(collection: Collection) -> None:
    await filled(collection, *CORPUS)
    await asked(collection, "useEffect")  # which may remember what it read
    changed = replace(CORPUS[0], text="useMemo keeps a value.", digest="another")
    for _ in range(3):  # as often as the docs are ingested
        await collection.upsert(await points(changed, *CORPUS[1:]))
    assert await collection.count() == len(CORPUS)
    assert await stored(collection) == {c.id: c.digest for c in [changed, *CORPUS[1:]]}
    found = scores(await asked(collection, "useEffect useMemo"))
    assert found[changed.text][1] > 0
    assert CORPUS[0].text not in found


async def test_what_is_deleted_is_found_no_more(collection: Collection) -> None:
    await filled(collection, *CORPUS)
    await collection.delete([CORPUS[0].id, chunk("not there", page="/nowhere").id])
    await collection.delete([])
    assert CORPUS[0].id not in await stored(collection)
    assert await collection.count() == len(CORPUS) - 1
    assert CORPUS[0].text not in scores(await asked(collection, "useEffect"))


async def test_created_again_it_is_empty_again(collection: Collection) -> None:
    await filled(collection, *CORPUS)
    other = Description("another", 3, "2")
    await created(collection, other)
    assert await collection.describe() == other
    assert await stored(collection) == {}
    await collection.upsert([Point(CORPUS[0], [1.0, 0.0, 0.0], NO_WORDS)])
    assert await collection.count() == 1


async def test_both_searches_score(collection: Collection) -> None:
    await filled(collection, *CORPUS)
    question = "how do lists scroll"
    found = scores(await asked(collection, question))
    vector = await FakeEmbedder().embed_question(question)
    for point in await points(*CORPUS):
        cosine = sum(a * b for a, b in zip(vector, point.dense, strict=True))
        assert found[point.chunk.text][0] == pytest.approx(cosine, abs=1e-5)
    assert found["Lists scroll; a list of lists does not."][1] > found[CORPUS[3].text][1] > 0
    assert found["Nothing about that here."][1] == 0


@pytest.mark.parametrize("question", ["useEffect", "how do lists scroll", "npm install --save-dev"])
async def test_every_engine_gives_the_same_scores(
    collection: Collection, memory: Collection, question: str
) -> None:
    unscored = chunk("...", title="", page="/docs/dots")  # no token at all
    for each in (collection, memory):
        await filled(each, *CORPUS, unscored)
        await each.optimize()
    found, expected = [scores(await asked(each, question)) for each in (collection, memory)]
    assert set(found) == set(expected)
    for text, pair in found.items():
        assert pair == pytest.approx(expected[text], abs=1e-5), text


async def test_the_best_come_first_when_not_all_may(collection: Collection) -> None:
    await filled(collection, *CORPUS)
    every = scores(await asked(collection, "how do lists scroll"))
    few = scores(await asked(collection, "how do lists scroll", limit=2))
    assert 2 <= len(few) <= 4
    for side in (0, 1):
        best = sorted((pair[side] for pair in every.values()), reverse=True)[:2]
        kept = sorted((pair[side] for pair in few.values()), reverse=True)[:2]
        assert kept == pytest.approx(best, abs=1e-5)


async def test_a_filter_keeps_one_version_and_one_locale(collection: Collection) -> None:
    chunks = [
        chunk(f"lists in {version} {locale}", version=version, locale=locale)
        for version in ("1.0", "2.0")
        for locale in ("en", "fr")
    ]
    always = chunk("lists in the blog")
    await filled(collection, *chunks, always)

    async def texts(where: Filter) -> set[str]:
        return set(scores(await asked(collection, "lists", where=where)))

    assert await texts(EVERYTHING) == {c.text for c in (*chunks, always)}
    first = {"lists in 1.0 en", "lists in 1.0 fr", always.text}
    assert await texts(Filter(version="1.0")) == first
    assert await texts(Filter(version="2.0", locale="fr")) == {"lists in 2.0 fr", always.text}
    assert await texts(Filter(version="3.0")) == {always.text}


async def test_a_page_is_given_whole_and_in_order(collection: Collection) -> None:
    chunks = [chunk(f"part {n}", page="https://docs.example/docs/a", ordinal=n) for n in range(9)]
    other = chunk("another page", page="https://docs.example/docs/a/b")
    await filled(collection, *reversed(chunks), other)
    for page in ("https://docs.example/docs/a", "/docs/a", "/docs/a/"):
        assert await collection.page(page) == chunks
    assert await collection.page("/docs") == []


async def test_a_text_without_direction_is_found_by_its_words_alone(collection: Collection) -> None:
    """Where a text has no word that the embedder knows, there is no cosine: no NaN, no error."""
    [lost, *others] = await points(*CORPUS)
    await created(collection)
    await collection.upsert([replace(lost, dense=NOWHERE), *others])
    found = scores(await asked(collection, "useEffect"))
    assert found[lost.chunk.text][0] == 0
    assert found[lost.chunk.text][1] > 0
    assert all(map(math.isfinite, (score for pair in found.values() for score in pair)))


async def test_a_question_without_direction_is_answered_by_its_words(
    collection: Collection,
) -> None:
    await filled(collection, *CORPUS)
    words = encode_question("useEffect")
    found = await collection.search(NOWHERE, words, limit=9, where=EVERYTHING)
    assert [passage.chunk for passage in found] == [CORPUS[0]]
    assert await collection.search(NOWHERE, NO_WORDS, limit=9, where=EVERYTHING) == []


async def test_vectors_that_do_not_fit_are_refused(collection: Collection) -> None:
    await filled(collection, *CORPUS)
    words = encode_question("lists")
    point = Point(chunk("new", page="/new"), [1.0, 2.0], words)
    with pytest.raises(CollectionError):
        await collection.upsert([point])
    with pytest.raises(CollectionError):
        await collection.search([1.0, 2.0], words, limit=9, where=EVERYTHING)
    with pytest.raises(CollectionError, match="numbers"):
        await collection.upsert([replace(point, dense=[math.nan] * 16)])
    with pytest.raises(CollectionError, match="numbers"):
        await collection.search([math.inf] * 16, words, limit=9, where=EVERYTHING)
    assert await collection.count() == len(CORPUS)


async def test_many_and_large_chunks_at_once(collection: Collection) -> None:
    """More than a server takes in one request (32 MB), more than a scroll gives at once."""
    many = [chunk("words " * 5_000, page=f"/docs/{n}", title=f"{n}") for n in range(1_200)]
    vector = (await FakeEmbedder().embed(["words"]))[0]
    await created(collection)
    await collection.upsert([Point(c, vector, SparseVector([1], [1.0])) for c in many])
    await collection.upsert([])
    assert await collection.count() == len(many)
    assert set(await stored(collection)) == {c.id for c in many}
    await collection.delete([c.id for c in many])
    assert await stored(collection) == {}


async def test_readers_see_a_draft_when_it_is_published_and_not_before(
    collection: Collection,
) -> None:
    await filled(collection, *CORPUS)
    [new] = await points(chunk("new text", page="/docs/new"))
    async with collection.draft() as draft:
        await draft.create(Description("another", 16, "2"))
        await draft.upsert([new])
        assert await draft.count() == 1
        assert await collection.describe() == DESCRIPTION
        assert await collection.count() == len(CORPUS)
        assert await collection.page("/docs/new") == []
        await draft.publish()
    assert await collection.describe() == Description("another", 16, "2")
    assert await stored(collection) == {new.chunk.id: new.chunk.digest}


async def test_a_draft_that_was_left_is_there_again(collection: Collection) -> None:
    """Whether the collection is there yet or not; once published, the next one is another."""
    for _ in range(2):
        async with collection.draft() as draft:
            assert await draft.describe() is None
            await draft.create(DESCRIPTION)
            await draft.upsert(await points(CORPUS[0]))
        async with collection.draft() as draft:
            assert await draft.describe() == DESCRIPTION
            assert set(await stored(draft)) == {CORPUS[0].id}
            await draft.publish()


async def test_points_come_back_as_they_were_written(collection: Collection) -> None:
    """Copied with all their vectors, they are found by the same scores."""
    page = [chunk("install it", ordinal=0), chunk("remove it", heading="Two", ordinal=1)]
    vectors = [[1.0, *[0.0] * 15], [0.0, 1.0, *[0.0] * 14]]
    [lost] = await points(chunk("nowhere", page="/docs/nowhere"))
    await created(collection)
    await collection.upsert([*page_points(page, vectors), replace(lost, dense=NOWHERE)])
    before = scores(await asked(collection, "install it"))
    async with collection.draft() as draft:
        await draft.create(DESCRIPTION)
        ids = [*(c.id for c in page), lost.chunk.id, chunk("not there", page="/x").id]
        await draft.upsert(await collection.points(ids))
        assert await draft.count() == 3
        await draft.publish()
    assert scores(await asked(collection, "install it")) == before
    assert (await collection.page("/docs/page"))[1] == page[1]


async def test_two_collections_in_one_place_are_apart(
    collection: Collection, collection_url: str
) -> None:
    async with open_collection(collection_url, f"{collection.name}_other") as other:
        await filled(collection, CORPUS[0])
        assert await other.describe() is None


@pytest.mark.parametrize("threshold", [1.25, -math.inf])
async def test_a_calibration_is_kept_until_the_collection_is_made_anew(
    collection: Collection, threshold: float
) -> None:
    assert await collection.calibration() is None
    await filled(collection, chunk("one"))
    assert await collection.calibration() is None
    kept = Calibration(threshold, 7, {2**32 - 1: 3, 5: 2}, (0.5, -2.0))
    await collection.calibrate(kept)
    assert await collection.calibration() == kept
    assert await collection.describe() == DESCRIPTION
    await created(collection)
    assert await collection.calibration() is None


async def test_a_chunk_has_the_scores_of_its_page(collection: Collection) -> None:
    await created(collection)
    page = [chunk("install it", ordinal=0), chunk("remove it", heading="Two", ordinal=1)]
    vectors = [[1.0, *[0.0] * 15], [0.0, 1.0, *[0.0] * 14]]
    await collection.upsert(page_points(page, vectors))
    words = encode_question("remove it")
    found = await collection.search([0.0, 1.0, *[0.0] * 14], words, limit=9, where=EVERYTHING)
    assert {p.chunk.heading: round(p.page_dense, 3) for p in found} == {"Page": 0.707, "Two": 0.707}
    assert len({p.page_sparse for p in found}) == 1
    assert found[0].page_sparse > 0
