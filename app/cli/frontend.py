"""`askdocs frontend`: the chat for a Docusaurus site, copied into it."""

import shutil
from pathlib import Path

import click

from app.cli.failures import Failure

_PACKAGED = Path(__file__).parents[1] / "web" / "docs-chat"  # where the wheel has it
_CHECKOUT = Path(__file__).parents[2] / "frontend-snippet" / "docs-chat"


@click.command("frontend")
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--server",
    default="https://ask.example.com",
    metavar="URL",
    help="The address of your askdocs, for the line that is printed.",
)
@click.option("--force", is_flag=True, help="Replace a docs-chat folder that is there.")
def command(site: Path, server: str, force: bool) -> None:
    """Put the chat into the Docusaurus site in the folder SITE.

    \b
    Examples:
      askdocs frontend ./my-site
      askdocs frontend ./my-site --server https://ask.example.com --force
    """
    if not any(site.glob("docusaurus.config.*")):
        raise Failure(f"{site} has no docusaurus.config: give the folder of a Docusaurus site.")
    target = site / "docs-chat"
    if target.exists() and not force:
        raise Failure(f"{target} is there already; --force replaces it.")
    _copy(target)
    click.echo(f"Copied to {target}. Two things are left:\n")
    click.echo(f"  cd {site} && npm install @openai/chatkit-react\n")
    click.echo("and in docusaurus.config, in `plugins`:\n")
    click.echo(f"  plugins: [['./docs-chat', {{server: '{server}'}}]],\n")
    click.echo("The server lets the site's pages in when ASKDOCS_ORIGINS names their origin.")


def _copy(target: Path) -> None:
    source = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    if not source.is_dir():
        raise Failure(f"the files of the chat are missing: {source}. Install askdocs again.")
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
