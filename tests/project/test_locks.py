"""The lock files: hashed, for every Python and platform, from no registry in particular."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.checkout import ROOT, name, pyproject

LOCKS = ["requirements.lock", "requirements-dev.lock"]


def entries(lock: str) -> Iterator[tuple[str, str]]:
    """Requirement with its marker, and the lines of its hashes."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith((" ", "#")):
            requirement, *hashes = line.split(" --hash=")
            yield requirement.strip(), " ".join(hashes)


def direct(lock: str) -> list[str]:
    """What pyproject.toml asks for and this lock answers."""
    project, groups = pyproject()["project"], pyproject()["dependency-groups"]
    found = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    found += groups["build"]
    if lock == "requirements-dev.lock":
        found += project["optional-dependencies"]["fastembed"]
        found += [line for line in groups["dev"] if isinstance(line, str)]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_and_hashed(lock: str) -> None:
    found = list(entries(lock))
    assert len(found) > 50
    for requirement, hashes in found:
        assert re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", requirement), requirement
        assert "sha256:" in hashes, requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    locked = {name(requirement) for requirement, _ in entries(lock)}
    assert {name(requirement) for requirement in direct(lock)} <= locked


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    assert set(entries("requirements.lock")) <= set(entries("requirements-dev.lock"))


def test_sqlalchemy_comes_with_what_its_asyncio_needs() -> None:
    # a browser tool of the tests brings greenlet too, and hides that it is missing at run time
    assert "greenlet" in {name(requirement) for requirement, _ in entries("requirements.lock")}


def test_one_lock_serves_every_python() -> None:
    markers = [
        requirement for requirement, _ in entries("requirements.lock") if "numpy" in requirement
    ]
    assert any("python_full_version < '3.12'" in marker for marker in markers), markers


@pytest.mark.parametrize(
    "lock",
    sorted([*ROOT.glob("*/package-lock.json"), *ROOT.glob("tests/*/*/package-lock.json")]),
    ids=lambda path: path.parent.name,
)
def test_an_npm_lock_is_hashed_and_names_no_registry(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    assert len(packages) > 1
    for path, package in packages.items():
        assert "resolved" not in package, path
        assert not path or "integrity" in package, path
