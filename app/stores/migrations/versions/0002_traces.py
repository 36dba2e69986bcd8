"""What an answer was made from, and feedback that keeps it; threads are found by age."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "traces",
        sa.Column(
            "thread_id", sa.Text, sa.ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.add_column("feedback", sa.Column("answer", sa.Text))
    op.add_column("feedback", sa.Column("trace", sa.Text))
    op.create_index("threads_by_age", "threads", ["created"])
