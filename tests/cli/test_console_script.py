"""The console script as users run it, in its own process."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app.cli import cli
from app.cli.failures import Commands
from app.settings import SettingsError
from tests.cli.conftest import Run

HEAVY = {
    "openai",
    "agents",
    "chatkit",
    "qdrant_client",
    "qdrant_edge",
    "sqlalchemy",
    "numpy",
    "pydantic",
    "pydantic_settings",
    "rich",
    "uvicorn",
    "fastapi",
}


def test_help_imports_nothing_heavy(environment: dict[str, str]) -> None:
    help_ = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app.cli", "--help"],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Usage: askdocs" in help_.stdout
    imported = {
        name.split(".")[0] for name in re.findall(r"\| +([\w.]+)$", help_.stderr, re.MULTILINE)
    }
    assert "click" in imported
    assert not imported & HEAVY


def test_a_foreign_app_in_the_working_directory_is_not_ours(askdocs: Run, tmp_path: Path) -> None:
    for name in ("app", "ingest"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not this one')")
    assert askdocs("--version").stdout == "askdocs 0.1.0\n"
    assert askdocs("settings").returncode == 0


def test_every_mistake_in_the_settings_is_a_line_without_traceback(askdocs: Run) -> None:
    ran = askdocs("serve", PORT="none", ASKDOCS_EMBEDDER="openai:x", ASKDOCS_MODLE="y")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert [line.split(" ")[:2] for line in ran.stderr.splitlines()] == [
        ["askdocs:", "ASKDOCS_MODLE"],
        ["askdocs:", "PORT"],
        ["askdocs:", "ASKDOCS_EMBEDDER"],
    ]


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_a_summary_and_examples(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"]).output
    examples = re.findall(
        r"^ +((?:[A-Z_]+=\S+ )?askdocs .*)$", shown.partition("\n\n")[2], re.MULTILINE
    )
    assert examples
    for example in examples:
        assert f"askdocs {name}" in example


def _group(error: BaseException) -> click.Group:
    group = Commands("askdocs")

    @group.command()
    def fail() -> None:
        raise error

    return group


def test_foreseen_failures_are_sentences() -> None:
    ran = CliRunner().invoke(_group(SettingsError(["one", "two"])), ["fail"])
    assert (ran.exit_code, ran.output) == (2, "askdocs: one\naskdocs: two\n")


def test_unforeseen_failures_keep_their_traceback() -> None:
    bug = ZeroDivisionError("a bug")
    assert CliRunner().invoke(_group(bug), ["fail"]).exception is bug


def test_ctrl_c_is_quiet() -> None:
    ran = CliRunner().invoke(_group(KeyboardInterrupt()), ["fail"])
    assert (ran.exit_code, ran.output) == (130, "")


def test_wrong_usage_is_2() -> None:
    assert CliRunner().invoke(cli, ["serve", "--port", "70000"]).exit_code == 2
