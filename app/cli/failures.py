"""What goes wrong as expected is a sentence, not a traceback."""

from typing import Any

import click


class Failure(click.ClickException):
    """One line a mistake."""

    def show(self, file: Any = None) -> None:
        for line in self.message.splitlines():
            click.echo(f"askdocs: {line}", file=file, err=True)


class Misuse(Failure):
    exit_code = 2


class Commands(click.Group):
    """Commands whose foreseen failures are told; anything else keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except Exception as error:
            if not foreseen(error):
                raise
            raise _failure(error) from error


def foreseen(error: Exception) -> bool:
    """The exceptions that our rooms define are written to be read."""
    return type(error).__module__.partition(".")[0] in {"app", "ingest"}


def _failure(error: Exception) -> Failure:
    from app.settings import SettingsError

    return (Misuse if isinstance(error, SettingsError) else Failure)(str(error))
