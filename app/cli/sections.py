import json
from pathlib import Path

import click

from app.cli import options


@click.command("sections")
@options.site_path
@options.site_url
@options.site_maps
def command(path: Path, url: str, sitemaps: tuple[str, ...]) -> None:
    """Print what would be indexed of a site, as JSON Lines.

    Nothing is written. The exit status is 1 when a source could not be read.

    \b
    Examples:
      askdocs sections ./my-site
      askdocs sections ./my-site --url https://docs.example.com | jq -r .url
    """
    from app.cli.ingest import failed
    from ingest.documents import open_site
    from ingest.run import Report, sections

    report = Report()
    printed = 0
    for section in sections(open_site(path, url=url, sitemaps=sitemaps), report):
        click.echo(json.dumps(section, ensure_ascii=False))
        printed += 1
    if failed(report.errors, path, pages=printed):
        raise click.exceptions.Exit(1)
