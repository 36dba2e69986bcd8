"""askdocs ingest --watch: what is written shows up in the index."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import SCRIPT

pytestmark = pytest.mark.timeout(180)


def test_a_changed_page_is_indexed_again(tmp_path: Path, environment: dict[str, str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.md").write_text("# A\n\nOne.")
    command = [SCRIPT, "ingest", "site", "--url", "https://x.example", "--watch", "--json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert '"added": 1, "changed": 0' in process.stdout.readline()
        (site / "a.md").write_text("# A\n\nTwo.")
        (site / "b.mdx").write_text("# B\n\nThree.")
        assert '"added": 1, "changed": 1' in process.stdout.readline()
        (site / "a.md").unlink()
        assert '"removed": 1, "kept": 1' in process.stdout.readline()
        process.kill()
