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

REVISION = "0001"
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
    UniqueConstraint("thread_id", "item_id"),
    sqlite_autoincrement=True,
)

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
