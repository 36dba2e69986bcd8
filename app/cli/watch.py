"""When files of a site change."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 1.0
"""Seconds between two looks, and how long files must be left alone before they count."""

_SUFFIXES = (".md", ".mdx", ".js", ".ts", ".mjs", ".cjs", ".mts", ".json", ".yml", ".yaml")
_SKIPPED = frozenset({"node_modules", "build", ".docusaurus", ".git"})

Seen = dict[str, tuple[int, int]]


def changes(folder: Path, interval: float = INTERVAL) -> Iterator[None]:
    """One for each time that files changed since this was called, and then stayed as they were
    for a while.

    By looking: it costs a walk of the folder, and works on every file system, mounted ones too.
    """
    return _changes(folder, _look(folder), interval)


def _changes(folder: Path, known: Seen, interval: float) -> Iterator[None]:
    while True:
        time.sleep(interval)
        now = _look(folder)
        if now == known:
            continue
        while now != known:
            known = now
            time.sleep(interval)
            now = _look(folder)
        yield


def _look(folder: Path) -> Seen:
    seen: Seen = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in names:
            if name.endswith(_SUFFIXES):
                path = Path(place, name)
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue  # gone since it was listed
                seen[str(path)] = (status.st_mtime_ns, status.st_size)
    return seen
