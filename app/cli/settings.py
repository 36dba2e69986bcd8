import click


@click.command("settings")
def command() -> None:
    """Print every setting with its default, in the form of a .env file.

    \b
    Examples:
      askdocs settings
      askdocs settings > .env
    """
    from app.settings.example import example

    click.echo(example(), nl=False)
