"""`askdocs demo` as its own process: from an empty folder to a cited answer, twice."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.conftest import SCRIPT, Run

pytestmark = pytest.mark.timeout(180)  # three start-ups of all there is

PAGES = {
    "docusaurus.config.js": "module.exports = {url: 'https://gadget.example', baseUrl: '/', "
    "presets: ['classic']};",
    "docs/install.md": "# Installing\n\n## On Linux\n\nRun `apt install gadget` on Linux.\n",
}


@contextmanager
def demo(folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """What it said, its address last."""
    command = [SCRIPT, "demo", "--docs", "site", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        said = ""
        while not said.rpartition("Browse to ")[2].startswith("http"):
            line = process.stdout.readline()
            assert line, said
            said += line
        try:
            yield said, process
        finally:
            process.kill()


def asked(said: str, question: str) -> dict[str, object]:
    body = json.dumps({"query": question}).encode()
    url = said.rsplit(maxsplit=1)[-1]
    request = Request(f"{url}/chat", body, {"Content-Type": "application/json"})  # noqa: S310 (our own server)
    with urlopen(request) as response:  # noqa: S310 (our own server)
        return json.load(response)


def test_from_an_empty_folder_to_a_cited_answer(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    for name, text in PAGES.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text)
    with demo(tmp_path, environment) as (said, process):
        assert "1 added, 0 changed, 0 removed" in said
        assert "INFO" not in said
        answer = asked(said, "How do I install the gadget on Linux?")
        assert "apt install gadget" in str(answer["response"])
        assert answer["sources"] == [
            {
                "title": "Installing › On Linux",
                "url": "https://gadget.example/docs/install#on-linux",
            }
        ]
        process.send_signal(signal.SIGKILL)
    with demo(tmp_path, environment) as (said, process):
        assert "0 added, 0 changed, 0 removed" in said
        assert asked(said, "How do I install the gadget on Linux?") == answer
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)


def test_without_docs_of_its_own_it_asks_for_yours(askdocs: Run) -> None:
    ran = askdocs("demo", "--docs", "nowhere")
    assert ran.returncode == 2
    assert "nowhere" in ran.stderr
