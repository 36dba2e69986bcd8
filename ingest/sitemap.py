"""A site's own list of its pages, which proves their URLs."""

import html
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from os.path import commonpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2

from ingest.content_plugins import SiteError
from ingest.routes import encoded

_LOCATION = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\s\]]+)")
_ENDING = re.compile(r"(?:(?:^|/)(?:index|README))?(?:\.html|\.mdx?)?/*$")
_PATIENCE = 30.0  # seconds


class Sitemap:
    """`/a`, `/a/`, `/a.html` and `/a/index.html` are one page, and so are the files `/a.md` and
    `/a/README.md`: its URL is the one that is listed."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._urls: dict[str, str] = {}
        for url in urls:
            parts = urlsplit(url)
            written = f"{parts.scheme}://{parts.netloc}{encoded(parts.path or '/')}"
            self._urls.setdefault(_page(parts.path), written)

    def url(self, path: str) -> str | None:
        return self._urls.get(_page(path))

    def others(self, known: Container[str]) -> list[str]:
        """The URLs that are not among these."""
        return [url for url in self._urls.values() if url not in known]

    @property
    def base(self) -> str:
        """The folder that all pages are in."""
        origin = "://".join(urlsplit(next(iter(self._urls.values())))[:2])
        pages = [f"/{page}" for page in self._urls]
        return origin + (commonpath(pages) if len(pages) > 1 else "/")


def _page(path: str) -> str:
    return _ENDING.sub("", unquote(path)).strip("/")


def locations(sitemap: str) -> list[str]:
    """Those that are URLs: http://[ is none."""
    return [url for found in _LOCATION.findall(sitemap) if _splits(url := html.unescape(found))]


def _splits(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def read_sitemaps(places: Sequence[str]) -> Sitemap:
    """Each a file or a URL. Raises `SiteError`."""
    return Sitemap(url for place in places for url in _listed(place))


def _listed(place: str, *, inside: bool = False) -> Iterator[str]:
    text = _text(place)
    found = locations(text)
    if not found:
        raise SiteError(f"The sitemap {place} names no page.")
    if "<sitemapindex" not in text:
        yield from found
    elif inside or not place.startswith(("http://", "https://")):
        raise SiteError(f"{place} lists other sitemaps: give those, each with --sitemap.")
    else:
        for url in found:
            yield from _listed(url, inside=True)


def _text(place: str) -> str:
    try:
        if not place.startswith(("http://", "https://")):
            return Path(place).read_text("utf-8", "replace")
        answer = httpx2.get(place, timeout=_PATIENCE, follow_redirects=True)
        answer.raise_for_status()
    except httpx2.HTTPStatusError as error:
        status = error.response.status_code
        raise SiteError(f"The sitemap {place} cannot be read: status {status}.") from error
    except (OSError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise SiteError(f"The sitemap {place} cannot be read: {error}.") from error
    return answer.text
