"""Threads as JSON Lines, from one database to another: a line is a row, without its sequence.

The order of lines is the order of arrival, which the other database then has too.
"""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.stores.base import StoreError
from app.stores.schema import attachments, deleted_threads, feedback, items, threads, traces
from app.stores.upsert import KEYS

TABLES = {table.name: table for table in (threads, items, traces, feedback, attachments)}
_BATCH = 500  # rows


async def export(engine: AsyncEngine) -> AsyncGenerator[str, None]:
    """All that is kept, of every owner, as it was at one moment: the server may go on."""
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        for table in TABLES.values():
            query = select(*_columns(table)).order_by(*table.primary_key)
            async for row in (await connection.stream(query)).mappings():
                yield json.dumps({"table": table.name, **row}, ensure_ascii=False)


async def restore(engine: AsyncEngine, lines: Iterable[str]) -> Counter[str]:
    """How many rows of each table there were. All of them are kept, or none.

    What is there already is brought to what the lines say, so a second time changes nothing.
    Raises StoreError, naming the line.
    """
    counts: Counter[str] = Counter()
    rows = (_row(number, line) for number, line in enumerate(lines, 1) if line.strip())
    async with engine.execution_options(writes=True).begin() as connection:
        for name, run in groupby(rows, key=lambda found: found[1].name):
            while batch := list(islice(run, _BATCH)):
                await _put(connection, TABLES[name], batch[0][0], [row for *_, row in batch])
                counts[name] += len(batch)
    return counts


def _columns(table: Table) -> list[Any]:
    return [column for column in table.c if column.name != "sequence"]


def _row(number: int, line: str) -> tuple[int, Table, dict[str, Any]]:
    try:
        row = json.loads(line)
        table = TABLES[row.pop("table")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"Line {number} is not one of askdocs export.") from error
    for column in _columns(table):
        value = row.setdefault(column.name, None)
        wanted = column.type.python_type
        if not (isinstance(value, wanted) or (value is None and column.nullable)):
            raise StoreError(f"Line {number}: {column.name} of {table.name} is {value!r}.")
    if unknown := row.keys() - {column.name for column in table.c}:
        raise StoreError(
            f"Line {number} has {', '.join(sorted(unknown))}, which this version does not know: "
            "a newer askdocs exported it."
        )
    return number, table, row


async def _put(
    connection: AsyncConnection, table: Table, first: int, rows: list[dict[str, Any]]
) -> None:
    if table is threads:
        await _check_owners(connection, rows)
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    key = KEYS[table.name]
    changed: dict[str, Any] = {
        c.name: statement.excluded[c.name] for c in _columns(table) if c.name not in key
    }
    upsert = statement.on_conflict_do_update(index_elements=key, set_=changed)
    try:
        await connection.execute(upsert, rows)
    except IntegrityError as error:
        raise StoreError(
            f"From line {first} on, {table.name} are of threads that are not there."
        ) from error


async def _check_owners(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    owners = {row["id"]: row["owner"] for row in rows}
    query = select(threads.c.id, threads.c.owner).where(threads.c.id.in_(owners))
    for id_, owner in (await connection.execute(query)).all():
        if owners[id_] != owner:
            raise StoreError(f"The thread {id_} belongs to another reader here.")
    await connection.execute(delete(deleted_threads).where(deleted_threads.c.id.in_(owners)))
