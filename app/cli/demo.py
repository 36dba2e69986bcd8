from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import options

if TYPE_CHECKING:
    from app.settings import Settings

OWN_DOCS = Path(__file__).parents[2] / "docs"
"""This project's own site: there in a checkout, not in a wheel."""


class DemoError(Exception):
    """There is nothing to show."""


@click.command("demo")
@click.option(
    "--docs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="PATH",
    help="A site of yours, instead of askdocs' own.",
)
@click.option("--port", type=click.IntRange(0, 65_535), help="The port, or another if it is taken.")
@options.data
def command(docs: Path | None, port: int | None, data: Path | None) -> None:
    """Index a site and serve it, all of it on this machine: no key, no network.

    A second start indexes only what changed. With OPENROUTER_API_KEY or OPENAI_API_KEY set, that
    provider's model answers; without, the docs are quoted.

    \b
    Examples:
      askdocs demo
      askdocs demo --docs ./my-site
      OPENROUTER_API_KEY=… askdocs demo --port 9000
    """
    path = docs or OWN_DOCS
    if not path.is_dir():
        raise DemoError("this installation has no docs of its own: name yours with --docs PATH")

    from app.cli.ingest import failed, index, summary
    from app.cli.serve import run
    from ingest.documents import open_site

    settings = _settings(path, data, port)
    report = index(open_site(path), settings)
    failed(report.errors, path, pages=report.pages)
    click.echo(summary(report))
    run(settings, any_port=True)


def _settings(path: Path, data: Path | None, port: int | None) -> "Settings":
    """Whatever the environment says, the demo is embedded, and apart from what is kept already."""
    from app.settings.environment import load_settings

    own = path == OWN_DOCS
    folder = load_settings(data=data).data / ("demo" if own else f"demo-{path.resolve().name}")
    return load_settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'askdocs.db'}",
        qdrant_url=f"file:{folder / 'qdrant'}",
        embedder="wordllama:",
        port=port,
        **({"site_title": "askdocs"} if own else {}),
    )
