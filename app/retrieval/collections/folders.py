"""Where an embedded collection is: two folders in its own, of which readers see one.

The file `live` names that one. It is replaced at once, so that what readers see is what one ingest
wrote, or what the next one did, and never some of each, whenever a process is killed.
"""

import shutil
from pathlib import Path

from app.retrieval.collections import CollectionError

_NAMES = {"a": "b", "b": "a"}
_FILES = {"live", "live.new", *_NAMES}


class Folders:
    def __init__(self, parent: Path, name: str) -> None:
        self.root = parent / name
        self.parent = parent
        self.name = name
        self._live = self.root / "live"

    def live(self) -> Path | None:
        """None before anything was published. Raises `CollectionError`."""
        try:
            named = self._live.read_text()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise self._broken() from error
        if named not in _NAMES:
            raise self._broken()
        return self.root / named

    def draft(self) -> Path:
        """The other one. Raises `CollectionError` for a folder that is not ours to write into."""
        if self.name in ("", "..") or self.root.name != self.name:
            raise CollectionError(
                f"ASKDOCS_COLLECTION is {self.name!r}, which cannot name a folder."
            )
        there = self.root.iterdir() if self.root.exists() else ()
        if strange := {path.name for path in there} - _FILES:
            raise CollectionError(
                f"{self.root} holds something else than a collection ({min(strange)}): choose "
                "another folder with QDRANT_URL or another name with ASKDOCS_COLLECTION."
            )
        live = self.live()
        return self.root / (_NAMES[live.name] if live else "a")

    def publish(self, draft: Path) -> None:
        """Readers see it from now on; what they saw before is deleted."""
        before = self.live()
        fresh = self._live.with_suffix(".new")
        fresh.write_text(draft.name)
        fresh.replace(self._live)
        if before:
            shutil.rmtree(before, ignore_errors=True)  # else the next draft does it

    def _broken(self) -> CollectionError:
        return CollectionError(
            f"{self._live} cannot be read: delete {self.root} and run askdocs ingest."
        )
