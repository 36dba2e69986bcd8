"""The store on SQLite and PostgreSQL: one schema, one implementation."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta

from chatkit.types import Attachment, FeedbackKind, Page, ThreadItem, ThreadMetadata
from sqlalchemy import ColumnElement, delete, exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.context import RequestContext
from app.stores import records
from app.stores.base import Feedback, ThreadStore, bounded, newest_first, not_found, page_of
from app.stores.calls import Calls, finishing
from app.stores.engine import open_engine
from app.stores.schema import attachments, deleted_threads, feedback, items, threads, traces
from app.stores.scope import attachments_of, items_in, storable, threads_of
from app.stores.upsert import put
from app.trace import Trace

REMEMBER_DELETED = timedelta(days=2)  # longer than any answer takes to write
DELETED_AT_ONCE = 200  # threads: other writers get a turn in between


class SqlStore(ThreadStore):
    """Who writes to a thread locks its row: items of one thread arrive one after another.

    SQLite has one writer at a time: those of one process wait in line here, and only those of
    different processes wait by its busy time-out.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.calls = Calls()
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @finishing
    async def load_thread(self, thread_id: str, context: RequestContext) -> ThreadMetadata:
        async with self._engine.begin() as connection:
            row = await threads_of(context).row(connection, thread_id)
        return records.thread_from(row.data)

    @finishing
    async def save_thread(self, thread: ThreadMetadata, context: RequestContext) -> None:
        row = {
            "id": storable("thread", thread.id),
            "owner": context.owner,
            "created": records.microseconds(thread.created_at),
            "data": records.thread_text(thread),
        }
        mine = (threads.c.id == thread.id) & (threads.c.owner == context.owner)
        async with self._writing() as connection:
            changed = await connection.execute(update(threads).where(mine).values(data=row["data"]))
            if changed.rowcount:
                return
            deleted = select(deleted_threads.c.id).where(deleted_threads.c.id == thread.id)
            if (await connection.execute(deleted)).first():
                raise not_found("thread", thread.id)
            if not await put(connection, threads, row, ["data"], mine):
                raise not_found("thread", thread.id)

    @finishing
    async def load_threads(
        self, limit: int, after: str | None, order: str, context: RequestContext
    ) -> Page[ThreadMetadata]:
        newest_first(order)
        if context.anonymous:
            return Page()
        limit = bounded(limit)
        async with self._engine.begin() as connection:
            found = await threads_of(context).page(connection, after, limit + 1, order)
        return page_of([records.thread_from(text) for text in found], limit)

    @finishing
    async def delete_thread(self, thread_id: str, context: RequestContext) -> None:
        async with self._writing() as connection:
            await threads_of(context).row(connection, thread_id, lock=True)
            await self._delete(connection, [thread_id])

    async def delete_threads(self, context: RequestContext) -> int:
        if context.anonymous:
            return 0
        return await self._delete_where(threads.c.owner == context.owner)

    async def delete_idle_threads(self, before: datetime) -> int:
        limit = records.microseconds(before)
        later = exists().where(items.c.thread_id == threads.c.id, items.c.created >= limit)
        return await self._delete_where((threads.c.created < limit) & ~later)

    @finishing
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        limit = bounded(limit)
        async with self._engine.begin() as connection:
            await threads_of(context).row(connection, thread_id)
            found = await items_in(thread_id).page(connection, after, limit + 1, order)
        return page_of([records.item_from(text) for text in found], limit)

    @finishing
    async def load_item(self, thread_id: str, item_id: str, context: RequestContext) -> ThreadItem:
        async with self._engine.begin() as connection:
            await threads_of(context).row(connection, thread_id)
            row = await items_in(thread_id).row(connection, item_id)
        return records.item_from(row.data)

    @finishing
    async def save_item(self, thread_id: str, item: ThreadItem, context: RequestContext) -> None:
        row = {
            "thread_id": thread_id,
            "id": storable("item", item.id),
            "created": records.microseconds(item.created_at),
            "data": records.item_text(thread_id, item),
        }
        async with self._writing_in(thread_id, context) as connection:
            await put(connection, items, row, ["data"])

    @finishing
    async def delete_thread_item(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        async with self._writing_in(thread_id, context) as connection:
            row = await items_in(thread_id).row(connection, item_id)
            await connection.execute(delete(items).where(items.c.sequence == row.sequence))

    @finishing
    async def delete_items_after(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        async with self._writing_in(thread_id, context) as connection:
            scope = items_in(thread_id)
            row = await scope.row(connection, item_id)
            place = tuple_(items.c.created, items.c.sequence)
            later = place > tuple_(row.created, row.sequence)
            await connection.execute(delete(items).where(scope.where, later))

    @finishing
    async def save_trace(
        self, thread_id: str, item_id: str, trace: Trace, context: RequestContext
    ) -> None:
        row = {
            "thread_id": thread_id,
            "item_id": storable("item", item_id),
            "data": records.trace_text(trace),
        }
        async with self._writing_in(thread_id, context) as connection:
            await put(connection, traces, row, ["data"])

    @finishing
    async def save_feedback(
        self,
        thread_id: str,
        item_ids: Sequence[str],
        kind: FeedbackKind,
        context: RequestContext,
        reason: str | None = None,
    ) -> None:
        said = {
            "kind": kind,
            "reason": None if reason is None else records.plain(reason),
            "created": records.microseconds(datetime.now(UTC)),
        }
        async with self._writing_in(thread_id, context) as connection:
            for item_id in dict.fromkeys(item_ids):
                item = await items_in(thread_id).row(connection, item_id)
                made_from = select(traces.c.data).where(
                    traces.c.thread_id == thread_id, traces.c.item_id == item_id
                )
                judged = {
                    **said,
                    "answer": records.said_in(item.data),
                    "trace": await connection.scalar(made_from),
                }
                row = {"thread_id": thread_id, "item_id": item_id, **judged}
                await put(connection, feedback, row, list(judged))

    @finishing
    async def load_feedback(self, thread_id: str, context: RequestContext) -> list[Feedback]:
        inside = feedback.c.thread_id == thread_id
        query = select(feedback).where(inside).order_by(feedback.c.created, feedback.c.sequence)
        async with self._engine.begin() as connection:
            await threads_of(context).row(connection, thread_id)
            found = (await connection.execute(query)).all()
        return [
            Feedback(
                thread_id,
                row.item_id,
                row.kind,
                row.reason,
                records.time_of(row.created),
                row.answer or "",
                records.trace_from(row.trace),
            )
            for row in found
        ]

    @finishing
    async def load_attachment(self, attachment_id: str, context: RequestContext) -> Attachment:
        async with self._engine.begin() as connection:
            row = await attachments_of(context).row(connection, attachment_id)
        return records.attachment_from(row.data)

    @finishing
    async def save_attachment(self, attachment: Attachment, context: RequestContext) -> None:
        row = {
            "id": storable("attachment", attachment.id),
            "owner": context.owner,
            "thread_id": attachment.thread_id,
            "data": records.attachment_text(attachment),
        }
        mine = attachments.c.owner == context.owner
        async with self._writing() as connection:
            if attachment.thread_id is not None:
                await threads_of(context).row(connection, attachment.thread_id, lock=True)
            if not await put(connection, attachments, row, ["thread_id", "data"], mine):
                raise not_found("attachment", attachment.id)

    @finishing
    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        async with self._writing() as connection:
            await attachments_of(context).row(connection, attachment_id)
            await connection.execute(delete(attachments).where(attachments.c.id == attachment_id))

    @finishing
    async def ping(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(select(threads.c.id).limit(1))

    @finishing
    async def forget_deleted(self) -> None:
        """Drop the ids of threads that were deleted too long ago for anything to save them."""
        before = records.microseconds(datetime.now(UTC) - REMEMBER_DELETED)
        async with self._writing() as connection:
            old = deleted_threads.c.deleted < before
            await connection.execute(delete(deleted_threads).where(old))

    @asynccontextmanager
    async def _writing(self) -> AsyncGenerator[AsyncConnection]:
        async with self._turn, self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def _writing_in(
        self, thread_id: str, context: RequestContext
    ) -> AsyncGenerator[AsyncConnection]:
        async with self._writing() as connection:
            await threads_of(context).row(connection, thread_id, lock=True)
            yield connection

    async def _delete_where(self, condition: ColumnElement[bool]) -> int:
        count = 0
        while found := await self._delete_some(condition):
            count += found
        return count

    @finishing
    async def _delete_some(self, condition: ColumnElement[bool]) -> int:
        query = select(threads.c.id).where(condition).limit(DELETED_AT_ONCE)
        async with self._writing() as connection:
            # Whoever holds a thread's row writes to it now: PostgreSQL waits and looks again.
            found = (await connection.scalars(query.with_for_update())).all()
            await self._delete(connection, found)
        return len(found)

    async def _delete(self, connection: AsyncConnection, ids: Sequence[str]) -> None:
        if not ids:
            return
        now = records.microseconds(datetime.now(UTC))
        await connection.execute(delete(threads).where(threads.c.id.in_(ids)))
        gone = [{"id": id_, "deleted": now} for id_ in ids]
        await connection.execute(insert(deleted_threads), gone)


@asynccontextmanager
async def open_sql_store(url: str) -> AsyncGenerator[ThreadStore]:
    async with open_engine(url) as engine:
        store = SqlStore(engine)
        await store.forget_deleted()
        try:
            yield store
        finally:
            await store.calls.all_finished()
