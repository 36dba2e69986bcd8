"""What the READMEs tell people to type exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import cli
from app.settings.example import example
from tests.project.checkout import ROOT

READMES = [Path("README.md"), Path("frontend-snippet/README.md")]


def shell_lines(readme: Path) -> Iterator[str]:
    text = (ROOT / readme).read_text()
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from filter(None, (line.partition("  #")[0].strip() for line in block.splitlines()))


LINES = [line for readme in READMES for line in shell_lines(readme)]


def words(line: str) -> list[str]:
    """A command without the settings before it, nor what starts it."""
    found = shlex.split(line)
    while found and (re.match(r"[A-Z_]+=", found[0]) or found[0].endswith("bin/askdocs")):
        if found[0].endswith("bin/askdocs"):
            return ["askdocs", *found[1:]]
        found = found[1:]
    return found


def askdocs(line: str) -> list[str] | None:
    found = words(line)
    if found[:3] == ["docker", "compose", "run"]:
        return found[found.index("askdocs") + 1 :]
    return found[1:] if found[:1] == ["askdocs"] else None


def test_there_is_something_to_check() -> None:
    assert {"make demo", "make test"} <= set(LINES)
    assert any(askdocs(line) for line in LINES)


@pytest.mark.parametrize("line", [line for line in LINES if words(line)[:1] == ["make"]])
def test_make_knows_the_target(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in (word for word in words(line)[1:] if "=" not in word):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), line


@pytest.mark.parametrize("line", [line for line in LINES if askdocs(line)])
def test_askdocs_takes_the_command_and_its_options(line: str) -> None:
    name, *arguments = askdocs(line) or []
    command = cli.commands[name]
    known = {flag for parameter in command.params for flag in parameter.opts}
    known |= set(command.get_help_option_names(click.Context(command)))
    assert {word for word in arguments if word.startswith("-")} <= known


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_a_variable_is_a_setting(readme: Path) -> None:
    named = set(
        re.findall(
            r"\b(?:ASKDOCS_[A-Z_]+|[A-Z]+_API_KEY|[A-Z]+_URL)\b", (ROOT / readme).read_text()
        )
    )
    assert named
    assert named <= set(re.findall(r"^# ([A-Z_]+)=", example(), re.MULTILINE))


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_links_and_pictures_are_there(readme: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", (ROOT / readme).read_text()):
        if "://" not in target:
            assert (ROOT / readme.parent / target).exists(), target


def test_the_files_that_are_copied_into_a_site_are_there() -> None:
    copied = [line for line in LINES if line.startswith("cp ")]
    assert copied
    for line in copied:
        for source in shlex.split(line)[1:-1]:
            places = (ROOT / source, ROOT / "frontend-snippet" / source)
            assert any(place.is_file() for place in places), line
