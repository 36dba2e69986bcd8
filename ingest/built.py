"""The folder of a built site: which pages are in it, and their URLs."""

import html
import re
from collections import defaultdict
from os.path import commonpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest.content_plugins import SiteError
from ingest.docusaurus import Site, Tree
from ingest.html_head import Head, read_head
from ingest.routes import encoded
from ingest.sitemap import locations

_HEAD = 64_000  # bytes in which the head of a page is looked for
_BADGE = re.compile(r"theme-doc-version-badge[^>]*>(.*?)</span>", re.DOTALL)


def is_built(folder: Path) -> bool:
    return (folder / "index.html").is_file() and (folder / "sitemap.xml").is_file()


def built_site(folder: Path, url: str = "") -> Site:
    """`url` is where the site is published, when its pages do not say. Raises `SiteError`."""
    heads = {file: _head(folder / file) for file in _pages(folder)}
    listed = _listed(folder)
    places = {file: _place(file, head, listed, url) for file, head in heads.items()}
    if missing := [file for file, place in places.items() if not place]:
        raise SiteError(
            f"{missing[0]} has no canonical link and is not in sitemap.xml: give --url."
        )
    kept = {file: head for file, head in heads.items() if head.written}
    labels, newest = _versions(folder, kept, places)
    several = len({head.locale for head in kept.values()}) > 1
    trees: dict[tuple[str, str, bool], list[tuple[str, str]]] = defaultdict(list)
    for file, head in kept.items():
        key = head.plugin, head.version
        label = labels.get(key, "")
        locale = head.locale if several else ""
        trees[label, locale, key in newest].append((file, places[file]))
    made = (
        Tree(
            *("built", folder, "/", "/", ""),
            version=version,
            newest=new,
            locale=locale,
            pages=tuple(pages),
        )
        for (version, locale, new), pages in sorted(trees.items())
    )
    return Site(folder, tuple(made))


def _pages(folder: Path) -> list[str]:
    found = (p for p in folder.rglob("*.html") if p.name != "404.html" and p.is_file())
    return sorted(page.relative_to(folder).as_posix() for page in found)


def _head(path: Path) -> Head:
    with path.open("rb") as file:
        return read_head(file.read(_HEAD).decode("utf-8", "replace"))


def _listed(folder: Path) -> dict[str, str]:
    """The URLs of the sitemaps, by their paths without a slash at the end."""
    urls = (
        url
        for sitemap in sorted(folder.rglob("sitemap.xml"))
        for url in locations(sitemap.read_text("utf-8", "replace"))
    )
    return {unquote(urlsplit(url).path).rstrip("/"): url for url in urls}


def _place(file: str, head: Head, listed: dict[str, str], url: str) -> str:
    """The URL of a page; empty where nothing tells it."""
    route = "/" + file.removesuffix("index.html")
    known = head.canonical or listed.get(route.rstrip("/"), "")
    if not url:
        scheme, _, rest = known.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host}{encoded(slash + path)}" if host else ""
    if known and not known.endswith("/"):
        route = route.rstrip("/")
        route = route if known.endswith(".html") else route.removesuffix(".html")
    return url.rstrip("/") + encoded(route)


def _versions(
    folder: Path, heads: dict[str, Head], places: dict[str, str]
) -> tuple[dict[tuple[str, str], str], set[tuple[str, str]]]:
    """By plugin and version, where a plugin has several: the label, and which are the newest.

    The newest has no part of its own in its URLs: what they begin with is the shortest.
    """
    files: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file, head in heads.items():
        if head.version:
            files[head.plugin][head.version].append(file)
    labels: dict[tuple[str, str], str] = {}
    newest: set[tuple[str, str]] = set()
    for plugin, versions in files.items():
        if len(versions) == 1:
            continue
        starts: dict[str, int] = {}
        for version, of_version in versions.items():
            labels[plugin, version] = _label(folder / of_version[0], version)
            starts[version] = len(commonpath([places[file] for file in of_version]))
        newest.add((plugin, min(starts, key=lambda version: starts[version])))
    return labels, newest


def _label(page: Path, version: str) -> str:
    """As readers see it: `Version: 2.0` in the badge of a page."""
    found = _BADGE.search(page.read_text("utf-8", "replace"))
    shown = re.sub(r"<[^>]*>", "", found[1]).rpartition(":")[2].strip() if found else ""
    return html.unescape(shown) or ("Next" if version == "current" else version)
