"""What every store does, whichever URL chose it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import anyio
import pytest
from chatkit.store import NotFoundError
from chatkit.types import FileAttachment, Page, Thread, ThreadItem

from app.context import RequestContext
from app.stores import ThreadStore
from app.stores.base import MAX_PAGE
from app.trace import Trace, TracedPassage
from tests.stores.conftest import STORES
from tests.stores.samples import ANA, BEN, NOBODY, NOON, answer, hidden, ids, question, thread

pytestmark = pytest.mark.parametrize("database_url", STORES, indirect=True)


TRACE = Trace(
    "Why\0? 🚀",
    "openrouter:x/y",
    (TracedPassage(1, "https://docs.example/a#b", "A › B", 1.5, 0.25, 3.0),),
)


async def filled(store: ThreadStore, count: int, owner: RequestContext = ANA) -> None:
    """thr_1 with `count` questions a minute apart, m0 first."""
    await store.save_thread(thread(), owner)
    for n in range(count):
        await store.add_thread_item("thr_1", question(f"m{n}", minutes=n), owner)


async def all_pages(
    load: Callable[[str | None], Awaitable[Page[ThreadItem]]],
) -> list[Page[ThreadItem]]:
    pages = [await load(None)]
    while pages[-1].has_more:
        pages.append(await load(pages[-1].after))
    return pages


# Threads


async def test_a_thread_is_loaded_as_it_was_saved(store: ThreadStore):
    saved = thread(title="Hooks, 日本語 🚀 \0")
    saved.metadata = {"page": "/docs/hooks", "n": [1, None, 2.5]}
    await store.save_thread(saved, ANA)
    assert await store.load_thread("thr_1", ANA) == saved


async def test_a_thread_saved_again_is_updated(store: ThreadStore):
    await store.save_thread(thread(), ANA)
    await store.save_thread(thread(title="Hooks"), ANA)
    assert (await store.load_thread("thr_1", ANA)).title == "Hooks"
    assert len((await store.load_threads(10, None, "desc", ANA)).data) == 1


async def test_a_thread_saved_with_its_items_keeps_its_metadata_alone(store: ThreadStore):
    full = Thread(**thread(title="Hooks").model_dump(), items=Page(data=[question("m0")]))
    await store.save_thread(full, ANA)
    assert await store.load_thread("thr_1", ANA) == thread(title="Hooks")
    assert (await store.load_thread_items("thr_1", None, 10, "asc", ANA)).data == []


async def test_threads_are_listed_newest_or_oldest_first(store: ThreadStore):
    for n in range(5):
        await store.save_thread(thread(f"thr_{n}", minutes=n), ANA)
    newest = await store.load_threads(2, None, "desc", ANA)
    assert (ids(newest.data), newest.has_more, newest.after) == (["thr_4", "thr_3"], True, "thr_3")
    rest = await store.load_threads(3, "thr_3", "desc", ANA)
    assert (ids(rest.data), rest.has_more, rest.after) == (["thr_2", "thr_1", "thr_0"], False, None)
    oldest = await store.load_threads(9, "thr_1", "asc", ANA)
    assert ids(oldest.data) == ["thr_2", "thr_3", "thr_4"]


async def test_an_update_does_not_move_a_thread_in_the_list(store: ThreadStore):
    for n in range(3):
        await store.save_thread(thread(f"thr_{n}", minutes=n), ANA)
    await store.save_thread(thread("thr_0", minutes=99, title="Renamed"), ANA)
    assert ids((await store.load_threads(9, None, "asc", ANA)).data) == ["thr_0", "thr_1", "thr_2"]


async def test_a_deleted_thread_takes_everything_with_it(store: ThreadStore):
    await filled(store, 2)
    await store.save_feedback("thr_1", ["m1"], "positive", ANA)
    await store.save_attachment(attachment(thread_id="thr_1"), ANA)
    await store.delete_thread("thr_1", ANA)
    assert (await store.load_threads(10, None, "desc", ANA)).data == []
    for missing in (
        store.load_thread("thr_1", ANA),
        store.load_thread_items("thr_1", None, 10, "asc", ANA),
        store.load_item("thr_1", "m0", ANA),
        store.load_feedback("thr_1", ANA),
        store.load_attachment("atc_1", ANA),
        store.delete_thread("thr_1", ANA),
    ):
        with pytest.raises(NotFoundError):
            await missing


async def test_an_answer_that_is_still_being_written_does_not_bring_its_thread_back(
    store: ThreadStore,
):
    await filled(store, 1)
    await store.delete_thread("thr_1", ANA)
    with pytest.raises(NotFoundError, match="thr_1"):
        await store.add_thread_item("thr_1", answer("m1"), ANA)
    with pytest.raises(NotFoundError, match="thr_1"):
        await store.save_thread(thread(title="A title, made meanwhile"), ANA)
    assert (await store.load_threads(10, None, "desc", ANA)).data == []


# Items


async def test_items_are_paged_in_both_directions(store: ThreadStore):
    await filled(store, 5)
    forwards = await all_pages(lambda after: store.load_thread_items("thr_1", after, 2, "asc", ANA))
    assert [ids(page.data) for page in forwards] == [["m0", "m1"], ["m2", "m3"], ["m4"]]
    assert [page.after for page in forwards] == ["m1", "m3", None]
    backwards = await all_pages(
        lambda after: store.load_thread_items("thr_1", after, 2, "desc", ANA)
    )
    assert [ids(page.data) for page in backwards] == [["m4", "m3"], ["m2", "m1"], ["m0"]]


async def test_a_page_that_ends_with_the_thread_says_so(store: ThreadStore):
    await filled(store, 4)
    page = await store.load_thread_items("thr_1", "m1", 2, "asc", ANA)
    assert (ids(page.data), page.has_more, page.after) == (["m2", "m3"], False, None)


async def test_items_of_the_same_instant_keep_the_order_of_arrival(store: ThreadStore):
    await store.save_thread(thread(), ANA)
    arrived = ["m3", "m1", "m2", "m0", "m4"]
    for item_id in arrived:
        await store.add_thread_item("thr_1", question(item_id), ANA)
    page = await store.load_thread_items("thr_1", None, 9, "asc", ANA)
    assert ids(page.data) == arrived
    assert ids((await store.load_thread_items("thr_1", "m1", 2, "asc", ANA)).data) == ["m2", "m0"]
    assert ids((await store.load_thread_items("thr_1", "m1", 9, "desc", ANA)).data) == ["m3"]


async def test_items_added_while_paging_are_neither_repeated_nor_skipped(store: ThreadStore):
    await filled(store, 6)
    first = await store.load_thread_items("thr_1", None, 3, "desc", ANA)
    await store.add_thread_item("thr_1", question("m6", minutes=6), ANA)
    second = await store.load_thread_items("thr_1", first.after, 3, "desc", ANA)
    assert ids(first.data) + ids(second.data) == ["m5", "m4", "m3", "m2", "m1", "m0"]


@pytest.mark.parametrize("save", ["add_thread_item", "save_item"])
async def test_an_item_saved_twice_is_updated_in_place(store: ThreadStore, save: str):
    await filled(store, 3)
    again = answer("m1", minutes=30, text="Changed.")
    await getattr(store, save)("thr_1", again, ANA)
    assert ids((await store.load_thread_items("thr_1", None, 9, "asc", ANA)).data) == [
        "m0",
        "m1",
        "m2",
    ]
    assert await store.load_item("thr_1", "m1", ANA) == again


async def test_two_threads_may_hold_the_same_item_id(store: ThreadStore):
    await filled(store, 1)
    await store.save_thread(thread("thr_2"), BEN)
    await store.add_thread_item("thr_2", answer("m0", "thr_2", text="Ben's."), BEN)
    assert await store.load_item("thr_1", "m0", ANA) == question("m0")
    assert await store.load_item("thr_2", "m0", BEN) == answer("m0", "thr_2", text="Ben's.")


async def test_an_item_belongs_to_the_thread_it_was_added_to(store: ThreadStore):
    await filled(store, 0)
    await store.add_thread_item("thr_1", question("m0", thread_id="thr_elsewhere"), ANA)
    assert (await store.load_item("thr_1", "m0", ANA)).thread_id == "thr_1"


async def test_a_deleted_item_is_gone(store: ThreadStore):
    await filled(store, 3)
    await store.delete_thread_item("thr_1", "m1", ANA)
    assert ids((await store.load_thread_items("thr_1", None, 9, "asc", ANA)).data) == ["m0", "m2"]
    with pytest.raises(NotFoundError, match="m1"):
        await store.load_item("thr_1", "m1", ANA)


async def test_everything_after_an_item_is_deleted_for_a_retry(store: ThreadStore):
    await filled(store, 4)
    await store.add_thread_item("thr_1", hidden("h", minutes=1), ANA)
    await store.delete_items_after("thr_1", "m1", ANA)
    assert ids((await store.load_thread_items("thr_1", None, 9, "asc", ANA)).data) == ["m0", "m1"]


async def test_pages_of_visible_items_are_full(store: ThreadStore):
    await filled(store, 0)
    for n in range(30):
        item = question(f"m{n}", minutes=n) if n % 5 == 0 else hidden(f"m{n}", minutes=n)
        await store.add_thread_item("thr_1", item, ANA)
    pages = await all_pages(lambda after: store.load_visible_items("thr_1", after, 2, "desc", ANA))
    assert [ids(page.data) for page in pages] == [["m25", "m20"], ["m15", "m10"], ["m5", "m0"]]
    assert [page.has_more for page in pages] == [True, True, False]


async def test_a_thread_of_hidden_items_alone_is_one_empty_page(store: ThreadStore):
    await filled(store, 0)
    for n in range(7):
        await store.add_thread_item("thr_1", hidden(f"h{n}"), ANA)
    page = await store.load_visible_items("thr_1", None, 2, "asc", ANA)
    assert (page.data, page.has_more, page.after) == ([], False, None)


@pytest.mark.parametrize(("asked", "given"), [(10**9, MAX_PAGE), (0, 1), (-5, 1)])
async def test_the_size_of_a_page_is_bounded(store: ThreadStore, asked: int, given: int):
    await filled(store, given + 1)
    for page in (
        await store.load_thread_items("thr_1", None, asked, "asc", ANA),
        await store.load_visible_items("thr_1", None, asked, "asc", ANA),
    ):
        assert len(page.data) == given
        assert page.has_more


async def test_an_order_that_is_none_is_refused(store: ThreadStore):
    await filled(store, 1)
    with pytest.raises(ValueError, match="'sideways'"):
        await store.load_thread_items("thr_1", None, 1, "sideways", ANA)
    with pytest.raises(ValueError, match="'sideways'"):
        await store.load_threads(1, None, "sideways", ANA)


async def test_tabs_that_write_to_one_thread_at_once_lose_nothing(store: ThreadStore):
    await filled(store, 0)
    saves = (store.add_thread_item("thr_1", question(f"m{n}"), ANA) for n in range(40))
    await asyncio.gather(*saves)
    assert len((await store.load_thread_items("thr_1", None, 100, "asc", ANA)).data) == 40


async def is_there(store: ThreadStore, item_id: str) -> bool:
    page = await store.load_thread_items("thr_1", None, 100, "asc", ANA)
    return item_id in ids(page.data)


async def test_a_save_that_has_begun_is_finished_though_its_reader_has_left(store: ThreadStore):
    await filled(store, 0)
    for n in range(40):
        save = asyncio.create_task(store.add_thread_item("thr_1", question(f"m{n}"), ANA))
        await asyncio.sleep(n % 12 * 0.0005)
        save.cancel()
        await asyncio.wait([save])
    await store.add_thread_item("thr_1", question("after"), ANA)
    async with asyncio.timeout(10):
        for n in range(40):
            while not await is_there(store, f"m{n}"):
                pass


async def test_a_partial_answer_is_kept_in_a_scope_that_is_cancelled_at_every_await(
    store: ThreadStore,
):
    """As Starlette cancels a response whose reader left."""
    await filled(store, 0)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await store.add_thread_item("thr_1", answer("partial"), ANA)
    async with asyncio.timeout(10):
        while not await is_there(store, "partial"):
            pass


# Copies and times


async def test_what_is_loaded_or_saved_is_a_copy(store: ThreadStore):
    item, metadata = answer("m0"), thread()
    await store.save_thread(metadata, ANA)
    await store.add_thread_item("thr_1", item, ANA)
    item.content[0].text = metadata.title = "changed after saving"
    loaded = await store.load_item("thr_1", "m0", ANA)
    assert loaded == answer("m0")
    loaded.content[0].text = "changed after loading"
    assert await store.load_item("thr_1", "m0", ANA) == answer("m0")
    assert (await store.load_thread("thr_1", ANA)).title is None


@pytest.fixture
def in_karachi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Karachi")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_karachi")
async def test_naive_times_are_local_and_come_back_in_utc(store: ThreadStore):
    naive = datetime(2026, 11, 23, 17, 0, 0, 123456)  # noqa: DTZ001 - as ChatKit makes them
    metadata, item = thread(), answer("m0")
    metadata.created_at = item.created_at = naive
    await store.save_thread(metadata, ANA)
    await store.add_thread_item("thr_1", item, ANA)
    in_utc = NOON.replace(microsecond=123456)
    for loaded in (
        await store.load_thread("thr_1", ANA),
        await store.load_item("thr_1", "m0", ANA),
    ):
        assert loaded.created_at == in_utc
        assert loaded.created_at.utcoffset() == timedelta(0)
        assert loaded.model_dump_json().count("12:00:00.123456Z") == 1
    assert item.created_at == naive


async def test_times_of_other_zones_are_ordered_as_instants(store: ThreadStore):
    await filled(store, 2)
    early = question("early")
    early.created_at = (NOON - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=9)))
    await store.add_thread_item("thr_1", early, ANA)
    page = await store.load_thread_items("thr_1", None, 9, "asc", ANA)
    assert ids(page.data) == ["early", "m0", "m1"]


# Feedback and attachments


def attachment(
    id_: str = "atc_1", thread_id: str | None = None, name: str = "log.txt"
) -> FileAttachment:
    return FileAttachment(
        id=id_, name=name, mime_type="text/plain", thread_id=thread_id, metadata={"bytes": 7}
    )


async def test_the_latest_word_on_an_item_counts(store: ThreadStore):
    await filled(store, 3)
    before = datetime.now(UTC)
    await store.save_feedback("thr_1", ["m0", "m2"], "positive", ANA)
    await store.save_feedback("thr_1", ["m0"], "negative", ANA, reason="It is out of date\0 🚀")
    found = await store.load_feedback("thr_1", ANA)
    assert {(f.item_id, f.kind, f.reason) for f in found} == {
        ("m2", "positive", None),
        ("m0", "negative", "It is out of date\ufffd 🚀"),
    }
    assert all(before - timedelta(seconds=1) <= f.created_at <= datetime.now(UTC) for f in found)


async def test_feedback_on_an_item_that_is_not_there_records_nothing(store: ThreadStore):
    await filled(store, 1)
    with pytest.raises(NotFoundError, match="m9"):
        await store.save_feedback("thr_1", ["m0", "m9"], "positive", ANA)
    assert await store.load_feedback("thr_1", ANA) == []


async def test_what_is_saved_together_is_there_together(store: ThreadStore):
    told = [question("m0"), answer("a0")]
    await store.save_together("thr_1", ANA, thread=thread(), items=told)
    assert (await store.load_thread("thr_1", ANA)).id == "thr_1"
    page = await store.load_thread_items("thr_1", None, 9, "asc", ANA)
    assert ids(page.data) == ["m0", "a0"]
    renamed = thread().model_copy(update={"title": "Named"})
    await store.save_together("thr_1", ANA, thread=renamed, traces={"a0": TRACE})
    assert (await store.load_thread("thr_1", ANA)).title == "Named"


async def test_nothing_is_saved_together_in_a_deleted_thread(store: ThreadStore):
    await store.save_thread(thread(), ANA)
    await store.delete_thread("thr_1", ANA)
    with pytest.raises(NotFoundError, match="thr_1"):
        await store.save_together("thr_1", ANA, thread=thread(), items=[answer("a0")])
    with pytest.raises(NotFoundError, match="thr_1"):
        await store.load_thread("thr_1", ANA)


async def test_feedback_keeps_the_answer_and_what_it_was_made_from(store: ThreadStore):
    await filled(store, 1)
    await store.save_together("thr_1", ANA, traces={"a0": TRACE})  # before the item it is about
    await store.add_thread_item("thr_1", answer("a0", text="Because.\0"), ANA)
    await store.save_feedback("thr_1", ["a0", "m0"], "negative", ANA)
    await store.save_item("thr_1", answer("a0", text="Something else."), ANA)
    await store.save_together("thr_1", ANA, traces={"a0": Trace("Other?", "extractive:")})
    judged, other = await store.load_feedback("thr_1", ANA)
    assert (judged.answer, judged.trace) == ("Because.\N{REPLACEMENT CHARACTER}", TRACE)
    assert (other.answer, other.trace) == ("", None)
    await store.save_feedback("thr_1", ["a0"], "positive", ANA)
    (judged,) = [f for f in await store.load_feedback("thr_1", ANA) if f.item_id == "a0"]
    assert (judged.kind, judged.answer) == ("positive", "Something else.")
    assert judged.trace == Trace("Other?", "extractive:")


async def test_feedback_outlives_the_answer_that_a_retry_replaced(store: ThreadStore):
    await filled(store, 2)
    await store.save_feedback("thr_1", ["m1"], "negative", ANA)
    await store.delete_items_after("thr_1", "m0", ANA)
    assert [f.item_id for f in await store.load_feedback("thr_1", ANA)] == ["m1"]


async def test_an_attachment_is_kept_updated_and_deleted(store: ThreadStore):
    await filled(store, 0)
    await store.save_attachment(attachment(), ANA)
    assert await store.load_attachment("atc_1", ANA) == attachment()
    await store.save_attachment(attachment(thread_id="thr_1"), ANA)
    assert await store.load_attachment("atc_1", ANA) == attachment(thread_id="thr_1")
    await store.delete_attachment("atc_1", ANA)
    with pytest.raises(NotFoundError, match="atc_1"):
        await store.load_attachment("atc_1", ANA)


# Isolation

THREAD_CALLS: dict[str, Callable[[ThreadStore, str, RequestContext], Awaitable[object]]] = {
    "load_thread": lambda s, id_, c: s.load_thread(id_, c),
    "delete_thread": lambda s, id_, c: s.delete_thread(id_, c),
    "load_threads": lambda s, id_, c: s.load_threads(10, id_, "desc", c),
    "load_thread_items": lambda s, id_, c: s.load_thread_items(id_, None, 10, "asc", c),
    "load_visible_items": lambda s, id_, c: s.load_visible_items(id_, None, 10, "asc", c),
    "load_item": lambda s, id_, c: s.load_item(id_, "m0", c),
    "add_thread_item": lambda s, id_, c: s.add_thread_item(id_, answer("m0", id_), c),
    "save_item": lambda s, id_, c: s.save_item(id_, answer("m0", id_), c),
    "delete_thread_item": lambda s, id_, c: s.delete_thread_item(id_, "m0", c),
    "delete_items_after": lambda s, id_, c: s.delete_items_after(id_, "m0", c),
    "save_feedback": lambda s, id_, c: s.save_feedback(id_, ["m0"], "negative", c),
    "load_feedback": lambda s, id_, c: s.load_feedback(id_, c),
    "save_together": lambda s, id_, c: s.save_together(id_, c, items=[answer("new")]),
    "save_together: traces": lambda s, id_, c: s.save_together(id_, c, traces={"m0": TRACE}),
    "save_attachment": lambda s, id_, c: s.save_attachment(attachment("atc_new", id_), c),
}


async def snapshot(store: ThreadStore) -> tuple[object, ...]:
    return (
        await store.load_thread("thr_1", ANA),
        await store.load_thread_items("thr_1", None, 100, "asc", ANA),
        await store.load_feedback("thr_1", ANA),
        await store.load_attachment("atc_1", ANA),
    )


@pytest.mark.parametrize("call", THREAD_CALLS)
async def test_a_thread_of_somebody_else_is_as_if_it_did_not_exist(store: ThreadStore, call: str):
    await filled(store, 3)
    await store.save_feedback("thr_1", ["m0"], "positive", ANA)
    await store.save_attachment(attachment(thread_id="thr_1"), ANA)
    before = await snapshot(store)
    messages: list[str] = []
    for context, thread_id in ((BEN, "thr_1"), (NOBODY, "thr_1"), (BEN, "thr_9"), (ANA, "thr_9")):
        if call == "load_threads" and context.anonymous:
            continue  # lists nothing, whatever is asked
        with pytest.raises(NotFoundError) as caught:
            await THREAD_CALLS[call](store, thread_id, context)
        messages.append(str(caught.value).replace(thread_id, "ID"))
    assert set(messages) == {"No thread by the id of 'ID' was found."}
    assert await snapshot(store) == before


async def test_a_thread_of_somebody_else_is_not_overwritten(store: ThreadStore):
    await filled(store, 1)
    for context in (BEN, NOBODY):
        with pytest.raises(NotFoundError, match="thr_1"):
            await store.save_thread(thread(title="mine now"), context)
    assert await store.load_thread("thr_1", ANA) == thread()


ITEM_CALLS: dict[str, Callable[[ThreadStore, str], Awaitable[object]]] = {
    "load_item": lambda s, id_: s.load_item("thr_2", id_, ANA),
    "delete_thread_item": lambda s, id_: s.delete_thread_item("thr_2", id_, ANA),
    "delete_items_after": lambda s, id_: s.delete_items_after("thr_2", id_, ANA),
    "save_feedback": lambda s, id_: s.save_feedback("thr_2", [id_], "negative", ANA),
    "load_thread_items": lambda s, id_: s.load_thread_items("thr_2", id_, 9, "asc", ANA),
    "load_visible_items": lambda s, id_: s.load_visible_items("thr_2", id_, 9, "desc", ANA),
}


@pytest.mark.parametrize("call", ITEM_CALLS)
async def test_an_item_of_another_thread_is_as_if_it_did_not_exist(store: ThreadStore, call: str):
    await filled(store, 1)
    await store.save_thread(thread("thr_2"), ANA)
    for item_id in ("m0", "m9", "", "m\0", "m\ud800", "x" * 10_000):
        with pytest.raises(NotFoundError, match="No item by the id of"):
            await ITEM_CALLS[call](store, item_id)
    assert await store.load_item("thr_1", "m0", ANA) == question("m0")


async def test_an_attachment_of_somebody_else_is_as_if_it_did_not_exist(store: ThreadStore):
    await store.save_attachment(attachment(), ANA)
    for context, id_ in ((BEN, "atc_1"), (NOBODY, "atc_1"), (BEN, "atc_9")):
        for call in (store.load_attachment(id_, context), store.delete_attachment(id_, context)):
            with pytest.raises(NotFoundError, match=id_):
                await call
    with pytest.raises(NotFoundError, match="atc_1"):
        await store.save_attachment(attachment(name="mine now"), BEN)
    assert await store.load_attachment("atc_1", ANA) == attachment()


async def test_without_a_token_threads_are_reached_by_id_and_never_listed(store: ThreadStore):
    await filled(store, 2, owner=NOBODY)
    assert await store.load_thread("thr_1", NOBODY) == thread()
    assert len((await store.load_thread_items("thr_1", None, 9, "asc", NOBODY)).data) == 2
    assert (await store.load_threads(10, None, "desc", NOBODY)).data == []
    assert (await store.load_threads(10, "thr_1", "desc", NOBODY)).data == []
    with pytest.raises(NotFoundError):
        await store.load_thread("thr_1", ANA)


async def test_a_store_that_answers_says_so(store: ThreadStore):
    await store.ping()


async def test_a_reader_deletes_all_of_theirs_and_nothing_else(store: ThreadStore):
    await filled(store, 3)
    await store.save_thread(thread("thr_2"), ANA)
    await store.save_thread(thread("thr_ben"), BEN)
    await store.save_thread(thread("thr_nobody"), NOBODY)
    assert await store.delete_threads(ANA) == 2
    assert await store.delete_threads(ANA) == 0
    assert (await store.load_threads(10, None, "desc", ANA)).data == []
    for gone in ("thr_1", "thr_2"):
        with pytest.raises(NotFoundError):
            await store.add_thread_item(gone, answer("late", gone), ANA)
        with pytest.raises(NotFoundError):
            await store.save_thread(thread(gone), ANA)
    assert await store.delete_threads(NOBODY) == 0, "these belong to many people"
    assert (await store.load_thread("thr_ben", BEN)).id == "thr_ben"
    assert (await store.load_thread("thr_nobody", NOBODY)).id == "thr_nobody"


async def test_threads_that_nobody_added_to_for_long_go(store: ThreadStore):
    for number in range(450):
        await store.save_thread(thread(f"old_{number}"), ANA if number % 2 else BEN)
    await store.save_thread(thread("went_on"), ANA)
    await store.add_thread_item("went_on", answer("a0", "went_on", minutes=90), ANA)
    await store.save_thread(thread("stopped"), ANA)
    await store.add_thread_item("stopped", answer("a0", "stopped", minutes=59), ANA)
    await store.save_thread(thread("new", minutes=61), NOBODY)
    limit = NOON + timedelta(minutes=60)
    assert await store.delete_idle_threads(limit) == 451
    assert await store.delete_idle_threads(limit) == 0
    assert ids((await store.load_threads(100, None, "asc", ANA)).data) == ["went_on"]
    assert (await store.load_thread("new", NOBODY)).id == "new"
    assert (await store.load_item("went_on", "a0", ANA)).id == "a0"
    with pytest.raises(NotFoundError):
        await store.save_thread(thread("stopped"), ANA)
