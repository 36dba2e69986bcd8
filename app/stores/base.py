"""What every store promises, beyond ChatKit's own `Store`."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from chatkit.store import NotFoundError, Store, StoreItemType
from chatkit.types import (
    FeedbackKind,
    HiddenContextItem,
    Page,
    SDKHiddenContextItem,
    ThreadItem,
    ThreadMetadata,
)

from app.context import RequestContext
from app.stores.ids import new_id
from app.trace import Trace

MAX_PAGE = 100
NO_TRACES: Mapping[str, Trace] = MappingProxyType({})
Entry = TypeVar("Entry", ThreadMetadata, ThreadItem)


class StoreError(Exception):
    """The store cannot be opened. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of one item; the latest word counts."""

    thread_id: str
    item_id: str
    kind: FeedbackKind
    reason: str | None
    created_at: datetime
    answer: str
    """The item's text when it was judged."""
    trace: Trace | None
    """What it was made from, where that is known."""


class ThreadStore(Store[RequestContext]):
    """ChatKit's store, with the edges stated.

    - Everything belongs to `context.owner`. A foreign id and an unknown one are the same
      `NotFoundError`, naming the id, in every method. An anonymous context shares one owner:
      its threads are reached by their unguessable ids, and `load_threads` lists none.
    - `save_thread` creates or updates. A deleted thread stays deleted: saving it again, or adding
      to it, is `NotFoundError`, so an answer that is still being written cannot bring it back.
    - `add_thread_item` and `save_item` both insert, or update in place: a second save keeps the
      first one's place in the order. Item ids are unique within their thread.
    - Order is by (created, sequence of arrival). `after` is the id of the last item of the page
      before; one that is not there is `NotFoundError`. `limit` is held to 1..MAX_PAGE.
    - Times come back in UTC. A naive time is the local time of this machine, as ChatKit writes it.
    - What goes in and what comes out are copies. An item that this version of the SDK cannot read
      comes out as a `HiddenContextItem` of the same id; what is stored stays as it was.
    - Deleting a thread deletes its items, feedback, traces and attachments.
    """

    def generate_thread_id(self, context: RequestContext) -> str:
        return new_id("thread")

    def generate_item_id(
        self, item_type: StoreItemType, thread: ThreadMetadata, context: RequestContext
    ) -> str:
        return new_id(item_type)

    async def add_thread_item(
        self, thread_id: str, item: ThreadItem, context: RequestContext
    ) -> None:
        await self.save_item(thread_id, item, context)

    async def load_visible_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        """A page as the reader sees it: without hidden items, and full unless it is the last."""
        limit = bounded(limit)
        visible: list[ThreadItem] = []
        while True:
            page = await self.load_thread_items(thread_id, after, limit + 1, order, context)
            visible += [item for item in page.data if not is_hidden(item)]
            if len(visible) > limit or not page.has_more:
                return page_of(visible, limit)
            after = page.after

    @abstractmethod
    async def delete_items_after(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        """Delete everything after `item_id`, all or nothing: the ground for a retry."""

    @abstractmethod
    async def delete_threads(self, context: RequestContext) -> int:
        """Delete all of the owner's threads, and say how many. An anonymous context has none of
        its own to delete: 0."""

    @abstractmethod
    async def delete_idle_threads(self, before: datetime) -> int:
        """Delete threads of every owner that were begun, and last added to, before that time, and
        say how many. For retention: no reader's request gets here."""

    @abstractmethod
    async def save_together(
        self,
        thread_id: str,
        context: RequestContext,
        *,
        thread: ThreadMetadata | None = None,
        items: Sequence[ThreadItem] = (),
        traces: Mapping[str, Trace] = NO_TRACES,
    ) -> None:
        """As saving each, in one step: all or nothing. `thread` is the one called `thread_id`,
        where it is new or changed. `traces` say what items were made from, by the items' ids; an
        item itself may not be stored yet."""

    @abstractmethod
    async def save_feedback(
        self,
        thread_id: str,
        item_ids: Sequence[str],
        kind: FeedbackKind,
        context: RequestContext,
        reason: str | None = None,
    ) -> None:
        """Record `kind` for each item, over what was said of it before, with the item's text and
        trace as they are now; all or nothing."""

    @abstractmethod
    async def load_feedback(self, thread_id: str, context: RequestContext) -> list[Feedback]:
        """In the order of time. It outlives its item: a retry deletes the answer it was about."""

    @abstractmethod
    async def ping(self) -> None:
        """Raise whatever keeps the store from answering."""


def bounded(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))


def newest_first(order: str) -> bool:
    """Raises ValueError for anything but ChatKit's "asc" and "desc"."""
    if order not in {"asc", "desc"}:
        raise ValueError(f"order is {order!r}: use 'asc' or 'desc'")
    return order == "desc"


def page_of(found: list[Entry], limit: int) -> Page[Entry]:
    """The first `limit` of `found`, which holds at least one more where there is more."""
    more = len(found) > limit
    return Page(data=found[:limit], has_more=more, after=found[limit - 1].id if more else None)


def is_hidden(item: ThreadItem) -> bool:
    return isinstance(item, HiddenContextItem | SDKHiddenContextItem)


def not_found(kind: str, id_: str) -> NotFoundError:
    return NotFoundError(f"No {kind} by the id of {id_!r} was found.")
