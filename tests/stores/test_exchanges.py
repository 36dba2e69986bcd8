"""What readers asked, with what was answered, thread after thread."""

from collections.abc import AsyncIterator

import pytest
from chatkit.types import Annotation, URLSource

from app.stores import ThreadStore, open_store, records
from app.stores.engine import open_engine
from app.stores.exchanges import Exchange, exchanges
from app.trace import Trace
from tests.stores.conftest import SQL_STORES
from tests.stores.samples import ANA, BEN, answer, hidden, question, thread

on_each = pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[ThreadStore]:
    async with open_store(database_url) as store:
        yield store


async def read(url: str) -> list[Exchange]:
    async with open_engine(url) as engine:
        return [exchange async for exchange in exchanges(engine)]


@on_each
async def test_threads_that_were_written_at_once_are_told_apart(
    store: ThreadStore, database_url: str
) -> None:
    for id_, owner in (("thr_1", ANA), ("thr_2", BEN)):
        await store.save_thread(thread(id_), owner)
    for n in range(5):
        for id_, owner in (("thr_1", ANA), ("thr_2", BEN)):
            asked = question(f"q{n}", id_, minutes=n)
            await store.save_together(id_, owner, items=[asked, answer(f"a{n}", id_, minutes=n)])
    found = await read(database_url)
    assert [(e.message.thread_id, e.message.id) for e in found] == [
        (id_, f"q{n}") for id_ in ("thr_1", "thr_2") for n in range(5)
    ]
    assert [[m.id for m in e.earlier] for e in found[5:]] == [
        [],
        ["q0"],
        ["q1", "q0"],
        ["q2", "q1", "q0"],
        ["q3", "q2", "q1"],
    ]
    assert {m.thread_id for e in found[5:] for m in e.earlier} == {"thr_2"}


@on_each
async def test_all_that_was_said_to_a_message_is_its_own(
    store: ThreadStore, database_url: str
) -> None:
    await store.save_thread(thread(), ANA)
    source = URLSource(title="A page", url="https://d.example/a")
    first, second = answer("a1", minutes=1), answer("a2", minutes=2)
    second.content[0].annotations = [Annotation(source=source, index=0)]
    items = [question("q1"), first, hidden("h", minutes=1), second, question("q2", minutes=3)]
    traces = {"a1": Trace("q1", "fake"), "a2": Trace("q1", "fake", refused=True)}
    await store.save_together("thr_1", ANA, items=items, traces=traces)
    await store.save_feedback("thr_1", ["a1", "a2"], "negative", ANA)
    answered, unanswered = await read(database_url)
    assert (answered.cited, answered.said, answered.refused) == ([source.url], {"negative"}, True)
    assert (unanswered.cited, unanswered.said, unanswered.refused) == ([], set(), False)


def test_a_trace_of_before_refusals_were_kept_is_read() -> None:
    trace = records.trace_from('{"question": "Why?", "model": "fake", "passages": []}')
    assert trace == Trace("Why?", "fake")
    assert trace.refused is None
