import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import options
from app.cli.failures import foreseen
from app.cli.watch import changes

if TYPE_CHECKING:
    from app.settings import Settings
    from ingest.docusaurus import Site
    from ingest.run import Report


@click.command("ingest")
@options.site_path
@options.site_url
@options.site_maps
@options.data
@options.collection
@click.option("--dry-run", is_flag=True, help="Only say what would change; 1 if something would.")
@click.option("--force", is_flag=True, help="Remove much of the collection, if it must be.")
@click.option("--watch", is_flag=True, help="Go on, and index again whenever a file changes.")
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
@options.as_json
def command(  # noqa: PLR0913, PLR0917 (one for each option)
    path: Path,
    url: str,
    sitemaps: tuple[str, ...],
    data: Path | None,
    collection: str | None,
    dry_run: bool,
    force: bool,
    watch: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Bring the collection to what a site says now; a second run writes nothing.

    PATH is the root of a Docusaurus site, its docs folder, any folder of Markdown, or a built site
    with its index.html and sitemap.xml. The exit status is 1 when a source could not be read: the
    rest is indexed all the same.

    \b
    Examples:
      askdocs ingest ./my-site
      askdocs ingest ./my-site/docs --url https://docs.example.com
      askdocs ingest ./my-site/build
      askdocs ingest ./manual --sitemap https://manual.example.com/sitemap.xml
      askdocs ingest ./my-site --dry-run --json
      QDRANT_URL=http://localhost:6333 askdocs ingest ./my-site --watch
    """
    from app.settings.checks import check_index
    from app.settings.environment import load_settings

    settings = load_settings(check_index, data=data, collection=collection)

    from ingest.documents import open_site

    def once() -> bool:
        """Whether all is well."""
        site = open_site(path, url=url, sitemaps=sitemaps)
        report = index(site, settings, quiet=quiet or as_json, force=force, dry_run=dry_run)
        if as_json:
            click.echo(json.dumps(asdict(report)))
        elif not quiet:
            click.echo(summary(report, dry_run=dry_run))
        mistakes = failed(report.errors, path, pages=report.pages)
        return not (mistakes or (dry_run and report.changes))

    changed = changes(path) if watch else ()  # from now on: what changes meanwhile counts
    well = once()
    _again(once, changed)
    if not well:
        raise click.exceptions.Exit(1)


def _again(once: Callable[[], bool], changed: Iterable[None]) -> None:
    """Until Ctrl-C. What fails is told, and tried at the next change."""
    for _ in changed:
        try:
            once()
        except Exception as error:
            if not foreseen(error):
                raise
            click.echo(f"askdocs: {error}", err=True)


def index(
    site: "Site",
    settings: "Settings",
    *,
    quiet: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> "Report":
    """Ingest, with a progress bar; the collection is closed again when this returns."""
    from app.cli.index import open_index
    from app.cli.progress import progress
    from ingest.run import ingest

    async def run() -> "Report":
        async with open_index(settings) as (collection, embedder):
            with progress(quiet=quiet) as show:
                return await ingest(
                    site, collection, embedder, progress=show, force=force, dry_run=dry_run
                )

    return asyncio.run(run())


def summary(report: "Report", *, dry_run: bool = False) -> str:
    would = "to be " if dry_run else ""
    said = (
        f"{report.pages:,} pages, {report.chunks:,} chunks: {report.added:,} {would}added, "
        f"{report.changed:,} {would}changed, {report.removed:,} {would}removed, "
        f"{report.kept:,} kept, in {sum(report.seconds.values()):.1f} s"
    )
    if report.rebuilt:
        said = f"made anew, because {report.rebuilt}\n{said}"
    if report.unsourced:
        count, first = len(report.unsourced), report.unsourced[0]
        said += f"\n{count:,} pages of the sitemap have no source here, such as {first}"
    return said


def failed(mistakes: list[str], path: Path, *, pages: int) -> bool:
    """Says what could not be read, a line each; a site without pages is a mistake, too."""
    nothing = [] if pages else [f"{path}: there is no page in it that could be indexed"]
    for mistake in [*mistakes, *nothing]:
        click.echo(f"askdocs: {mistake}", err=True)
    return bool(mistakes or nothing)
