"""Insert, or update in place where the key is taken."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

KEYS = {
    "threads": ["id"],
    "items": ["thread_id", "id"],
    "feedback": ["thread_id", "item_id"],
    "traces": ["thread_id", "item_id"],
    "attachments": ["id"],
    "deleted_threads": ["id"],
}


def put(connection: Connection, table: Table, row: Mapping[str, Any], *changes: str) -> bool:
    """Where the id is taken, update `changes` alone: the place in the order stays.

    False when the id is taken by a row of another owner.
    """
    statement = _upsert(connection.dialect.name, table, changes, told=True)
    # Asked for what it wrote: the row count is unknown where the driver fetches the key.
    return connection.execute(statement, row).first() is not None


def put_all(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *changes: str
) -> None:
    """The same for rows without an owner of their own."""
    if rows:
        connection.execute(_upsert(connection.dialect.name, table, changes, told=False), rows)


@cache
def _upsert(dialect: str, table: Table, changes: tuple[str, ...], *, told: bool) -> Executable:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    upsert = insert.on_conflict_do_update(
        index_elements=KEYS[table.name],
        set_={name: insert.excluded[name] for name in changes},
        where=table.c.owner == insert.excluded.owner if "owner" in table.c else None,
    )
    return upsert.returning(*table.primary_key) if told else upsert
