"""`askdocs`: one module a command.

Nothing heavier than click is imported before a command runs: `--help` answers at once.
"""

import logging

import click

from app.cli import (
    ask,
    demo,
    doctor,
    eval,  # noqa: A004 (commands)
    export,
    frontend,
    import_,
    ingest,
    migrate,
    questions,
    search,
    sections,
    serve,
    settings,
)
from app.cli.failures import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="askdocs", prog_name="askdocs", message="%(prog)s %(version)s")
def cli() -> None:
    """Ask your documentation: index a Docusaurus site, serve a chat that cites it.

    \b
    Try it:         askdocs demo
    Index a site:   askdocs ingest ./my-site --url https://docs.example.com
    Look inside:    askdocs search "How do I install it?"
    Serve it:       askdocs serve --port 8000

    Settings come from flags, then the environment, then .env: see askdocs settings.
    """


for module in (
    demo,
    ingest,
    sections,
    search,
    eval,
    questions,
    ask,
    serve,
    frontend,
    doctor,
    migrate,
    export,
    import_,
    settings,
):
    cli.add_command(module.command)


def main() -> None:
    # First of all: wordllama configures logging on import, of everything and at INFO.
    logging.basicConfig(format="%(levelname)s: %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("app").setLevel(logging.INFO)
    cli(prog_name="askdocs")
