"""What readers asked, and what became of it: of every thread, one after the other."""

from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from chatkit.types import AssistantMessageItem, FeedbackKind, URLSource, UserMessageItem
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.stores import records
from app.stores.schema import feedback, items, traces

_EARLIER = 3  # messages that one may lean on


@dataclass(slots=True)
class Exchange:
    """A reader's message with what was answered, which may be nothing."""

    message: UserMessageItem
    earlier: tuple[UserMessageItem, ...] = ()
    """The messages before it in its thread, the nearest first."""
    cited: list[str] = field(default_factory=list[str])
    """URLs."""
    refused: bool = False
    """Whether the search told that the docs do not answer, as far as that was kept."""
    said: set[FeedbackKind] = field(default_factory=set[FeedbackKind])


async def exchanges(engine: AsyncEngine) -> AsyncGenerator[Exchange, None]:
    """Of every reader, as they are at one moment; never more than a few in memory.

    An answer that a retry has replaced is gone, with what was said of it.
    """
    thread, current = "", None
    earlier: deque[UserMessageItem] = deque(maxlen=_EARLIER)
    async with engine.connect() as connection, connection.stream(_query()) as rows:
        async for row in rows:
            item = records.item_from(row.data)
            if isinstance(item, UserMessageItem):
                if current:
                    yield current
                if row.thread_id != thread:
                    thread = row.thread_id
                    earlier.clear()
                current = Exchange(item, tuple(earlier))
                earlier.appendleft(item)
            elif isinstance(item, AssistantMessageItem) and current and row.thread_id == thread:
                _add(current, item, row)
        if current:
            yield current


def _query() -> Any:
    def of_item(table: Any) -> Any:
        return and_(table.c.thread_id == items.c.thread_id, table.c.item_id == items.c.id)

    return (
        select(items.c.thread_id, items.c.data, traces.c.data.label("trace"), feedback.c.kind)
        .select_from(items)
        .outerjoin(traces, of_item(traces))
        .outerjoin(feedback, of_item(feedback))
        .order_by(items.c.thread_id, items.c.created, items.c.sequence)
    )


def _add(exchange: Exchange, answer: AssistantMessageItem, row: Any) -> None:
    sources = (a.source for part in answer.content for a in part.annotations)
    exchange.cited += [source.url for source in sources if isinstance(source, URLSource)]
    trace = records.trace_from(row.trace)
    exchange.refused = bool(trace and trace.refused)
    if row.kind:
        exchange.said.add(row.kind)
