"""Options that several commands share. Their names are those of the settings they override."""

from pathlib import Path

import click

data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where everything is kept.",
)
collection = click.option("--collection", metavar="NAME", help="The collection in Qdrant.")
as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
site_path = click.argument(
    "path", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="PATH"
)
site_url = click.option(
    "--url",
    default="",
    metavar="URL",
    help="Where the site is published, when its configuration does not say.",
)
site_maps = click.option(
    "--sitemap",
    "sitemaps",
    multiple=True,
    metavar="FILE_OR_URL",
    help="The site's list of its pages, which proves their URLs; may be given several times.",
)
