"""The store of one process, for tests and demos. Nothing survives a restart."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chatkit.types import Attachment, FeedbackKind, Page, ThreadItem, ThreadMetadata

from app.context import RequestContext
from app.stores import records
from app.stores.base import (
    NO_TRACES,
    Feedback,
    ThreadStore,
    bounded,
    newest_first,
    not_found,
    page_of,
)
from app.stores.timeline import Timeline
from app.trace import Trace

MAX_THREADS = 10_000


@dataclass(slots=True)
class StoredThread:
    owner: str
    text: str
    items: dict[str, str] = field(default_factory=dict[str, str])
    order: Timeline = field(default_factory=Timeline)
    feedback: dict[str, Feedback] = field(default_factory=dict[str, Feedback])
    traces: dict[str, Trace] = field(default_factory=dict[str, Trace])

    def idle_since(self, limit: int) -> bool:
        """Begun, and last added to, before that many microseconds since 1970."""
        newest = self.order.newest
        begun = records.microseconds(records.thread_from(self.text).created_at)
        return begun < limit and (newest is None or newest < limit)


@dataclass(slots=True)
class StoredAttachment:
    owner: str
    thread_id: str | None
    text: str


class MemoryStore(ThreadStore):
    """Keeps JSON, as the SQL stores do: what goes in and out are copies.

    Beyond `max_threads` the thread that was written to longest ago is dropped with all that is
    its own; attachments that no thread took yet are held to the same number.
    """

    def __init__(self, max_threads: int = MAX_THREADS) -> None:
        self._max_threads = max_threads
        self._threads: dict[str, StoredThread] = {}  # the longest untouched first
        self._lists: defaultdict[str, Timeline] = defaultdict(Timeline)  # by owner
        self._deleted: dict[str, None] = {}
        self._attachments: dict[str, StoredAttachment] = {}

    async def load_thread(self, thread_id: str, context: RequestContext) -> ThreadMetadata:
        return records.thread_from(self._thread(thread_id, context).text)

    async def save_thread(self, thread: ThreadMetadata, context: RequestContext) -> None:
        text = records.thread_text(thread)
        if thread.id in self._threads:
            self._thread(thread.id, context).text = text
            self._touch(thread.id)
            return
        if thread.id in self._deleted:
            raise not_found("thread", thread.id)
        self._threads[thread.id] = StoredThread(context.owner, text)
        self._lists[context.owner].add(thread.id, records.microseconds(thread.created_at))
        if len(self._threads) > self._max_threads:
            self._drop(next(iter(self._threads)))

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: RequestContext
    ) -> Page[ThreadMetadata]:
        backwards = newest_first(order)
        if context.anonymous:
            return Page()
        limit = bounded(limit)
        timeline = self._lists.get(context.owner, Timeline())
        if after is not None and after not in timeline:
            raise not_found("thread", after)
        ids = timeline.page(after, limit + 1, newest_first=backwards)
        return page_of([records.thread_from(self._threads[id_].text) for id_ in ids], limit)

    async def delete_thread(self, thread_id: str, context: RequestContext) -> None:
        self._thread(thread_id, context)
        self._drop(thread_id)

    async def delete_threads(self, context: RequestContext) -> int:
        if context.anonymous:
            return 0
        mine = [id_ for id_, thread in self._threads.items() if thread.owner == context.owner]
        for id_ in mine:
            self._drop(id_)
        return len(mine)

    async def delete_idle_threads(self, before: datetime) -> int:
        limit = records.microseconds(before)
        idle = [id_ for id_, thread in self._threads.items() if thread.idle_since(limit)]
        for id_ in idle:
            self._drop(id_)
        return len(idle)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        backwards = newest_first(order)
        thread = self._thread(thread_id, context)
        limit = bounded(limit)
        if after is not None and after not in thread.items:
            raise not_found("item", after)
        ids = thread.order.page(after, limit + 1, newest_first=backwards)
        return page_of([records.item_from(thread.items[id_]) for id_ in ids], limit)

    async def load_item(self, thread_id: str, item_id: str, context: RequestContext) -> ThreadItem:
        return records.item_from(self._thread(thread_id, context, item_id).items[item_id])

    async def save_item(self, thread_id: str, item: ThreadItem, context: RequestContext) -> None:
        thread = self._thread(thread_id, context)
        thread.items[item.id] = records.item_text(thread_id, item)
        thread.order.add(item.id, records.microseconds(item.created_at))
        self._touch(thread_id)

    async def delete_thread_item(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        thread = self._thread(thread_id, context, item_id)
        del thread.items[item_id]
        thread.order.remove(item_id)

    async def delete_items_after(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        thread = self._thread(thread_id, context, item_id)
        for later in thread.order.later(item_id):
            del thread.items[later]
            thread.order.remove(later)

    async def save_together(
        self,
        thread_id: str,
        context: RequestContext,
        *,
        thread: ThreadMetadata | None = None,
        items: Sequence[ThreadItem] = (),
        traces: Mapping[str, Trace] = NO_TRACES,
    ) -> None:
        for item in items:
            records.item_text(thread_id, item)  # what cannot be stored is known before any is
        if thread:
            await self.save_thread(thread, context)
        kept = self._thread(thread_id, context)
        for item in items:
            await self.save_item(thread_id, item, context)
        kept.traces.update(traces)

    async def save_feedback(
        self,
        thread_id: str,
        item_ids: Sequence[str],
        kind: FeedbackKind,
        context: RequestContext,
        reason: str | None = None,
    ) -> None:
        thread = self._thread(thread_id, context, *item_ids)
        now = datetime.now(UTC)
        reason = None if reason is None else records.plain(reason)
        for item_id in item_ids:
            thread.feedback.pop(item_id, None)
            answer = records.said_in(thread.items[item_id])
            trace = thread.traces.get(item_id)
            judged = Feedback(thread_id, item_id, kind, reason, now, answer, trace)
            thread.feedback[item_id] = judged

    async def load_feedback(self, thread_id: str, context: RequestContext) -> list[Feedback]:
        return list(self._thread(thread_id, context).feedback.values())

    async def load_attachment(self, attachment_id: str, context: RequestContext) -> Attachment:
        return records.attachment_from(self._attachment(attachment_id, context).text)

    async def save_attachment(self, attachment: Attachment, context: RequestContext) -> None:
        if attachment.id in self._attachments:
            self._attachment(attachment.id, context)
        if attachment.thread_id is not None:
            self._thread(attachment.thread_id, context)
        self._attachments[attachment.id] = StoredAttachment(
            context.owner, attachment.thread_id, records.attachment_text(attachment)
        )
        if len(self._attachments) > self._max_threads:
            del self._attachments[next(iter(self._attachments))]

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        self._attachment(attachment_id, context)
        del self._attachments[attachment_id]

    async def ping(self) -> None:
        return

    def _thread(self, thread_id: str, context: RequestContext, *item_ids: str) -> StoredThread:
        """The owner's thread, in which all of `item_ids` are; else NotFoundError."""
        thread = self._threads.get(thread_id)
        if thread is None or thread.owner != context.owner:
            raise not_found("thread", thread_id)
        for item_id in item_ids:
            if item_id not in thread.items:
                raise not_found("item", item_id)
        return thread

    def _attachment(self, attachment_id: str, context: RequestContext) -> StoredAttachment:
        attachment = self._attachments.get(attachment_id)
        if attachment is None or attachment.owner != context.owner:
            raise not_found("attachment", attachment_id)
        return attachment

    def _touch(self, thread_id: str) -> None:
        self._threads[thread_id] = self._threads.pop(thread_id)

    def _drop(self, thread_id: str) -> None:
        owner = self._threads.pop(thread_id).owner
        self._lists[owner].remove(thread_id)
        if not len(self._lists[owner]):
            del self._lists[owner]
        self._attachments = {
            id_: kept for id_, kept in self._attachments.items() if kept.thread_id != thread_id
        }
        self._deleted[thread_id] = None
        if len(self._deleted) > self._max_threads:
            del self._deleted[next(iter(self._deleted))]


@asynccontextmanager
async def open_memory_store() -> AsyncGenerator[ThreadStore]:
    yield MemoryStore()
