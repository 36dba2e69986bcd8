"""askdocs export and import: from one database to another, and nothing changes on the way."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from chatkit.types import FileAttachment
from sqlalchemy import text

from app.context import RequestContext
from app.stores import StoreError, ThreadStore, open_store
from app.stores.engine import open_engine
from app.stores.transfer import export, restore
from app.trace import Trace
from tests.stores.conftest import SQL_STORES
from tests.stores.samples import ANA, BEN, answer, hidden, ids, question, thread


async def filled(url: str) -> None:
    async with open_store(url) as store:
        await store.save_thread(thread("thr_1", title="Über\0 🚀"), ANA)
        await store.save_thread(thread("thr_2"), BEN)
        for n in range(30):
            await store.add_thread_item("thr_1", question(f"m{29 - n}"), ANA)  # of one instant
        await store.add_thread_item("thr_1", hidden("h"), ANA)
        await store.add_thread_item("thr_2", answer("a", "thr_2", text="é\0\ud7ff"), BEN)
        await store.save_together("thr_2", BEN, traces={"a": Trace("Why?", "extractive:")})
        await store.save_feedback("thr_2", ["a"], "negative", BEN, "because")
        await store.save_attachment(
            FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain"), ANA
        )


async def exported(url: str) -> list[str]:
    async with open_engine(url) as engine:
        return [line async for line in export(engine)]


async def imported(url: str, lines: Iterable[str]) -> dict[str, int]:
    async with open_engine(url) as engine:
        return dict(await restore(engine, lines))


async def everything(store: ThreadStore, thread_id: str, owner: RequestContext) -> object:
    return (
        await store.load_thread(thread_id, owner),
        await store.load_thread_items(thread_id, None, 100, "asc", owner),
        await store.load_feedback(thread_id, owner),
    )


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
async def test_there_and_back_again_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    elsewhere, back = (f"sqlite:///{tmp_path}/{name}.db" for name in ("elsewhere", "back"))
    await filled(elsewhere)
    lines = await exported(elsewhere)
    counts = {"threads": 2, "items": 32, "traces": 1, "feedback": 1, "attachments": 1}
    assert await imported(database_url, lines) == counts
    assert await imported(database_url, lines) == counts
    there = await exported(database_url)
    assert there == lines
    await imported(back, there)
    async with open_store(elsewhere) as one, open_store(back) as other:
        for thread_id, owner in (("thr_1", ANA), ("thr_2", BEN)):
            assert await everything(other, thread_id, owner) == await everything(
                one, thread_id, owner
            )


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
async def test_what_was_deleted_is_brought_back_and_what_is_newer_is_left(
    database_url: str,
) -> None:
    await filled(database_url)
    lines = await exported(database_url)
    async with open_store(database_url) as store:
        await store.delete_thread("thr_1", ANA)
        await store.add_thread_item("thr_2", answer("later", "thr_2"), BEN)
    await imported(database_url, lines)
    async with open_store(database_url) as store:
        assert len((await store.load_thread_items("thr_1", None, 100, "asc", ANA)).data) == 31
        found = await store.load_thread_items("thr_2", None, 100, "asc", BEN)
        assert ids(found.data) == ["a", "later"]
        await store.save_thread(thread("thr_1"), ANA)


BAD = {
    "{": "Line 3 is not one of askdocs export",
    "[]": "Line 3 is not one of askdocs export",
    '{"table": "alembic_version"}': "Line 3 is not one of askdocs export",
    '{"table": "threads", "id": "t", "owner": "o", "created": "now", "data": "{}"}': (
        "Line 3: created of threads is 'now'"
    ),
    '{"table": "threads", "id": "t", "owner": "o", "created": 1}': "data of threads is None",
    '{"table": "threads", "id": "t", "owner": "o", "created": 1, "data": "{}", "mood": 1}': (
        "Line 3 has mood, which this version does not know"
    ),
    '{"table": "items", "thread_id": "no", "id": "i", "created": 1, "data": "{}"}': (
        "From line 3 on, items are of threads that are not there"
    ),
}


@pytest.mark.parametrize("database_url", SQL_STORES, indirect=True)
@pytest.mark.parametrize("line", BAD)
async def test_a_bad_line_is_named_and_nothing_is_kept(database_url: str, line: str) -> None:
    good = [
        json.dumps({"table": "threads", "id": f"t{n}", "owner": "o", "created": 1, "data": "{}"})
        for n in range(2)
    ]
    with pytest.raises(StoreError, match=BAD[line]):
        await imported(database_url, [*good, line])
    assert await exported(database_url) == []


async def test_a_thread_of_another_reader_is_not_taken_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/threads.db"
    await filled(url)
    line = {"table": "threads", "id": "thr_1", "owner": "guest_eve", "created": 1, "data": "{}"}
    with pytest.raises(StoreError, match="thr_1 belongs to another reader"):
        await imported(url, [json.dumps(line)])


async def test_an_export_of_before_traces_is_read(tmp_path: Path) -> None:
    """Columns that came later, and may be empty, may be missing."""
    url = f"sqlite:///{tmp_path}/threads.db"
    rows = [
        {"table": "threads", "id": "t", "owner": "o", "created": 1, "data": "{}"},
        {
            "table": "feedback", "thread_id": "t", "item_id": "i", "kind": "positive",
            "reason": None, "created": 2,
        },
    ]  # fmt: skip
    await imported(url, map(json.dumps, rows))
    async with open_engine(url) as engine, engine.connect() as connection:
        found = await connection.execute(text("SELECT kind, answer, trace FROM feedback"))
        assert found.all() == [("positive", None, None)]


async def test_memory_has_nothing_to_export() -> None:
    with pytest.raises(StoreError, match="keeps nothing"):
        await exported("memory://")
