"""The tables, the same in SQLite and PostgreSQL. `migrations/` makes them; a test compares.

Times are microseconds since 1970 in UTC: exact, and they compare the same everywhere. `data` is
the JSON of the SDK's model. `sequence` is the order of arrival, and is never used twice.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0002"
"""The newest migration: what a database must be at."""

metadata = MetaData()
counter = BigInteger().with_variant(Integer(), "sqlite")


def in_thread(*, nullable: bool) -> Column[str]:
    return Column(
        "thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), nullable=nullable
    )


threads = Table(
    "threads",
    metadata,
    Column("sequence", counter, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Index("threads_in_order", "owner", "created", "sequence"),
    Index("threads_by_age", "created"),
    sqlite_autoincrement=True,
)

items = Table(
    "items",
    metadata,
    Column("sequence", counter, primary_key=True),
    in_thread(nullable=False),
    Column("id", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("thread_id", "id"),
    Index("items_in_order", "thread_id", "created", "sequence"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("sequence", counter, primary_key=True),
    in_thread(nullable=False),
    Column("item_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text),
    Column("created", BigInteger, nullable=False),
    Column("answer", Text),
    Column("trace", Text),
    UniqueConstraint("thread_id", "item_id"),
    sqlite_autoincrement=True,
)

traces = Table(
    "traces",
    metadata,
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("data", Text, nullable=False),
)
"""What each answer was made from; feedback takes a copy, and outlives it."""

attachments = Table(
    "attachments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    in_thread(nullable=True),
    Column("data", Text, nullable=False),
    Index("attachments_of_thread", "thread_id"),
)

deleted_threads = Table(
    "deleted_threads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("deleted", BigInteger, nullable=False),
)
"""So that an answer still being written cannot bring its thread back."""
