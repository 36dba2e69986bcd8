"""A docs tree → its documents, each with its true URL."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wcmatch import glob

from ingest.built import built_site, is_built
from ingest.content_plugins import SiteError
from ingest.docusaurus import EXCLUDE, Site, Tree, read_site
from ingest.html import read_html
from ingest.markdown import MarkdownPage, parse
from ingest.markdown.frontmatter import text_field
from ingest.routes import (
    blog_name,
    blog_slug,
    doc_place,
    encoded,
    joined,
    page_slug,
    with_trailing_slash,
    without_number,
)
from ingest.site_config import find_config, read_config
from ingest.sitemap import Sitemap, read_sitemaps

_INCLUDE_FLAGS = glob.GLOBSTAR | glob.BRACE | glob.EXTGLOB
_EXCLUDE_FLAGS = _INCLUDE_FLAGS | glob.DOTGLOB
_LARGEST = 4_000_000  # bytes of a file that is read
_DEEPEST_PARTIAL = 20


@dataclass(frozen=True, slots=True)
class Document:
    """One source page as read. `errors` are mistakes in it; what could be read was read."""

    source: str
    """Path of the file, relative to the site."""
    url: str
    title: str
    page: MarkdownPage
    version: str
    locale: str
    draft: bool = False
    unlisted: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source that gave no document."""

    source: str
    reason: str


def open_site(path: Path, *, url: str = "", sitemaps: Sequence[str] = ()) -> Site:
    """The site that `path` is the root of, or whose docs folder it is, or that was built into it;
    else plain Markdown.

    `url` is where the site is published; `sitemaps`, files or URLs, list its pages. Raises
    `SiteError`.
    """
    sitemap = read_sitemaps(sitemaps) if sitemaps else None
    return replace(_opened(path.resolve(), url, sitemap), sitemap=sitemap)


def _opened(path: Path, url: str, sitemap: Sitemap | None) -> Site:
    if not path.is_dir():
        raise SiteError(f"{path.name!r} is no folder: give the root of a site or its docs folder.")
    if is_built(path):
        return built_site(path, url)
    for folder in (path, *path.parents[:3]):
        if config := find_config(folder):
            site = read_site(folder, config, read_config(config), url=url)
            if folder == path:
                return site
            trees = tuple(t for t in site.trees if t.folder.is_relative_to(path))
            if trees:
                return replace(site, trees=trees)
    return _plain(path, url or (sitemap.base if sitemap else ""))


def _plain(path: Path, url: str) -> Site:
    """Markdown without a configuration: routes as of a Docusaurus at the root of `url`."""
    scheme, _, rest = url.rstrip("/").partition("://")
    host, _, base = rest.partition("/")
    base_url = joined(base + "/")
    origin = f"{scheme}://{host}" if url else ""
    tree = Tree("docs", path, base_url, base_url, origin, exclude=(*EXCLUDE, "**/node_modules/**"))
    return Site(path, (tree,), format="detect")


def documents(site: Site) -> Iterator[Document | Unreadable]:
    """In a stable order. Drafts and unlisted pages are among them: the caller decides."""
    for source, reason in site.unread:
        yield Unreadable(source, reason)
    for tree in site.trees:
        for file, url in tree.pages:
            yield _published(site, _built(tree, file, url), file)
        for relative in _files(tree) if tree.kind != "built" else ():
            yield _published(site, _document(site, tree, relative), joined(tree.base, relative))


def _published(site: Site, found: Document | Unreadable, file: str) -> Document | Unreadable:
    """With the URL that the sitemap has for its route, or else for its file as it is called."""
    if site.sitemap is None or isinstance(found, Unreadable) or found.draft or found.unlisted:
        return found
    url = site.sitemap.url(urlsplit(found.url).path) or site.sitemap.url(file)
    if url is None:
        return Unreadable(found.source, f"{found.url} is not in the sitemap; left out")
    return replace(found, url=url)


def _files(tree: Tree) -> Iterator[str]:
    include = [pattern.removeprefix("./") for pattern in tree.include if pattern[:1] != "!"]
    exclude = [
        *(pattern.removeprefix("./") for pattern in tree.exclude),
        *(pattern[1:] for pattern in tree.include if pattern[:1] == "!"),
    ]
    included = glob.compile(include, flags=_INCLUDE_FLAGS)
    excluded = glob.compile(exclude, flags=_EXCLUDE_FLAGS)
    shut = glob.compile([p for p in exclude if p[-1:] != "/"], flags=_EXCLUDE_FLAGS)
    for folder, folders, names in os.walk(tree.folder):
        inside = Path(folder).relative_to(tree.folder)
        # An excluded folder is not entered, whatever the patterns say of what is in it.
        folders[:] = sorted(name for name in folders if not shut.match((inside / name).as_posix()))
        for name in sorted(names):
            if not name.endswith((".md", ".mdx")):
                continue
            relative = (inside / name).as_posix()
            if included.match(relative) and not excluded.match(relative):
                yield relative


def _document(site: Site, tree: Tree, relative: str) -> Document | Unreadable:
    file = tree.folder / relative
    if tree.translated and (tree.translated / relative).is_file():
        file = tree.translated / relative
    source = os.path.relpath(file, site.root)
    try:
        page = _parsed(file, site, ())
        url = _url(tree, relative, page)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        return Unreadable(source, str(error))
    return Document(
        source=source,
        url=url,
        title=_title(tree, relative, page),
        page=page,
        version=tree.version,
        locale=tree.locale,
        draft=_flag(page.front_matter, "draft"),
        unlisted=_flag(page.front_matter, "unlisted"),
        errors=tuple(map(str, page.errors)),
    )


def _built(tree: Tree, file: str, url: str) -> Document | Unreadable:
    try:
        head, page = read_html(_text(tree.folder / file))
    except (OSError, ValueError) as error:
        return Unreadable(file, str(error))
    title = page.shown_title or head.title
    return Document(file, url, title, page, tree.version, tree.locale, unlisted=head.hidden)


def _text(file: Path) -> str:
    size = file.stat().st_size
    if not file.is_file():  # reading a pipe would wait for whoever writes to it
        raise ValueError("is no regular file")
    if size > _LARGEST:
        raise ValueError(f"{size:,} bytes are more than the {_LARGEST:,} that are read")
    return file.read_text("utf-8")


def _parsed(file: Path, site: Site, importing: tuple[Path, ...]) -> MarkdownPage:
    """A file with the partials that it imports, wherever they are inside the site."""

    def partial(written: str) -> MarkdownPage | None:
        base = site.root / written[6:] if written.startswith("@site/") else file.parent / written
        found, above = base.resolve(), (*importing, file.resolve())
        if found in above or len(above) > _DEEPEST_PARTIAL or not found.is_file():
            return None
        if not found.is_relative_to(site.root.resolve()):
            return None
        return _parsed(found, site, above)

    return parse(
        _text(file),
        format=site.format,
        extension=file.suffix,
        options=site.markdown,
        partial=partial,
    )


def _url(tree: Tree, relative: str, page: MarkdownPage) -> str:
    matter = page.front_matter
    slug = text_field(matter, "slug")
    match tree.kind:
        case "docs":
            id_ = text_field(matter, "id")
            place = doc_place(relative, id_=id_, slug=slug, numbers=_numbers(tree, page)).slug
        case "blog":
            place = blog_slug(relative, slug)
        case "pages":
            place = page_slug(relative, slug)
        case "built":
            raise ValueError("a built page has its URL")
    route = with_trailing_slash(joined(tree.base, place), tree.trailing_slash, tree.base_url)
    return tree.origin + encoded(route)


def _title(tree: Tree, relative: str, page: MarkdownPage) -> str:
    """Front matter, else the first heading, else the name: shown as plain text."""
    given = text_field(page.front_matter, "title")
    if given is not None:
        return given
    if page.shown_title:
        return page.shown_title
    stem = Path(relative).stem
    if tree.kind == "blog":
        return blog_name(relative) or stem
    named = text_field(page.front_matter, "id") or stem
    return without_number(named) if _numbers(tree, page) and named == stem else named


def _numbers(tree: Tree, page: MarkdownPage) -> bool:
    """Whether number prefixes of this page are parsed."""
    return tree.numbers and page.front_matter.get("parse_number_prefixes", True) is not False


def _flag(matter: Mapping[str, Any], name: str) -> bool:
    return matter.get(name) in (True, "true")
