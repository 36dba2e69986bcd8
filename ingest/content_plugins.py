"""The content plugins of a Docusaurus configuration, and their options."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingest.config_values import UNDEFINED, UNKNOWN, Unknown, lookup

Kind = Literal["docs", "blog", "pages", "built"]
_PLUGINS: dict[str, Kind] = {
    f"{prefix}content-{kind}": kind
    for prefix in ("@docusaurus/plugin-", "")
    for kind in ("docs", "blog", "pages")
}
_PRESETS = {"classic", "@docusaurus/preset-classic"}
DEFAULTS: dict[Kind, tuple[str, str]] = {  # path, routeBasePath
    "docs": ("docs", "docs"),
    "blog": ("blog", "blog"),
    "pages": ("src/pages", "/"),
}


class SiteError(Exception):
    """The site cannot be read as it is. The message names the setting and what to do."""


class Config:
    """The evaluated configuration; what is needed and unknown is asked for."""

    def __init__(self, values: Mapping[str, Any], path: Path) -> None:
        self._values = values
        self._path = path

    def get(self, *keys: str | int, default: Any = None, option: str = "") -> Any:
        return self.known(lookup(self._values, *keys), keys, default, option)

    def known(self, value: Any, keys: tuple[Any, ...], default: Any, option: str = "") -> Any:
        if value is UNDEFINED:
            return default
        if isinstance(value, Unknown):
            name = ".".join(map(str, keys))
            remedy = f"give {option}" if option else f"write {name} as a plain value"
            raise SiteError(
                f"{self._path.name}: {name} cannot be read without running the file: {remedy}."
            )
        return value


@dataclass(frozen=True, slots=True)
class Plugin:
    kind: Kind
    options: Any
    where: tuple[str | int, ...]

    def option(self, config: Config, *keys: str, default: Any = None) -> Any:
        return config.known(lookup(self.options, *keys), (*self.where, *keys), default)


def content_plugins(config: Config) -> Iterator[Plugin]:
    for at, entry in enumerate(config.get("presets", default=[])):
        name, options = _entry(entry)
        if name in _PRESETS:
            for kind in DEFAULTS:
                chosen = lookup(options, kind)
                if chosen is not False:
                    given: Any = {} if chosen is UNDEFINED or chosen is True else chosen
                    yield Plugin(kind, given, ("presets", at, kind))
    for at, entry in enumerate(config.get("plugins", default=[])):
        name, options = _entry(entry)
        if kind := _PLUGINS.get(name):
            yield Plugin(kind, options, ("plugins", at))


def unread_plugins(config: Config) -> Iterator[str]:
    for name in ("presets", "plugins"):
        for at, entry in enumerate(config.get(name, default=[])):
            if entry is UNKNOWN:
                yield (
                    f"{name}.{at} cannot be read without running the file: "
                    "pages that it adds are left out. Write it as a plain value."
                )


def _entry(entry: Any) -> tuple[str, Any]:
    """A name, or a list of name and options; what is neither is no plugin of ours."""
    if isinstance(entry, str):
        return entry, {}
    name = lookup(entry, 0)
    options = lookup(entry, 1)
    return (name if isinstance(name, str) else ""), ({} if options is UNDEFINED else options)
