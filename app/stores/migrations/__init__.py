"""Brings a database to the schema of this version."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.stores.base import StoreError
from app.stores.schema import REVISION

POSTGRES_LOCK = 0x61736B646F6373  # "askdocs": one process migrates, the others wait for it


async def migrate(engine: AsyncEngine) -> None:
    """In one transaction, whatever the number of processes that start at once.

    Raises StoreError for a schema that a newer version made.
    """
    async with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            await connection.execute(lock, {"key": POSTGRES_LOCK})
        if await connection.run_sync(revision_of) != REVISION:
            await connection.run_sync(upgrade)


def revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    # Imported here: a database that is up to date is opened without Alembic's 0.4 seconds.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = revision_of(connection)
    if found is not None and found not in known:
        raise StoreError(
            f"The database has schema {found!r}; this askdocs knows up to {REVISION!r}. "
            "A newer askdocs wrote it: upgrade this one, or give it another database."
        )
    command.upgrade(config, "head")
