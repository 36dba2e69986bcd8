"""Whatever item the SDK has comes back; whatever an older or newer one wrote stays readable."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from chatkit.types import HiddenContextItem, ThreadItem, UserMessageItem
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import create_async_engine

from app.stores import ThreadStore, records
from app.stores.engine import parsed
from app.stores.schema import items, threads
from tests.stores.samples import ANA, answer, ids, question, thread

ITEM_TYPES = get_args(get_args(ThreadItem)[0])
TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=3,
)
WIDGETS = st.sampled_from(
    [
        {"type": "Card", "children": [{"type": "Text", "value": "Title", "size": "sm"}]},
        {"type": "ListView", "children": [{"type": "ListViewItem", "children": []}]},
        {"type": "Basic", "children": {"type": "Col", "gap": 2, "padding": {"x": 4, "y": 3}}},
    ]
)
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "widget": WIDGETS,
    "icon": st.sampled_from(["book-open", "lucide:anchor", "vendor:logo", None]),
}
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 10**6),
    bool: st.booleans(),
    NoneType: st.none(),
    Any: JSON,
    AnyUrl: st.just("https://docs.test/a?b=1#c"),
    datetime: st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Whatever `annotation` allows, as the SDK's models use annotations."""
    arguments = get_args(annotation)
    match get_origin(annotation):
        case None if annotation in PLAIN:
            return PLAIN[annotation]
        case None if issubclass(annotation, BaseModel):
            return models(annotation)
        case origin if origin is Annotated:
            return values(arguments[0])
        case origin if origin is Literal:
            return st.sampled_from(arguments)
        case origin if origin in {Union, UnionType}:
            return st.one_of(values(argument) for argument in arguments)
        case origin if origin is list:
            return st.lists(values(arguments[0]), max_size=2)
        case origin if origin is dict:
            return st.dictionaries(TEXT, values(arguments[1]), max_size=2)
        case _:
            raise AssertionError(f"{annotation!r} is new in the SDK: say what it allows")


@cache
def models(kind: type[BaseModel]) -> st.SearchStrategy[BaseModel]:
    hints = get_type_hints(kind)
    strategies = {
        name: NAMED[name] if name in NAMED else values(hints[name]) for name in kind.model_fields
    }
    required = {name for name, field in kind.model_fields.items() if field.is_required()}
    return st.fixed_dictionaries(
        {name: strategies[name] for name in sorted(required)},
        optional={name: strategies[name] for name in sorted(strategies.keys() - required)},
    ).map(kind.model_validate)


@pytest.mark.parametrize("kind", ITEM_TYPES)
def test_every_item_of_the_sdk_comes_back_as_it_was(kind: type[ThreadItem]):
    @settings(max_examples=25, deadline=None)
    @given(models(kind))
    def round_trip(item: Any) -> None:
        loaded = records.item_from(records.item_text(item.thread_id, item))
        assert type(loaded) is kind
        assert loaded == item

    round_trip()


# Written by others


async def stored_as(url: str, **changes: str) -> None:
    """Change what is stored for m1 of thr_1, behind the store's back."""
    engine = create_async_engine(parsed(url))
    async with engine.begin() as connection:
        for name, data in changes.items():
            table = {"item": items, "thread": threads}[name]
            id_ = {"item": "m1", "thread": "thr_1"}[name]
            await connection.execute(update(table).where(table.c.id == id_).values(data=data))
    await engine.dispose()


async def three_messages(store: ThreadStore) -> None:
    await store.save_thread(thread(title="Hooks"), ANA)
    for n in range(3):
        await store.add_thread_item("thr_1", question(f"m{n}", minutes=n), ANA)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/threads.db"


HEADER = {"id": "m1", "thread_id": "thr_1", "created_at": "2025-10-06T12:00:00Z"}


async def test_an_item_of_the_first_sdk_is_loaded(store: ThreadStore, database_url: str):
    """As version 1.0 wrote it: with fewer fields."""
    old = {
        "id": "m1",
        "thread_id": "thr_1",
        "created_at": "2025-10-06T12:00:00+00:00",
        "type": "user_message",
        "content": [{"type": "input_text", "text": "How?"}],
        "inference_options": {},
    }
    await three_messages(store)
    await stored_as(database_url, item=json.dumps(old))
    loaded = await store.load_item("thr_1", "m1", ANA)
    assert isinstance(loaded, UserMessageItem)
    assert loaded.content[0].text == "How?"


@pytest.mark.parametrize(
    "unknown",
    [
        {"type": "hologram", "beams": 7},
        {"type": "assistant_message", "content": [{"type": "output_smell", "smell": "rose"}]},
        {"content": "no type at all"},
    ],
)
async def test_an_item_of_a_newer_sdk_leaves_its_thread_readable(
    store: ThreadStore, database_url: str, unknown: dict[str, object]
):
    await three_messages(store)
    await stored_as(database_url, item=json.dumps(HEADER | unknown))
    page = await store.load_thread_items("thr_1", None, 9, "asc", ANA)
    assert ids(page.data) == ["m0", "m1", "m2"]
    assert isinstance(page.data[1], HiddenContextItem)
    assert isinstance(await store.load_item("thr_1", "m1", ANA), HiddenContextItem)
    visible = await store.load_visible_items("thr_1", None, 2, "asc", ANA)
    assert (ids(visible.data), visible.has_more) == (["m0", "m2"], False)


async def test_an_item_that_was_not_readable_is_stored_as_it_was(
    store: ThreadStore, database_url: str
):
    newer = json.dumps(HEADER | {"type": "hologram"})
    await three_messages(store)
    await stored_as(database_url, item=newer)
    await store.load_item("thr_1", "m1", ANA)
    await store.add_thread_item("thr_1", answer("m3"), ANA)
    engine = create_async_engine(parsed(database_url))
    async with engine.connect() as connection:
        found = await connection.scalar(text("SELECT data FROM items WHERE id = 'm1'"))
    await engine.dispose()
    assert found == newer


async def test_a_thread_of_a_newer_sdk_keeps_its_title(store: ThreadStore, database_url: str):
    await three_messages(store)
    newer = json.loads(records.thread_text(thread(title="Hooks"))) | {"status": {"type": "frozen"}}
    await stored_as(database_url, thread=json.dumps(newer))
    assert (await store.load_thread("thr_1", ANA)).title == "Hooks"
    assert (await store.load_threads(9, None, "desc", ANA)).data[0].title == "Hooks"
