"""Rows of threads and of what is in them: written, and deleted for good."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chatkit.types import ThreadItem, ThreadMetadata
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.context import RequestContext
from app.stores import records
from app.stores.base import not_found
from app.stores.schema import deleted_threads, threads
from app.stores.scope import storable
from app.stores.upsert import put
from app.trace import Trace

_UPDATE = (
    update(threads)
    .where(threads.c.id == bindparam("named"), threads.c.owner == bindparam("by"))
    .values(data=bindparam("text"))
)
_DELETED = select(deleted_threads.c.id).where(deleted_threads.c.id == bindparam("id"))


def thread_row(thread: ThreadMetadata, context: RequestContext) -> dict[str, Any]:
    return {
        "id": storable("thread", thread.id),
        "owner": context.owner,
        "created": records.microseconds(thread.created_at),
        "data": records.thread_text(thread),
    }


def item_row(thread_id: str, item: ThreadItem) -> dict[str, Any]:
    return {
        "thread_id": thread_id,
        "id": storable("item", item.id),
        "created": records.microseconds(item.created_at),
        "data": records.item_text(thread_id, item),
    }


def trace_row(thread_id: str, item_id: str, trace: Trace) -> dict[str, Any]:
    return {
        "thread_id": thread_id,
        "item_id": storable("item", item_id),
        "data": records.trace_text(trace),
    }


def save_thread_row(connection: Connection, row: dict[str, Any]) -> None:
    changed = {"named": row["id"], "by": row["owner"], "text": row["data"]}
    if connection.execute(_UPDATE, changed).rowcount:
        return
    deleted = connection.execute(_DELETED, {"id": row["id"]}).first()
    if deleted or not put(connection, threads, row, "data"):
        raise not_found("thread", row["id"])


def delete_thread_rows(connection: Connection, ids: Sequence[str]) -> None:
    if not ids:
        return
    now = records.microseconds(datetime.now(UTC))
    connection.execute(delete(threads).where(threads.c.id.in_(ids)))
    connection.execute(insert(deleted_threads), [{"id": id_, "deleted": now} for id_ in ids])
