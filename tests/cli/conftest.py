import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import Settings
from app.settings.example import variable

SCRIPT = Path(sys.executable).with_name("askdocs")
VARIABLES = {variable(field) for field in Settings.model_fields}

Run = Callable[..., subprocess.CompletedProcess[str]]


def is_ours(name: str) -> bool:
    return name.startswith("ASKDOCS_") or name in VARIABLES


@pytest.fixture
def environment() -> dict[str, str]:
    """What this machine has set, without anything of ours."""
    return {name: value for name, value in os.environ.items() if not is_ours(name)}


@pytest.fixture
def askdocs(tmp_path: Path, environment: dict[str, str]) -> Run:
    """The console script, as a user has it, in an empty folder."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPT, *arguments],
            cwd=tmp_path,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )

    return run


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """For commands run within the test: an empty folder, nothing of ours in the environment."""
    for name in filter(is_ours, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
