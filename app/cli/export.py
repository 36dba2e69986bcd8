import asyncio
from pathlib import Path

import click

from app.cli import options


@click.command("export")
@options.data
def command(data: Path | None) -> None:
    """Print all threads, with their items and feedback, as JSON Lines.

    Of every reader, as they are at one moment; the server may go on meanwhile.

    \b
    Examples:
      askdocs export > threads.jsonl
      askdocs export | jq 'select(.table == "feedback" and .kind == "negative")'
    """
    from app.settings.environment import load_settings

    asyncio.run(_export(load_settings(data=data).database_url))


async def _export(url: str) -> None:
    from app.stores.engine import open_engine
    from app.stores.transfer import export

    async with open_engine(url, new=False) as engine:
        async for line in export(engine):
            click.echo(line)
