"""A Docusaurus site: its content plugins, versions and locales, as its configuration has them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.config_values import lookup
from ingest.content_plugins import (
    DEFAULTS,
    Config,
    Kind,
    Plugin,
    SiteError,
    content_plugins,
    unread_plugins,
)
from ingest.markdown import MarkdownOptions
from ingest.routes import joined

if TYPE_CHECKING:
    from ingest.sitemap import Sitemap


INCLUDE = ("**/*.{md,mdx}",)
EXCLUDE = (
    "**/_*.{js,jsx,ts,tsx,md,mdx}",
    "**/_*/**",
    "**/*.test.{js,jsx,ts,tsx}",
    "**/__tests__/**",
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder of content whose files all have routes below `base`."""

    kind: Kind
    folder: Path
    base: str
    """baseUrl, route base and version part: what every route here starts with."""
    base_url: str
    origin: str
    trailing_slash: bool | None = None
    include: tuple[str, ...] = INCLUDE
    exclude: tuple[str, ...] = EXCLUDE
    numbers: bool = True
    version: str = ""
    """The version's label; empty where the site has one version."""
    newest: bool = False
    """Whether readers get this version when they name none."""
    locale: str = ""
    """Empty where the site has one locale."""
    translated: Path | None = None
    """Where a file of `folder` may have a translation, at the same path."""
    pages: tuple[tuple[str, str], ...] = ()
    """Files and URLs of a built site, whose URLs are known."""


@dataclass(frozen=True, slots=True)
class Site:
    root: Path
    trees: tuple[Tree, ...]
    format: Literal["mdx", "md", "detect"] = "mdx"
    markdown: MarkdownOptions = field(default_factory=MarkdownOptions)
    sitemap: "Sitemap | None" = None
    """What is published; a page that is not in it has no URL."""
    unread: tuple[tuple[str, str], ...] = ()
    """What the configuration may have besides: its name, and why it is not known."""

    @property
    def versions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.version for t in self.trees if t.version))

    @property
    def newest(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.version for t in self.trees if t.version and t.newest))


def read_site(root: Path, path: Path, values: Mapping[str, Any], *, url: str = "") -> Site:
    """`url` wins over the configuration's `url`, and over its `baseUrl` where it has a path.

    Raises `SiteError`.
    """
    config = Config(values, path)
    origin, base_url = _address(config, url)
    formats = config.get("markdown", "format", default="mdx")
    options = MarkdownOptions(
        comments=bool(config.get("markdown", "mdx1Compat", "comments", default=True)),
        maintain_case=bool(config.get("markdown", "anchors", "maintainCase", default=False)),
    )
    trees = tuple(
        tree
        for locale in _locales(config, root, origin, base_url)
        for plugin in content_plugins(config)
        for tree in _trees(config, root, plugin, locale)
    )
    unread = tuple((path.name, reason) for reason in unread_plugins(config))
    return Site(root, trees, formats, options, unread=unread)


def _address(config: Config, url: str) -> tuple[str, str]:
    """Origin without a path, and baseUrl with a slash at both ends."""
    given = url.rstrip("/") if url else ""
    scheme, _, rest = given.partition("://")
    host, _, path = rest.partition("/")
    origin = f"{scheme}://{host}" if given else ""
    if not origin:
        origin = str(config.get("url", default="", option="--url")).rstrip("/")
    base = path or config.get("baseUrl", default="/", option="--url with a path")
    return origin, joined(str(base) + "/")


@dataclass(frozen=True, slots=True)
class _Locale:
    name: str
    origin: str
    base_url: str
    folder: Path | None
    """Of its translations; None where it has none."""
    default: bool
    only: bool


def _locales(config: Config, root: Path, origin: str, base_url: str) -> Iterator[_Locale]:
    default = config.get("i18n", "defaultLocale", default="en")
    names = config.get("i18n", "locales", default=[default])
    for name in names:
        about = ("i18n", "localeConfigs", name)
        inferred = base_url if name == default else f"{base_url}{name}/"
        folder = (
            root
            / config.get("i18n", "path", default="i18n")
            / config.get(*about, "path", default=name)
        )
        translated = config.get(*about, "translate", default=folder.is_dir())
        yield _Locale(
            name,
            str(config.get(*about, "url", default=origin)).rstrip("/"),
            joined(str(config.get(*about, "baseUrl", default=inferred)) + "/"),
            folder if translated else None,
            name == default,
            len(names) == 1,
        )


def _trees(config: Config, root: Path, plugin: Plugin, locale: _Locale) -> Iterator[Tree]:
    default_path, default_base = DEFAULTS[plugin.kind]
    path = str(plugin.option(config, "path", default=default_path))
    route_base = str(plugin.option(config, "routeBasePath", default=default_base))
    id_ = str(plugin.option(config, "id", default="default"))
    common: dict[str, Any] = {
        "kind": plugin.kind,
        "base_url": locale.base_url,
        "origin": locale.origin,
        "trailing_slash": config.get("trailingSlash"),
        "include": tuple(plugin.option(config, "include", default=INCLUDE)),
        "exclude": tuple(plugin.option(config, "exclude", default=EXCLUDE)),
        "locale": "" if locale.only else locale.name,
    }
    suffix = "" if id_ == "default" else f"-{id_}"
    translations = (
        locale.folder / f"docusaurus-plugin-content-{plugin.kind}{suffix}"
        if locale.folder
        else None
    )
    if plugin.kind != "docs":
        folder = (root / path).resolve()
        base = joined(locale.base_url, route_base)
        if folder.is_dir() and _wanted(locale, translations):
            yield Tree(folder=folder, base=base, translated=translations, **common)
        return
    parser = lookup(plugin.options, "numberPrefixParser")
    for version in _versions(config, root, plugin, id_, path):
        translated = translations / version.translations if translations else None
        if _wanted(locale, translated):
            yield Tree(
                folder=version.folder,
                base=joined(locale.base_url, route_base, version.path),
                version=version.label,
                newest=version.newest,
                translated=translated,
                numbers=parser is not False,
                **common,
            )


def _wanted(locale: _Locale, translated: Path | None) -> bool:
    """A locale without translations repeats the default one's text under other URLs."""
    return locale.default or (translated is not None and translated.is_dir())


@dataclass(frozen=True, slots=True)
class _Version:
    folder: Path
    path: str
    """Its part of the route; empty for the latest."""
    label: str
    newest: bool
    translations: str


def _versions(
    config: Config, root: Path, plugin: Plugin, id_: str, path: str
) -> Iterator[_Version]:
    prefix = "" if id_ == "default" else f"{id_}_"
    listed = root / f"{prefix}versions.json"
    disabled = plugin.option(config, "disableVersioning", default=False)
    names: list[str] = json.loads(listed.read_text("utf-8")) if listed.is_file() else []
    names = [] if disabled else names
    if plugin.option(config, "includeCurrentVersion", default=True) and "current" not in names:
        names.insert(0, "current")
    only = plugin.option(config, "onlyIncludeVersions", default=None)
    names = [name for name in names if only is None or name in only]
    if not names:
        raise SiteError(
            f"{'.'.join(map(str, plugin.where))}: no version of {path!r} is left to read."
        )
    released = [name for name in names if name != "current"]
    last = plugin.option(config, "lastVersion", default=released[0] if released else "current")
    for name in names:
        own = "" if name == last else "next" if name == "current" else name
        shown = "Next" if name == "current" else name
        yield _Version(
            folder=(
                (root / path).resolve()
                if name == "current"
                else root / f"{prefix}versioned_docs" / f"version-{name}"
            ),
            path=str(plugin.option(config, "versions", name, "path", default=own)),
            label=(
                str(plugin.option(config, "versions", name, "label", default=shown))
                if len(names) > 1
                else ""
            ),
            newest=name == last,
            translations="current" if name == "current" else f"version-{name}",
        )
