"""Configurations in the shapes that sites write them in, read without running them."""

import os
from pathlib import Path
from typing import Any

import pytest

from ingest.config_values import UNDEFINED, UNKNOWN, lookup
from ingest.documents import Document, Unreadable, documents, open_site
from ingest.docusaurus import SiteError
from ingest.site_config import read_config

SHAPES = {
    "commonjs": "module.exports = {url: 'https://x.example', baseUrl: '/b/'};",
    "typed": """
        import type {Config} from '@docusaurus/types';
        const base = '/b/';
        const config: Config = {url: `https://${'x'}.example`, baseUrl: base} satisfies Config;
        export default config;""",
    "spread": """
        const common = {url: 'https://x.example', ...(process.env.X && {url: 'no'})};
        export default {...common, baseUrl: process.env.BASE ?? '/b/'};""",
    "function": """
        export default async function createConfig() {
          const {themes} = await import('prism');
          return {url: 'https://x.example', baseUrl: '/b/'};
        }""",
    "assigned": """
        /** @type {import('@docusaurus/types').Config} */
        const config = ({url: 'https://x.example'});
        config.baseUrl = true ? '/b/' : '/no/';
        module.exports = config;""",
    "escaped": r"module.exports = {url: '\x68ttps:\/\/\u0078.ex\u{61}mple', baseUrl: '/b/'};",
    "imported": "import values from './values.json'; export default {...values};",
    "required": "const {address} = require('./address'); module.exports = {...address};",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    values = '"url": "https://x.example", "baseUrl": "/b/"'
    (tmp_path / "values.json").write_text(f"{{{values}}}")
    (tmp_path / "address.js").write_text(
        f"exports.x = 1; module.exports = {{address: {{{values}}}}};"
    )
    return tmp_path


def config(folder: Path, text: str, name: str = "docusaurus.config.ts") -> Any:
    (folder / name).write_text(text)
    return read_config(folder / name)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(folder: Path, shape: str) -> None:
    values = config(folder, SHAPES[shape])
    assert (lookup(values, "url"), lookup(values, "baseUrl")) == ("https://x.example", "/b/")


def test_what_is_not_literal_taints_its_own_key_alone(folder: Path) -> None:
    values = config(folder, "export default {url: make(), title: 'x', list: [1, ...more()]};")
    assert lookup(values, "url") is UNKNOWN
    assert lookup(values, "title") == "x"
    assert lookup(values, "list", 1) is UNKNOWN
    assert lookup(values, "nothing") is UNDEFINED
    spread = config(folder, "export default {...make(), title: 'x'};")
    assert lookup(spread, "nothing") is UNKNOWN


def test_nothing_is_run(folder: Path) -> None:
    config(folder, f"require('fs').writeFileSync('{folder}/ran', ''); export default {{}};")
    assert not (folder / "ran").exists()


def test_files_outside_the_site_are_not_read(folder: Path) -> None:
    inner = folder / "site"
    inner.mkdir()
    values = config(inner, "import v from '../values.json'; export default v;")
    assert lookup(values, "url") is UNKNOWN


def test_modules_that_import_each_other_end(folder: Path) -> None:
    (folder / "a.js").write_text("import b from './b.js'; export default {b};")
    (folder / "b.js").write_text("import a from './a.js'; export default {a};")
    assert lookup(config(folder, "import a from './a.js'; export default a;"), "b", "a") is UNKNOWN


def test_an_unknown_that_is_needed_is_asked_for(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "a.md").write_text("# A\n\nText.")
    config(folder, "export default {url: make(), baseUrl: '/', presets: ['classic']};")
    with pytest.raises(SiteError, match=r"url cannot be read .* give --url"):
        open_site(folder)
    (page,) = documents(open_site(folder, url="https://y.example"))
    assert isinstance(page, Document)
    assert page.url == "https://y.example/docs/a"


def test_plain_markdown_needs_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "index.md").write_text("# Guide\n\nText.")
    (tmp_path / "bad.md").write_bytes(b"# \xff\xfe")
    read = list(documents(open_site(tmp_path, url="https://x.example/d/")))
    assert [d.url for d in read if isinstance(d, Document)] == ["https://x.example/d/guide/"]
    assert [d.source for d in read if not isinstance(d, Document)] == ["bad.md"]


def test_an_excluded_folder_is_not_entered(folder: Path) -> None:
    """Not even for what it holds; a slash behind it excludes nothing."""
    for name in ("a/x.md", "a/b/y.md", "c/z.md"):
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text("x")
    docs = "presets: [['classic', {docs: {exclude: ['a', 'c/']}}]]"
    config(folder, f"module.exports = {{url: 'https://x.example', baseUrl: '/', {docs}}};")
    urls = [found.url for found in documents(open_site(folder)) if isinstance(found, Document)]
    assert urls == ["https://x.example/docs/c/z"]


def test_what_is_no_readable_file_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    (tmp_path / "bytes.md").write_bytes(b"\xff\xfe")
    (tmp_path / "gone.md").symlink_to("nowhere")
    (tmp_path / "large.md").write_text("x" * 4_000_001)
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")  # nobody writes to it
    read = list(documents(open_site(tmp_path, url="https://x.example")))
    assert [d.title for d in read if isinstance(d, Document)] == ["A"]
    unread = {d.source: d.reason for d in read if isinstance(d, Unreadable)}
    assert list(unread) == ["bytes.md", "gone.md", "large.md", "pipe.md"]
    assert unread["pipe.md"] == "is no regular file"
