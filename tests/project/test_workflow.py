"""The workflow that the docs give owners is one that GitHub takes, and runs what there is."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from app.cli import cli
from app.settings.example import example
from tests.project.checkout import BIN, ROOT, run

PAGE = ROOT / "docs/docs/01-start/index-your-docs.mdx"


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    found = re.search(
        r'^```yaml title="\.github/workflows/([\w.-]+)"\n(.*?)^```',
        PAGE.read_text(),
        re.DOTALL | re.MULTILINE,
    )
    assert found, "the page shows no workflow"
    path = tmp_path / found[1]
    path.write_text(found[2])
    return path


def test_github_takes_it(workflow: Path) -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)


def test_its_command_and_settings_exist(workflow: Path) -> None:
    steps = yaml.safe_load(workflow.read_text())["jobs"]["index"]["steps"]
    (step,) = [step for step in steps if step.get("run", "").startswith("askdocs ")]
    name, *arguments = shlex.split(step["run"])[1:]
    known = {flag for parameter in cli.commands[name].params for flag in parameter.opts}
    assert {word for word in arguments if word.startswith("-")} <= known
    written = set(re.findall(r"^ +(?:# )?([A-Z_]+): ", workflow.read_text(), re.MULTILINE))
    assert {"QDRANT_URL", "QDRANT_API_KEY"} <= written
    assert written <= set(re.findall(r"^# ([A-Z_]+)=", example(), re.MULTILINE))
