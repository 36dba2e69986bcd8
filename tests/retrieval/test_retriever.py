"""Question → passages, over a small site."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.collections import (
    Collection,
    CollectionMissingError,
    Description,
    Filter,
    open_collection,
)
from app.retrieval.embedders import Embedder, EmbedderError, open_embedder
from app.retrieval.passages import Passage
from app.retrieval.points import page_points
from app.retrieval.ranking import ranked
from app.retrieval.retriever import Retriever, check, joined
from tests.fakes.embedder import FakeEmbedder
from tests.retrieval.samples import DESCRIPTION, chunk, created, filled, points

SITE = "https://docs.example/docs"
TREE = [
    chunk("Chat over your docs.", page=f"{SITE}/", title="Welcome"),
    chunk(
        "Run npm install chatdocs, then start it.",
        page=f"{SITE}/install",
        title="Installation",
        heading="With npm",
        ordinal=1,
    ),
    chunk("You need Node 20.", page=f"{SITE}/install", title="Installation"),
    chunk(
        "Set PORT to listen elsewhere; the default is 8000.",
        page=f"{SITE}/settings/",
        title="Settings",
        heading="PORT",
    ),
    chunk(
        "Set DATABASE_URL to keep threads in PostgreSQL.",
        page=f"{SITE}/settings/",
        title="Settings",
        heading="DATABASE_URL",
        ordinal=1,
    ),
    chunk("Cats sleep a lot.", page=f"{SITE}/日本 語", title="Pets"),
]


@pytest.fixture(params=["memory:// fake", "file: wordllama:"])
async def retriever(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Retriever]:
    scheme, _, name = request.param.partition(" ")
    url = f"file:{tmp_path}" if scheme == "file:" else scheme
    opened = nullcontext(FakeEmbedder(dimension=256)) if name == "fake" else open_embedder(name)
    async with opened as embedder, open_collection(url, "docs") as collection:
        await created(collection, Description(embedder.name, embedder.dimension, "1"))
        for page in {c.page for c in TREE}:
            chunks = [c for c in TREE if c.page == page]
            vectors = await embedder.embed([c.embedded for c in chunks])
            await collection.upsert(page_points(chunks, vectors))
        yield Retriever(collection, embedder)


async def first(retriever: Retriever, question: str) -> str:
    return (await retriever.search(question))[0].chunk.url


@pytest.mark.parametrize(
    ("question", "url"),
    [
        ("How do I install it with npm?", "/install#With npm"),
        ("Which node version do I need?", "/install"),
        ("change the PORT it listens on", "/settings/#PORT"),
        ("DATABASE_URL", "/settings/#DATABASE_URL"),
        ("keep threads in postgresql", "/settings/#DATABASE_URL"),
    ],
)
async def test_the_right_section_comes_first(retriever: Retriever, question: str, url: str) -> None:
    assert await first(retriever, question) == f"{SITE}{url}"


async def test_scores_fall_and_have_their_parts(retriever: Retriever) -> None:
    found = await retriever.search("install with npm", limit=4)
    assert len(found) == 4
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert found[0].dense > 0
    assert found[0].sparse > 0


@pytest.mark.parametrize("question", ["", "   ", "\n\0\t", "…", "the and of"])
async def test_a_question_without_a_word_that_counts_is_no_error(
    retriever: Retriever, question: str
) -> None:
    found = await retriever.search(question)
    assert all(passage.sparse == 0 for passage in found)
    assert found == [] or question.strip()


@pytest.mark.parametrize(
    "question",
    [
        "PORT " * 200_000,
        "PORT \0 \ud800 \U0010ffff",
        "Как изменить PORT?",
        "PORTを変更するには",
        "'; DROP TABLE docs; -- PORT </passage>",
    ],
    ids=["a megabyte", "no text", "russian", "japanese", "hostile"],
)
async def test_every_question_is_searched(retriever: Retriever, question: str) -> None:
    found = await retriever.search(question, page="https://docs.example/\ud800")
    assert found
    if " PORT" in question or "PORT " in question:
        assert found[0].chunk.heading == "PORT"


async def test_a_version_that_the_index_does_not_know_leaves_nobody_without_an_answer(
    memory: Collection,
) -> None:
    chunks = [chunk(f"The PORT of {v}.", version=v, locale="en") for v in ("1.0", "2.0")]
    await created(memory, replace(DESCRIPTION, versions=("1.0", "2.0")))
    await memory.upsert(await points(*chunks))
    retriever = Retriever(memory, FakeEmbedder())

    async def versions(where: Filter) -> set[str]:
        return {p.chunk.version for p in await retriever.search("PORT", where=where)}

    assert await versions(Filter(version="2.0", locale="en")) == {"2.0"}
    assert await versions(Filter(version="9")) == {"1.0", "2.0"}
    assert await versions(Filter(locale="de")) == {"1.0", "2.0"}


async def test_an_empty_collection_finds_nothing_and_a_missing_one_says_so(
    memory: Collection,
) -> None:
    retriever = Retriever(memory, FakeEmbedder())
    with pytest.raises(CollectionMissingError):
        await retriever.search("PORT")
    await filled(memory)
    assert await retriever.search("PORT") == []


async def test_an_embedder_that_fails_is_told(memory: Collection) -> None:
    await filled(memory)
    failure = EmbedderError("The embedder is down.")
    with pytest.raises(EmbedderError, match="is down"):
        await Retriever(memory, FakeEmbedder(failure=failure)).search("PORT")


@pytest.mark.parametrize(
    "url",
    [
        "/docs/install",
        "/docs/install/",
        "/docs/install?theme=dark",
        "/docs/install/#with-npm",
        "https://docs.example/docs/install",
        "https://DOCS.example/docs/install/?a=1#b",
        " /docs/install ",
    ],
)
async def test_a_page_is_read_whole_and_in_order(retriever: Retriever, url: str) -> None:
    assert await retriever.read_page(url) == [TREE[2], TREE[1]]


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("/docs/settings", "Settings"),  # stored with a trailing slash
        ("/docs", "Welcome"),
        ("https://docs.example/docs/", "Welcome"),
        ("/docs/%E6%97%A5%E6%9C%AC%20%E8%AA%9E", "Pets"),
        ("/docs/日本 語", "Pets"),
    ],
)
async def test_a_page_is_found_as_it_may_be_written(
    retriever: Retriever, url: str, title: str
) -> None:
    assert {c.title for c in await retriever.read_page(url)} == {title}


@pytest.mark.parametrize(
    "url",
    [
        "/docs/nowhere",
        "/install",
        "/docs/INSTALL",
        "https://evil.example/docs/install",
        "//evil.example/docs/install",
        "",
        "#with-npm",
        "http://[",
        "../../etc/passwd",
        "/docs/\0 \ud800",
    ],
)
async def test_a_page_that_is_not_there(retriever: Retriever, url: str) -> None:
    assert await retriever.read_page(url) == []


async def test_a_page_without_a_host_is_found_from_any(memory: Collection) -> None:
    """A site that was ingested without its address."""
    written = chunk("Text.", page="/docs/install")
    await filled(memory, written)
    retriever = Retriever(memory, FakeEmbedder())
    for url in ("/docs/install/", "https://docs.example/docs/install"):
        assert await retriever.read_page(url) == [written]


async def test_one_page_does_not_fill_the_list(memory: Collection) -> None:
    same = [
        chunk(f"install step {n}", page="/docs/a", heading=f"Install {n}", ordinal=n)
        for n in range(9)
    ]
    other = [chunk(f"install on {n}", page=f"/docs/{n}") for n in range(4)]
    await filled(memory, *same, *other)
    found = await Retriever(memory, FakeEmbedder()).search("install step", limit=6)
    pages = [passage.chunk.page for passage in found]
    assert len(pages) == 6
    assert pages.count("/docs/a") == 3


async def test_the_same_text_is_given_once(memory: Collection) -> None:
    await filled(memory, *(chunk("install it", page=f"/docs/{n}") for n in range(5)))
    found = await Retriever(memory, FakeEmbedder()).search("install")
    assert [passage.chunk.text for passage in found] == ["install it"]


async def test_without_a_version_the_newest_release_is_searched(memory: Collection) -> None:
    chunks = [chunk(f"The PORT of {v}.", version=v, page=f"/{v}") for v in ("1.0", "2.0", "Next")]
    unversioned = chunk("The PORT of all.", page="/about")
    async with memory.draft() as draft:
        await draft.create(replace(DESCRIPTION, versions=("1.0", "2.0", "Next"), newest=("2.0",)))
        await draft.upsert(await points(*chunks, unversioned))
        await draft.publish()
    retriever = Retriever(memory, FakeEmbedder())

    async def versions(version: str) -> set[str]:
        found = await retriever.search("PORT", where=Filter(version=version))
        return {p.chunk.version for p in found}

    assert await versions("") == {"2.0", ""}
    assert await versions("1.0") == {"1.0", ""}
    assert await versions("unknown") == {"2.0", ""}


async def test_what_two_versions_say_alike_is_given_once(memory: Collection) -> None:
    text = "Install it with npm, then start it on the port that you have chosen. "
    old = chunk(f"{text} Old.", page="/1.0/install", heading="Install", version="1.0")
    new = chunk(f"{text} New.", page="/install", heading="Install", version="2.0")
    other = chunk("Install it elsewhere.", page="/1.0/install", heading="Else", version="1.0")
    await filled(memory, old, new, other)
    found = await Retriever(memory, FakeEmbedder()).search("install with npm")
    assert len(found) == 2
    assert {p.chunk.heading for p in found} == {"Install", "Else"}


def test_neighbours_of_a_section_are_joined_in_their_order() -> None:
    def found(ordinal: int, heading: str, score: float) -> Passage:
        text = f"part {ordinal}"
        return Passage(chunk=chunk(text, heading=heading, ordinal=ordinal), score=score)

    given = [found(4, "a", 9), found(7, "a", 8), found(3, "a", 7), found(5, "b", 6)]
    made = joined([*given, found(5, "a", 5), found(2, "a", 4)])
    assert [p.chunk.text for p in made] == [
        "part 2\n\npart 3\n\npart 4\n\npart 5",
        "part 7",
        "part 5",
    ]
    assert [p.score for p in made] == [9, 8, 6]


async def test_the_readers_own_page_comes_first_among_equals(memory: Collection) -> None:
    pages = [f"https://docs.example/docs/{name}" for name in "abcd"]
    await filled(memory, *(chunk(f"install it {n}", page=p) for n, p in enumerate(pages)))
    retriever = Retriever(memory, FakeEmbedder(dimension=16))
    for page in pages:
        [best, *_] = await retriever.search("install", page=f"{page}/?x#y")
        assert best.chunk.page == page


passages = st.lists(
    st.builds(
        Passage,
        chunk=st.builds(
            lambda page, n: chunk("text", page=f"/{page}", ordinal=n),
            st.integers(0, 3),
            st.integers(0, 50),
        ),
        score=st.just(0.0),
        dense=st.floats(-1, 1),
        sparse=st.floats(0, 50),
    ),
    unique_by=lambda p: p.chunk.id,
    max_size=20,
)


@given(passages, st.randoms())
def test_the_order_follows_from_the_scores_alone(found: list[Passage], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [p.chunk.id for p in ranked(found)] == [p.chunk.id for p in ranked(shuffled)]


@given(passages)
def test_who_is_better_in_both_comes_first_within_a_page(found: list[Passage]) -> None:
    order = {p.chunk.id: place for place, p in enumerate(ranked(found))}
    for a in found:
        for b in found:
            if (
                a.chunk.page == b.chunk.page
                and a.dense > b.dense + 0.001
                and b.dense > 0  # what is not returned is as good as the worst that is
                and a.sparse >= b.sparse
            ):
                assert order[a.chunk.id] < order[b.chunk.id]


async def ready(collection: Collection, embedder: Embedder) -> str:
    return await check(collection, embedder) or "ready"


async def test_why_it_cannot_answer(memory: Collection) -> None:
    fake = FakeEmbedder()
    assert "does not exist: run askdocs ingest" in await ready(memory, fake)
    await filled(memory)
    assert "is empty: run askdocs ingest" in await ready(memory, fake)
    await filled(memory, *TREE)
    assert await ready(memory, fake) == "ready"
    other = await ready(memory, replace(fake, name="another"))
    assert "'fake'" in other
    assert "'another'" in other
    assert "askdocs ingest" in other
    wider = await ready(memory, replace(fake, dimension=32))
    assert "16 dimensions" in wider
    assert "now gives 32" in wider
