"""What is wrong with the plugin's options is a sentence that fails the build."""

import json
import re
import subprocess

import pytest

from tests.frontend.conftest import node
from tests.project.checkout import ROOT

pytestmark = pytest.mark.browser  # needs node, as the browser's tests do

CHECKED = """
const {validateOptions} = require(process.argv[1]);
try {
  console.log(JSON.stringify(validateOptions({options: JSON.parse(process.argv[2])})));
} catch (error) {
  console.log(error.message);
}
"""
SERVER = "https://ask.example.com"


def checked(**options: object) -> str:
    plugin = ROOT / "frontend-snippet/docs-chat/index.js"
    command = [node(), "-e", CHECKED, str(plugin), json.dumps(options)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_server_is_enough() -> None:
    assert json.loads(checked(server=f"{SERVER}/")) == {
        "id": "default",
        "server": SERVER,
        "face": "ours",
        "prompts": [],
        "shortcut": "mod+i",
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "server is missing; give the address of your askdocs"),
        ({"server": "ask.example.com"}, 'server is "ask.example.com"; give an address that begins'),
        ({"server": "ftp://ask"}, "give an address that begins with https:// or http://"),
        ({"server": SERVER, "sever": 1}, "there is no option “sever”; there are server,"),
        ({"server": SERVER, "face": "theirs"}, "face is \"theirs\"; it is 'ours' or 'openai'."),
        ({"server": SERVER, "face": "openai"}, "face 'openai' needs domainKey"),
        ({"server": SERVER, "domainKey": "x"}, "domainKey is for face: 'openai'"),
        ({"server": SERVER, "prompts": ["ok", 1]}, "prompts is a list of questions"),
        ({"server": SERVER, "shortcut": "i"}, "shortcut is \"i\"; give one like 'mod+i'"),
        ({"server": SERVER, "token": True}, "token is true; give the path of a module"),
        ({"server": SERVER, "id": "second"}, "a site has one chat: leave out the id."),
    ],
)
def test_a_mistake_is_named(options: dict[str, object], sentence: str) -> None:
    said = checked(**options)
    assert said.startswith("docs-chat, in docusaurus.config: ")
    assert sentence in said


PLUGIN = ROOT / "frontend-snippet/docs-chat"


@pytest.mark.parametrize("language", ["de", "es", "fr", "ur", "zh"])
def test_every_text_of_the_plugin_has_its_translation(language: str) -> None:
    sources = [path.read_text() for path in PLUGIN.glob("theme/*/*.js*")]
    said = {
        found: re.findall(r"{\w+}", text)
        for source in sources
        for found, text in re.findall(
            r"id: '(docsChat\.\w+)',\s*message: (?:'|\")(.*?)(?:'|\")[,}]", source
        )
    }
    words = json.loads((PLUGIN / f"i18n/{language}.json").read_text())
    assert {name: re.findall(r"{\w+}", text) for name, text in words.items()} == said
