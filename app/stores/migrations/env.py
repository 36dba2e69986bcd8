"""Run by Alembic, on the connection and in the transaction of `migrate`."""

from alembic import context

from app.stores.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
