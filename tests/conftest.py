"""What every room's tests share."""

import os
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "shared" / "bench"


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
