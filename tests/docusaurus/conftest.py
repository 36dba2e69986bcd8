"""Docusaurus itself, asked what it makes of sources and sites that were made up by chance."""

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from tests.frontend.conftest import SITE, node

Asked = Callable[[Iterable[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def docusaurus() -> Asked:
    """Its answers, in the order of the questions."""
    if not (SITE / "node_modules/@docusaurus/mdx-loader").exists():
        missing("tests/frontend/site/node_modules (npm ci --prefix tests/frontend/site)")

    def ask(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        run = subprocess.run(
            [node(), Path(__file__).with_name("answers.cjs"), SITE],
            input="".join(json.dumps(question) + "\n" for question in questions),
            capture_output=True,
            text=True,
            check=True,
        )
        return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]

    return ask
