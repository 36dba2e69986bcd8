"""What is the memory store's own: it is bounded, and its order is its own work."""

from bisect import insort

import pytest
from chatkit.store import NotFoundError
from chatkit.types import FileAttachment
from hypothesis import given
from hypothesis import strategies as st

from app.stores.memory import MemoryStore
from app.stores.timeline import Timeline
from tests.stores.samples import ANA, BEN, ids, question, thread


async def test_beyond_its_bound_the_thread_untouched_longest_is_dropped():
    store = MemoryStore(max_threads=3)
    for n, owner in enumerate((ANA, BEN, ANA)):
        await store.save_thread(thread(f"thr_{n}", minutes=n), owner)
    await store.add_thread_item("thr_0", question("m0", "thr_0"), ANA)
    await store.save_thread(thread("thr_3", minutes=3), ANA)
    with pytest.raises(NotFoundError):
        await store.load_thread("thr_1", BEN)
    assert (await store.load_threads(9, None, "asc", BEN)).data == []
    assert ids((await store.load_threads(9, None, "asc", ANA)).data) == ["thr_0", "thr_2", "thr_3"]
    assert (await store.load_item("thr_0", "m0", ANA)).id == "m0"


async def test_attachments_that_no_message_took_are_bounded_too():
    store = MemoryStore(max_threads=2)
    for n in range(3):
        file = FileAttachment(id=f"atc_{n}", name="log.txt", mime_type="text/plain")
        await store.save_attachment(file, ANA)
    with pytest.raises(NotFoundError):
        await store.load_attachment("atc_0", ANA)
    assert (await store.load_attachment("atc_2", ANA)).id == "atc_2"


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 3)), max_size=40)


@given(STEPS, st.integers(0, 12), st.integers(1, 5), st.booleans())
def test_a_timeline_pages_like_a_sorted_list(
    steps: list[tuple[bool, int, int]],
    after: int,
    count: int,
    newest_first: bool,
):
    timeline = Timeline()
    expected: list[tuple[int, int, str]] = []
    for sequence, (adding, id_, created) in enumerate(steps):
        there = [place for place in expected if place[2] == str(id_)]
        if adding:
            timeline.add(str(id_), created)
            if not there:
                insort(expected, (created, sequence, str(id_)))
        elif there:
            timeline.remove(str(id_))
            expected.remove(there[0])
    order = [id_ for _, _, id_ in expected]
    assert timeline.page(None, 99, newest_first=False) == order
    assert len(timeline) == len(order)
    if str(after) in timeline:
        at = order.index(str(after))
        following = order[:at][::-1] if newest_first else order[at + 1 :]
        assert timeline.page(str(after), count, newest_first=newest_first) == following[:count]
        assert timeline.later(str(after)) == order[at + 1 :]
