import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli

INSTALL = """---
title: Install
---
Before you begin.

## On Linux {#linux}

Run `make`.

```sh
make
```
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "docusaurus.config.js").write_text(
        "module.exports = {url: 'https://docs.example.com', baseUrl: '/',"
        " presets: [['classic', {}]]}"
    )
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "install.md").write_text(INSTALL)
    (docs / "plan.md").write_text("---\ndraft: true\n---\n# Secret plan\n")
    return tmp_path


def sections(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["sections", *map(str, arguments)])


def test_each_section_is_a_line_with_its_place(site: Path) -> None:
    ran = sections(site)
    assert (ran.exit_code, ran.stderr) == (0, "")
    opening, linux = map(json.loads, ran.stdout.splitlines())
    assert opening["text"] == "Before you begin."
    assert opening["url"] == "https://docs.example.com/docs/install"
    assert linux == {
        "url": "https://docs.example.com/docs/install#linux",
        "title": "Install",
        "breadcrumb": ["On Linux"],
        "heading": "On Linux",
        "anchor": "linux",
        "depth": 2,
        "version": "",
        "locale": "",
        "source": "docs/install.md",
        "line": 6,
        "text": "Run make.\n\n```sh\nmake\n```",
    }


def test_the_sites_address_may_be_given(site: Path) -> None:
    ran = sections(site, "--url", "https://preview.example.com/pr-7")
    assert json.loads(ran.stdout.splitlines()[0])["url"] == (
        "https://preview.example.com/pr-7/docs/install"
    )


def test_what_cannot_be_read_is_named_and_the_rest_is_printed(site: Path) -> None:
    (site / "docs" / "broken.md").write_bytes(b"\xff\xfe not UTF-8")
    ran = sections(site)
    assert ran.exit_code == 1
    assert ran.stderr.startswith("askdocs: docs/broken.md: ")
    assert len(ran.stdout.splitlines()) == 2


def test_a_configuration_that_only_runs_is_told_with_the_option(site: Path) -> None:
    (site / "docusaurus.config.js").write_text(
        "module.exports = {url: address(), baseUrl: '/', presets: [['classic', {}]]}"
    )
    ran = sections(site)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("askdocs: docusaurus.config.js: url ")
    assert "--url" in ran.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert sections(tmp_path / "nowhere").exit_code == 2
