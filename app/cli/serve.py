from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import options

if TYPE_CHECKING:
    from app.settings import Settings


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port to listen on; 0: any.")
@options.data
@options.collection
def command(host: str | None, port: int | None, data: Path | None, collection: str | None) -> None:
    """Serve the chat page and the ChatKit endpoint.

    \b
    Examples:
      askdocs serve
      askdocs serve --host 0.0.0.0 --port 9000
      ASKDOCS_MODEL=http://localhost:11434/v1#llama3.2 askdocs serve
    """
    from app.settings.environment import load_settings

    run(load_settings(host=host, port=port, data=data, collection=collection))


def run(settings: "Settings", *, any_port: bool = False) -> None:
    """Serve until a signal; with `any_port` on a free one when the port is taken."""
    from app.cli.server import address, listening, serve

    with listening(settings.host, settings.port, else_any=any_port) as listener:
        from app.main import create_app  # takes seconds: the socket is open already

        serve(
            create_app(settings),
            listener,
            grace=settings.shutdown_grace_seconds,
            ready=lambda: click.echo(f"Browse to {address(listener)}", err=True),
        )
