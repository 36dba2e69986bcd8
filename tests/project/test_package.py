"""The wheel, and that every place says the same version."""

import re
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.project.checkout import BIN, ROOT, files, pyproject, run


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    run(BIN / "hatchling", "build", "-t", "wheel", "-d", folder)
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_the_wheel_has_every_file_of_both_packages(wheel: set[str]) -> None:
    ours = files("app") | files("ingest")
    assert ours <= wheel
    assert "app/web/static/index.html" in ours
    assert any(path.startswith("app/stores/migrations/versions/") for path in ours)


def test_the_wheel_has_nothing_else_but_the_licence(wheel: set[str]) -> None:
    metadata = {path for path in wheel if ".dist-info/" in path}
    assert any(path.endswith("/LICENSE") for path in metadata)
    strangers = {path for path in wheel - metadata if not path.startswith(("app/", "ingest/"))}
    assert not strangers


def test_one_version() -> None:
    said = pyproject()["project"]["version"]
    assert version("askdocs") == said, "make install"
    assert run(BIN / "askdocs", "--version").split() == ["askdocs", said]


def test_the_python_that_is_asked_for_is_the_same_everywhere() -> None:
    config = pyproject()
    oldest = re.fullmatch(r">=(3\.\d+)", config["project"]["requires-python"])
    assert oldest
    assert config["tool"]["pyright"]["pythonVersion"] == oldest[1]
    assert config["tool"]["ruff"]["target-version"] == "py" + oldest[1].replace(".", "")
    makefile = (ROOT / "Makefile").read_text()
    assert f"--python-version {oldest[1]} " in makefile
    assert f"(3, {oldest[1].removeprefix('3.')})" in makefile


VENDORED = sorted({Path(path).parent for path in files("app/web/static/vendor")})


@pytest.mark.parametrize("folder", VENDORED, ids=str)
def test_what_others_wrote_has_its_licence_beside_it(folder: Path) -> None:
    around = [folder, *folder.parents]
    around = around[: [parent.name for parent in around].index("vendor")]
    licences = [path for parent in around for path in (ROOT / parent).glob("LICEN[CS]E*")]
    assert licences, f"{folder} has no LICENSE"
    assert all(path.stat().st_size > 500 for path in licences)
