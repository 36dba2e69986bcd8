"""Configurations in the shapes that sites write them in, read without running them."""

import os
from pathlib import Path
from typing import Any

import pytest

from ingest.config_values import CODE, UNDEFINED, UNKNOWN, lookup
from ingest.content_plugins import SiteError
from ingest.documents import Document, Unreadable, documents, open_site
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


EXPRESSIONS = {
    "[null, false && 1, 'x'].filter(Boolean)": ["x"],
    "[null, undefined, package, 2].filter(p => p != null)": [CODE, 2],
    "[1, 2].map((n, at) => ({n, at}))": [{"n": 1, "at": 0}, {"n": 2, "at": 1}],
    "[{id: 'a', z: 1}].map(({id, path = `docs/${id}`, ...rest}) => [path, rest])": [
        ["docs/a", {"z": 1}]
    ],
    "[1].concat([2], 3).slice(-2).map(function (n) { return n; })": [2, 3],
    "['b', 'c'].reduce((o, v) => { o[v] = {}; return o; }, {a: 1})": {"a": 1, "b": {}, "c": {}},
    "Object.entries({a: 1}).flatMap(([key, value]) => [key, value])": ["a", 1],
    "Object.fromEntries(Object.keys({a: 1}).map(k => [k.toUpperCase(), k.length]))": {"A": 1},
    "[1, 2].includes(2) && 'a-b'.split('-').join('/')": "a/b",
    "['a', 'b'].find(x => x.startsWith('b')) ?? 'none'": "b",
    "[-1, ['x'].at(-1), 'x'.replace('x', 'y')]": [-1, "x", "y"],
    "picked(2)": "two",
    "picked(3)": "more",
    "[...looped()]": [1, 2],
    "[1].map(more)": [UNKNOWN],
    "['x'].filter(more)": [UNKNOWN],
    "'x'.replace(/x/, y => y)": UNKNOWN,
    "[1].sort()": UNKNOWN,
    "endless(1)": UNKNOWN,
}
FUNCTIONS = """
import package from 'package';
const picked = n => {
  if (n === 2) { return 'two'; } else if (n === 4) return 'four';
  return 'more';
};
function looped() {
  const all = [];
  for (const n of [1, 2]) { all.push(n); }
  return all;
}
const endless = n => endless(n);
"""


@pytest.mark.parametrize("written", EXPRESSIONS)
def test_expressions(tmp_path: Path, written: str) -> None:
    values = config(tmp_path, f"{FUNCTIONS}\nexport default {{value: {written}}};")
    assert values["value"] == EXPRESSIONS[written]


def test_plugins_that_a_function_makes(folder: Path) -> None:
    for name in ("api", "cli"):
        (folder / name).mkdir()
        (folder / name / "a.md").write_text("# A")
    config(
        folder,
        """
        const parts = ['api', 'cli'].map(id => ({id, path: id, routeBasePath: `/${id}`}));
        const name = '@docusaurus/plugin-content-docs';
        const made = ({sidebarPath = 1, ...options}) => [name, options];
        export default {url: 'https://x.example', plugins: [...parts.map(part => made(part))]};
        """,
    )
    urls = [page.url for page in documents(open_site(folder)) if isinstance(page, Document)]
    assert urls == ["https://x.example/api/a", "https://x.example/cli/a"]


def test_plugins_that_are_not_known_are_named(folder: Path) -> None:
    """But for what a package gives: it has no pages as a rule."""
    config(
        folder,
        """
        import plugin from 'a-plugin';
        const made = await import('another');
        export default {url: 'https://x.example', plugins: [
          plugin, [plugin, {}], plugin(), made.default, () => ({}), class {}, ...more(),
        ]};
        """,
    )
    (unread,) = documents(open_site(folder))
    assert isinstance(unread, Unreadable)
    assert (unread.source, unread.reason[:9]) == ("docusaurus.config.ts", "plugins.6")


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
