import asyncio
from pathlib import Path

import click

from app.cli import options


@click.command("migrate")
@options.data
def command(data: Path | None) -> None:
    """Bring the threads' database to the schema of this version.

    A server does so itself when it starts. A schema that a newer version made is refused.

    \b
    Examples:
      askdocs migrate
      DATABASE_URL=postgresql://askdocs@localhost/askdocs askdocs migrate
    """
    from app.settings.environment import load_settings

    settings = load_settings(data=data)
    asyncio.run(_migrate(settings.database_url))


async def _migrate(url: str) -> None:
    from app.stores import open_store
    from app.stores.schema import REVISION

    async with open_store(url) as store:
        await store.ping()
    click.echo(f"The database is at schema {REVISION}.")
