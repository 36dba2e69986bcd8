"""The rows that a request may see, by id and by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Select, Table, bindparam, select
from sqlalchemy import tuple_ as together

from app.context import RequestContext
from app.stores.base import newest_first, not_found
from app.stores.schema import attachments, items, threads


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows whose column is `value`. What is outside is NotFoundError, as if it did not exist.

    Statements are built once: building one costs more than running it.
    """

    kind: str
    column: Column[str]
    value: str

    def row(self, connection: Connection, id_: str, *, lock: bool = False) -> Any:
        """With `lock`, until the end of the transaction, against others who lock (PostgreSQL;
        on SQLite a transaction that writes is alone anyway)."""
        asked = {"within": self.value, "id": storable(self.kind, id_)}
        row = connection.execute(_row(self.column, lock), asked).first()
        if row is None:
            raise not_found(self.kind, id_)
        return row

    def page(
        self, connection: Connection, after: str | None, count: int, order: str
    ) -> Sequence[str]:
        """The data of up to `count` rows after the one called `after`."""
        asked: dict[str, Any] = {"within": self.value, "count": count}
        if after is not None:
            row = self.row(connection, after)
            asked |= {"created": row.created, "sequence": row.sequence}
        query = _page(self.column, newest_first(order), after is not None)
        return connection.scalars(query, asked).all()


@cache
def _row(column: Column[str], lock: bool) -> Select[Any]:
    table = column.table
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    query = select(table).where(column == bindparam("within"), table.c.id == bindparam("id"))
    return query.with_for_update(key_share=True) if lock else query


@cache
def _page(column: Column[str], backwards: bool, after: bool) -> Select[Any]:
    table = column.table
    place = (table.c.created, table.c.sequence)
    query = select(table.c.data).where(column == bindparam("within"))
    query = query.limit(bindparam("count", type_=Integer))
    query = query.order_by(*(c.desc() if backwards else c for c in place))
    if not after:
        return query
    last = together(bindparam("created", type_=BigInteger), bindparam("sequence", type_=BigInteger))
    return query.where(together(*place) < last if backwards else together(*place) > last)


def threads_of(context: RequestContext) -> Scope:
    return Scope("thread", threads.c.owner, context.owner)


def items_in(thread_id: str) -> Scope:
    """For a thread that was found to be the owner's."""
    return Scope("item", items.c.thread_id, thread_id)


def attachments_of(context: RequestContext) -> Scope:
    return Scope("attachment", attachments.c.owner, context.owner)


def storable(kind: str, id_: str) -> str:
    """PostgreSQL takes no NUL, and nobody a lone surrogate: such an id is nobody's."""
    if "\0" in id_ or any("\ud800" <= character <= "\udfff" for character in id_):
        raise not_found(kind, id_)
    return id_
