"""What every room's tests share."""

import os
import shutil
import signal
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "shared" / "bench"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def pytest_configure() -> None:
    """A shell's background job ignores Ctrl-C, and so would every process that tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def missing(what: str) -> None:
    """Skip, saying so; fail where nothing may be skipped."""
    if os.environ.get("ASKDOCS_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing, and ASKDOCS_REQUIRE_ALL=1")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def bench_data() -> Path:
    """Real documentation sites with their true URLs, and questions."""
    if not BENCH.is_dir():
        missing("../shared/bench")
    return BENCH


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium")
    if path is None:
        missing("Debian's chromium")
    return str(path)


@pytest.fixture
def axe() -> None:
    if not AXE.exists():
        missing("tests/node_modules/axe-core (npm ci --prefix tests)")
