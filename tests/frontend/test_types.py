"""What the plugin tells the chat, against OpenAI's own types."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.frontend.conftest import SITE, node
from tests.project.checkout import ROOT

pytestmark = pytest.mark.browser  # needs npm's packages, as the browser's tests do

TSC = SITE / "node_modules/typescript/bin/tsc"
OPTIONS = Path("docs-chat/theme/DocsChat/chatOptions.js")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What is checked, beside the packages that it is checked against."""
    if not TSC.exists():
        missing("tests/frontend/site/node_modules (npm ci --prefix tests/frontend/site)")
    shutil.copytree(ROOT / "frontend-snippet/docs-chat", tmp_path / "docs-chat")
    shutil.copytree(SITE / "types", tmp_path / "types")
    shutil.copy(SITE / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(SITE / "node_modules")
    return tmp_path


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [node(), TSC, "-p", folder / "tsconfig.json"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_everything_that_the_chat_is_told_has_its_type(checkout: Path) -> None:
    done = checked(checkout)
    assert done.returncode == 0, done.stdout


def test_an_icon_that_there_is_not_is_found(checkout: Path) -> None:
    options = checkout / OPTIONS
    options.write_text(options.read_text().replace("icon: 'close'", "icon: 'closed'"))
    done = checked(checkout)
    assert done.returncode != 0
    assert "'\"closed\"' is not assignable to type" in done.stdout
