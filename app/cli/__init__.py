"""`askdocs`: one module a command.

Nothing heavier than click is imported before a command runs: `--help` answers at once.
"""

from typing import Any

import click

from app.cli import ask, serve, settings


class Failure(click.ClickException):
    """What the user is told instead of a traceback: one line a mistake."""

    def show(self, file: Any = None) -> None:
        for line in self.message.splitlines():
            click.echo(f"askdocs: {line}", file=file, err=True)


class Misuse(Failure):
    exit_code = 2


class Commands(click.Group):
    """Commands whose failures are sentences; anything unforeseen keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except Exception as error:
            if not _foreseen(error):
                raise
            raise _failure(error) from error


def _foreseen(error: Exception) -> bool:
    """The exceptions that our rooms define are written to be read."""
    return type(error).__module__.partition(".")[0] in {"app", "ingest"}


def _failure(error: Exception) -> Failure:
    from app.settings import SettingsError

    return (Misuse if isinstance(error, SettingsError) else Failure)(str(error))


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


for module in (serve, ask, settings):
    cli.add_command(module.command)


def main() -> None:
    cli(prog_name="askdocs")
