"""The store on SQLite and PostgreSQL: one schema, one implementation."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from chatkit.types import Attachment, FeedbackKind, Page, ThreadItem, ThreadMetadata
from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    select,
    tuple_,
)

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
from app.stores.rows import (
    delete_thread_rows,
    item_row,
    save_thread_row,
    thread_row,
    trace_row,
)
from app.stores.schema import attachments, deleted_threads, feedback, threads
from app.stores.schema import items as items_table
from app.stores.schema import traces as traces_table
from app.stores.scope import attachments_of, items_in, storable, threads_of
from app.stores.transactions import Transactions, open_transactions
from app.stores.upsert import put, put_all
from app.trace import Trace

T = TypeVar("T")

REMEMBER_DELETED = timedelta(days=2)  # longer than any answer takes to write
DELETED_AT_ONCE = 200  # threads: other writers get a turn in between


class SqlStore(ThreadStore):
    """Who writes to a thread locks its row: items of one thread arrive one after another."""

    def __init__(self, transactions: Transactions) -> None:
        self._read = transactions.read
        self._write = transactions.write

    async def load_thread(self, thread_id: str, context: RequestContext) -> ThreadMetadata:
        row = await self._read(lambda c: threads_of(context).row(c, thread_id))
        return records.thread_from(row.data)

    async def save_thread(self, thread: ThreadMetadata, context: RequestContext) -> None:
        row = thread_row(thread, context)
        await self._write(lambda c: save_thread_row(c, row))

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: RequestContext
    ) -> Page[ThreadMetadata]:
        newest_first(order)
        if context.anonymous:
            return Page()
        limit = bounded(limit)
        found = await self._read(lambda c: threads_of(context).page(c, after, limit + 1, order))
        return page_of([records.thread_from(text) for text in found], limit)

    async def delete_thread(self, thread_id: str, context: RequestContext) -> None:
        await self._write_in(thread_id, context, lambda c: delete_thread_rows(c, [thread_id]))

    async def delete_threads(self, context: RequestContext) -> int:
        if context.anonymous:
            return 0
        return await self._delete_where(threads.c.owner == context.owner)

    async def delete_idle_threads(self, before: datetime) -> int:
        limit = records.microseconds(before)
        later = exists().where(
            items_table.c.thread_id == threads.c.id, items_table.c.created >= limit
        )
        return await self._delete_where((threads.c.created < limit) & ~later)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        limit = bounded(limit)

        def load(connection: Connection) -> Sequence[str]:
            threads_of(context).row(connection, thread_id)
            return items_in(thread_id).page(connection, after, limit + 1, order)

        found = await self._read(load)
        return page_of([records.item_from(text) for text in found], limit)

    async def load_item(self, thread_id: str, item_id: str, context: RequestContext) -> ThreadItem:
        def load(connection: Connection) -> Any:
            threads_of(context).row(connection, thread_id)
            return items_in(thread_id).row(connection, item_id)

        return records.item_from((await self._read(load)).data)

    async def save_item(self, thread_id: str, item: ThreadItem, context: RequestContext) -> None:
        row = item_row(thread_id, item)
        await self._write_in(thread_id, context, lambda c: put_all(c, items_table, [row], "data"))

    async def delete_thread_item(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        def remove(connection: Connection) -> None:
            row = items_in(thread_id).row(connection, item_id)
            connection.execute(delete(items_table).where(items_table.c.sequence == row.sequence))

        await self._write_in(thread_id, context, remove)

    async def delete_items_after(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        def remove(connection: Connection) -> None:
            row = items_in(thread_id).row(connection, item_id)
            place = tuple_(items_table.c.created, items_table.c.sequence)
            later = place > tuple_(row.created, row.sequence)
            connection.execute(
                delete(items_table).where(items_table.c.thread_id == thread_id, later)
            )

        await self._write_in(thread_id, context, remove)

    async def save_together(
        self,
        thread_id: str,
        context: RequestContext,
        *,
        thread: ThreadMetadata | None = None,
        items: Sequence[ThreadItem] = (),
        traces: Mapping[str, Trace] = NO_TRACES,
    ) -> None:
        its_row = thread_row(thread, context) if thread else None
        item_rows = [item_row(thread_id, item) for item in items]
        trace_rows = [trace_row(thread_id, *named) for named in traces.items()]

        def save(connection: Connection) -> None:
            if its_row:
                save_thread_row(connection, its_row)
            else:
                threads_of(context).row(connection, thread_id, lock=True)
            put_all(connection, items_table, item_rows, "data")
            put_all(connection, traces_table, trace_rows, "data")

        await self._write(save)

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

        def save(connection: Connection) -> None:
            for item_id in dict.fromkeys(item_ids):
                item = items_in(thread_id).row(connection, item_id)
                made_from = select(traces_table.c.data).where(
                    traces_table.c.thread_id == thread_id, traces_table.c.item_id == item_id
                )
                judged = {
                    **said,
                    "answer": records.said_in(item.data),
                    "trace": connection.scalar(made_from),
                }
                row = {"thread_id": thread_id, "item_id": item_id, **judged}
                put(connection, feedback, row, *judged)

        await self._write_in(thread_id, context, save)

    async def load_feedback(self, thread_id: str, context: RequestContext) -> list[Feedback]:
        inside = feedback.c.thread_id == thread_id
        query = select(feedback).where(inside).order_by(feedback.c.created, feedback.c.sequence)

        def load(connection: Connection) -> Sequence[Any]:
            threads_of(context).row(connection, thread_id)
            return connection.execute(query).all()

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
            for row in await self._read(load)
        ]

    async def load_attachment(self, attachment_id: str, context: RequestContext) -> Attachment:
        row = await self._read(lambda c: attachments_of(context).row(c, attachment_id))
        return records.attachment_from(row.data)

    async def save_attachment(self, attachment: Attachment, context: RequestContext) -> None:
        row = {
            "id": storable("attachment", attachment.id),
            "owner": context.owner,
            "thread_id": attachment.thread_id,
            "data": records.attachment_text(attachment),
        }

        def save(connection: Connection) -> None:
            if attachment.thread_id is not None:
                threads_of(context).row(connection, attachment.thread_id, lock=True)
            if not put(connection, attachments, row, "thread_id", "data"):
                raise not_found("attachment", attachment.id)

        await self._write(save)

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        def remove(connection: Connection) -> None:
            attachments_of(context).row(connection, attachment_id)
            connection.execute(delete(attachments).where(attachments.c.id == attachment_id))

        await self._write(remove)

    async def ping(self) -> None:
        await self._read(lambda c: c.execute(select(threads.c.id).limit(1)).first())

    async def forget_deleted(self) -> None:
        """Drop the ids of threads that were deleted too long ago for anything to save them."""
        before = records.microseconds(datetime.now(UTC) - REMEMBER_DELETED)
        old = delete(deleted_threads).where(deleted_threads.c.deleted < before)
        await self._write(lambda c: c.execute(old).rowcount)

    async def _write_in(
        self, thread_id: str, context: RequestContext, work: Callable[[Connection], T]
    ) -> T:
        def locked(connection: Connection) -> T:
            threads_of(context).row(connection, thread_id, lock=True)
            return work(connection)

        return await self._write(locked)

    async def _delete_where(self, condition: ColumnElement[bool]) -> int:
        query = select(threads.c.id).where(condition).limit(DELETED_AT_ONCE).with_for_update()

        def delete_some(connection: Connection) -> int:
            # Whoever holds a thread's row writes to it now: PostgreSQL waits and looks again.
            found = connection.scalars(query).all()
            delete_thread_rows(connection, found)
            return len(found)

        count = 0
        while found := await self._write(delete_some):
            count += found
        return count


@asynccontextmanager
async def open_sql_store(url: str) -> AsyncGenerator[ThreadStore]:
    async with open_transactions(url) as transactions:
        store = SqlStore(transactions)
        await store.forget_deleted()
        yield store
