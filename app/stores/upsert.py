"""Insert, or update in place where the key is taken."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

KEYS = {
    "threads": ["id"],
    "items": ["thread_id", "id"],
    "feedback": ["thread_id", "item_id"],
    "traces": ["thread_id", "item_id"],
    "attachments": ["id"],
    "deleted_threads": ["id"],
}


async def put(
    connection: AsyncConnection,
    table: Table,
    row: Mapping[str, Any],
    changes: Collection[str],
    where: ColumnElement[bool] | None = None,
) -> bool:
    """Where the id is taken, update `changes` alone: the place in the order stays.

    False when the id is taken by a row outside `where`.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    changed = {name: row[name] for name in changes}
    statement = insert(table).values(dict(row))
    upsert = statement.on_conflict_do_update(
        index_elements=KEYS[table.name], set_=changed, where=where
    )
    # Asked for what it wrote: the row count is unknown where the driver fetches the key.
    return (await connection.execute(upsert.returning(*table.primary_key))).first() is not None
