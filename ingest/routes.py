"""File → route, as Docusaurus computes it. Pure.

The rules were checked against Docusaurus 3.10 itself; each function names the part of its source
that it follows.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin

_DATE_OR_VERSION = re.compile(r"[0-9]+[-_.][0-9]+")
_NUMBERED = re.compile(r"([0-9]+)\s*[-_.]+\s*([^-_.\s].*)", re.DOTALL)
_DATED = re.compile(
    r"(?P<folder>.*)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*?)(/index)?\.mdx?",
    re.DOTALL,
)
_KEPT = "/!$&'()*+,;=:@~%-._"


@dataclass(frozen=True, slots=True)
class DocPlace:
    """A docs page within its version: its id, and its slug, which starts with a slash."""

    id: str
    slug: str


def without_number(name: str) -> str:
    """`01-intro` → `intro`; dates and versions such as `2024-01-x` and `7.0-x` stay whole.

    plugin-content-docs/src/numberPrefix.ts
    """
    if _DATE_OR_VERSION.match(name):
        return name
    found = _NUMBERED.fullmatch(name)
    return found.group(2) if found else name


def doc_place(
    path: str, *, id_: str | None = None, slug: str | None = None, numbers: bool = True
) -> DocPlace:
    """For a file's path within its version, and its front matter's `id` and `slug`.

    `numbers` says whether number prefixes are parsed. Raises ValueError for an `id` with a slash
    and an empty `slug`. plugin-content-docs/src/docs.ts, slug.ts
    """
    *folders, name = PurePosixPath(path).with_suffix("").parts
    strip = without_number if numbers else str
    if id_ is not None and "/" in id_:
        raise ValueError(f"front matter id {id_!r} holds a slash")
    if slug is not None and not slug.strip():
        raise ValueError("front matter slug is empty")
    stripped = [strip(folder) for folder in folders]
    last = id_ if id_ is not None else strip(name)
    base = "/" + "".join(f"{folder}/" for folder in stripped)
    doc_id = "/".join((*stripped, last))
    if slug is not None and slug.startswith("/"):
        return DocPlace(doc_id, slug)
    if slug is None and _is_index(name, folders):
        return DocPlace(doc_id, base)
    return DocPlace(doc_id, _resolved(base, slug if slug is not None else last))


def _is_index(name: str, folders: list[str]) -> bool:
    """By the names as written: `03-api/api.md` is no index, `04-api/04-api.md` is."""
    parent = folders[-1].lower() if folders else None
    return name.lower() in {"index", "readme", parent}


def _resolved(base: str, relative: str) -> str:
    """As a relative URL would be, in characters that `urljoin` leaves alone."""
    encoded = urljoin("http://x" + quote(base), "./" + quote(relative, safe="/"))
    path = unquote(encoded.removeprefix("http://x"))
    return path if path.startswith("/") else "/" + path


def blog_slug(path: str, slug: str | None = None) -> str:
    """plugin-content-blog/src/blogUtils.ts: a date in the name or the folders becomes the route."""
    if slug is not None:
        return slug
    found = _DATED.fullmatch(path)
    if not found:
        return "/" + blog_name(path)
    date = found["date"].replace("-", "/")
    return f"/{date}/{found['folder']}{found['text']}"


def blog_name(path: str) -> str:
    """What a post without a title is called: its path, or what is behind the date in it."""
    found = _DATED.fullmatch(path)
    return found["text"] if found else re.sub(r"(/index)?\.mdx?$", "", path)


def page_slug(path: str, slug: str | None = None) -> str:
    """plugin-content-pages: `index`, in any case, stands for its folder; the rest is encoded."""
    if slug is not None:
        return slug
    bare = re.sub(r"\.mdx?$", "", path)
    route = re.sub(r"(?i)(^|/)index$", r"\1", bare)
    return "/" + "/".join(quote(part, safe="!'()*~-._") for part in route.split("/"))


def joined(*parts: str) -> str:
    """Docusaurus's normalizeUrl for paths: one slash between, a trailing one as in the last."""
    given = [part for part in parts if part]
    path = re.sub(r"/{2,}", "/", "/" + "/".join(given))
    keeps = bool(given) and given[-1].endswith("/")
    return path if keeps else path.rstrip("/") or "/"


def with_trailing_slash(path: str, trailing: bool | None, base_url: str) -> str:
    """The `trailingSlash` setting, which routes have and metadata do not. utils-common."""
    if trailing is None or path in {"/", base_url}:
        return path
    bare = path.rstrip("/")
    return bare + "/" if trailing else bare or "/"


def encoded(path: str) -> str:
    """One form to store: percent-encoded, an escape that is there already kept."""
    return quote(path, safe=_KEPT)
