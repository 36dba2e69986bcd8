"""`askdocs frontend` puts the chat into a site."""

from pathlib import Path

from click.testing import CliRunner, Result

from app.cli import cli
from tests.project.checkout import files


def frontend(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["frontend", *map(str, arguments)])


def site(folder: Path) -> Path:
    (folder / "docusaurus.config.ts").write_text("export default {}")
    return folder


def test_the_folder_is_copied_and_the_line_is_said(tmp_path: Path) -> None:
    result = frontend(site(tmp_path), "--server", "https://ask.gadget.example")
    assert result.exit_code == 0, result.output
    assert "plugins: [['./docs-chat', {server: 'https://ask.gadget.example'}]]," in result.output
    assert "npm install @openai/chatkit-react" in result.output
    ours = {path.removeprefix("frontend-snippet/") for path in files("frontend-snippet/docs-chat")}
    copied = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert copied - {"docusaurus.config.ts"} == ours


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    frontend(site(tmp_path))
    index = tmp_path / "docs-chat" / "index.js"
    index.write_text("// changed by its owner")
    refused = frontend(tmp_path)
    assert refused.exit_code == 1
    assert "--force replaces it" in refused.output
    assert index.read_text() == "// changed by its owner"
    assert frontend(tmp_path, "--force").exit_code == 0
    assert index.read_text() != "// changed by its owner"


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    refused = frontend(tmp_path)
    assert refused.exit_code == 1
    assert "no docusaurus.config" in refused.output
    assert not (tmp_path / "docs-chat").exists()
