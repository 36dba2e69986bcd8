"""The rows that a request may see, by id and by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.context import RequestContext
from app.stores.base import newest_first, not_found
from app.stores.schema import attachments, items, threads


@dataclass(frozen=True, slots=True)
class Scope:
    """What is outside is NotFoundError, as if it did not exist."""

    kind: str
    table: Table
    where: ColumnElement[bool]

    async def row(self, connection: AsyncConnection, id_: str, *, lock: bool = False) -> Any:
        """With `lock`, until the end of the transaction, against others who lock (PostgreSQL;
        on SQLite a transaction that writes is alone anyway)."""
        query = select(self.table).where(self.where, self.table.c.id == storable(self.kind, id_))
        if lock:
            query = query.with_for_update(key_share=True)
        row = (await connection.execute(query)).first()
        if row is None:
            raise not_found(self.kind, id_)
        return row

    async def page(
        self, connection: AsyncConnection, after: str | None, count: int, order: str
    ) -> Sequence[str]:
        """The data of up to `count` rows after the one called `after`."""
        backwards = newest_first(order)
        place = (self.table.c.created, self.table.c.sequence)
        query = select(self.table.c.data).where(self.where).limit(count)
        query = query.order_by(*(column.desc() if backwards else column for column in place))
        if after is not None:
            row = await self.row(connection, after)
            last = tuple_(row.created, row.sequence)
            query = query.where(tuple_(*place) < last if backwards else tuple_(*place) > last)
        return (await connection.scalars(query)).all()


def threads_of(context: RequestContext) -> Scope:
    return Scope("thread", threads, threads.c.owner == context.owner)


def items_in(thread_id: str) -> Scope:
    """For a thread that was found to be the owner's."""
    return Scope("item", items, items.c.thread_id == thread_id)


def attachments_of(context: RequestContext) -> Scope:
    return Scope("attachment", attachments, attachments.c.owner == context.owner)


def storable(kind: str, id_: str) -> str:
    """PostgreSQL takes no NUL, and nobody a lone surrogate: such an id is nobody's."""
    if "\0" in id_ or any("\ud800" <= character <= "\udfff" for character in id_):
        raise not_found(kind, id_)
    return id_
