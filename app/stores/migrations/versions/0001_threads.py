"""Threads, their items, feedback and attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "threads",
        sa.Column("sequence", counter, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("threads_in_order", "threads", ["owner", "created", "sequence"])
    op.create_table(
        "items",
        sa.Column("sequence", counter, primary_key=True),
        in_thread(nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.UniqueConstraint("thread_id", "id"),
        sqlite_autoincrement=True,
    )
    op.create_index("items_in_order", "items", ["thread_id", "created", "sequence"])
    op.create_table(
        "feedback",
        sa.Column("sequence", counter, primary_key=True),
        in_thread(nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("thread_id", "item_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        in_thread(nullable=True),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("attachments_of_thread", "attachments", ["thread_id"])
    op.create_table(
        "deleted_threads",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("deleted", sa.BigInteger, nullable=False),
    )


def in_thread(*, nullable: bool) -> sa.Column[str]:
    return sa.Column(
        "thread_id", sa.Text, sa.ForeignKey("threads.id", ondelete="CASCADE"), nullable=nullable
    )
