import asyncio
from pathlib import Path
from typing import TextIO

import click

from app.cli import options


@click.command("import")
@click.argument("file", type=click.File(encoding="utf-8"), metavar="FILE")
@options.data
def command(file: TextIO, data: Path | None) -> None:
    """Read threads that askdocs export printed: all of them or, if a line is wrong, none.

    What is there already is brought to what FILE says. FILE may be -.

    \b
    Examples:
      askdocs import threads.jsonl
      askdocs export | DATABASE_URL=postgresql://askdocs@db/askdocs askdocs import -
    """
    from app.settings.environment import load_settings

    asyncio.run(_import(load_settings(data=data).database_url, file))


async def _import(url: str, file: TextIO) -> None:
    from app.stores.engine import open_engine
    from app.stores.transfer import restore

    async with open_engine(url) as engine:
        counts = await restore(engine, file)
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    click.echo(f"imported: {told or 'nothing'}")
