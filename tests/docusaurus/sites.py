"""Docusaurus sites made up by chance, of what decides a URL or a title."""

import json
from pathlib import Path
from random import Random
from typing import Any

NAMES = """\
intro|01-setup|02.guide|3 - Third|2024-01-02-post|v1-foo|1.2-notes|10|index|README|Index
readme|api|Api|my page|é page|日本|a&b|a+b|tag_x|x.test|_hidden|x.y|CamelCase|0-zero|a'b|(x)
foo,bar|@at|~t""".replace("\n", "|").split("|")
POSTS = """\
2024-01-02-a|2024/01/02/b|2024/01/02-c|2024-1-2-d|x-2024-07-08-l|2024-05-06
2024-01-02-i/part|2024-01-02-f/index|01-pre|nodate/index|Up/Post""".replace("\n", "|").split("|")
FOLDERS = [
    "guide",
    "01-basics",
    "02_api",
    "api",
    "Sp aced",
    "_private",
    "2021-11-05-rel",
    "é",
    "x.y",
]
BODIES = [
    "# Heading one\n\ntext\n",
    "text\n",
    "## Sub\n\nx\n",
    "import A from './a'\n\n# Two\n\nz\n",
    "",
]
MATTER = {
    "title": ["A Title", "'Q: x'", "'2024'"],
    "slug": ["/abs", "rel", "./dot", "a/b", "/Ab s", "tr/", "/x/y/", "é"],
    "description": ["Desc"],
    "draft": ["true", "false"],
    "unlisted": ["false"],
}
DOCS_MATTER = {"id": ["ident", "02-num", "a.b"], "parse_number_prefixes": ["false", "true"]}
OPTIONS: dict[str, list[Any]] = {
    "routeBasePath": ["/", "docs", "/guide/", "a/b", "x/", "é"],
    "numberPrefixParser": [False],
    "include": [["**/*.md"], ["**/*.{md,mdx}", "!**/api/**"], ["*.md", "guide/**"]],
    "exclude": [["**/api/**"], ["README.md"], ["**/_*.{md,mdx}"], ["guide"], ["**/*.test.md"]],
}
VERSIONS = ["3.0", "2.0", "1.x", "beta"]
VERSION = [{"path": "old"}, {"label": "Lab"}, {"path": "e/x", "label": "E"}, {"banner": "none"}]
LOCALES = [["en"], ["en"], ["en", "fr"], ["fr", "en"], ["en", "fr", "zh-CN"]]
LOCALE: list[dict[str, Any]] = [
    {"baseUrl": "/own/"},
    {"path": "other"},
    {"url": "https://fr.e.com"},
    {"translate": False},
    {"translate": True},
]


def site(folder: Path, chance: Random) -> dict[str, Any]:
    """Write it, and say which locales it has."""
    locales = chance.choice(LOCALES)
    docs = _docs(folder, chance, "default", "docs")
    plugins = [
        ["@docusaurus/plugin-content-docs", _docs(folder, chance, name, name)]
        for name in ("community", "apis")
        if chance.random() < 0.3
    ]
    _files(folder / "blog", chance, POSTS, MATTER, 4)
    _files(folder / "src/pages", chance, NAMES, MATTER, 4)
    blog = chance.choice([{}, {"routeBasePath": "/n/"}, {"routeBasePath": "bl/og"}])
    pages = chance.choice([{}, {"routeBasePath": "pp"}, False])
    i18n: dict[str, Any] = {"defaultLocale": locales[0], "locales": locales}
    if len(locales) > 1 and chance.random() < 0.4:
        i18n["localeConfigs"] = {locales[1]: chance.choice(LOCALE)}
    config = {
        "title": "Made up",
        "url": chance.choice(["https://e.com", "https://e.com:8443", "https://é.com"]),
        "baseUrl": chance.choice(["/", "/b/", "/b/c/", "/b"]),
        "onBrokenLinks": "ignore",
        "onDuplicateRoutes": "throw",
        "future": {"experimental_vcs": "disabled"},
        "i18n": i18n,
        "presets": [["classic", {"docs": docs, "blog": blog, "pages": pages}]],
        "plugins": plugins,
    }
    config |= chance.choice([{}, {"trailingSlash": True}, {"trailingSlash": False}])
    _translate(folder, chance, i18n)
    (folder / "docusaurus.config.js").write_text(f"module.exports = {json.dumps(config)};\n")
    (folder / "package.json").write_text("{}")
    return {"folder": str(folder), "locales": locales}


def _docs(folder: Path, chance: Random, id_: str, path: str) -> dict[str, Any]:
    options = {k: chance.choice(v) for k, v in OPTIONS.items() if chance.random() < 0.3}
    if id_ != "default":
        options |= {"id": id_, "path": path, "routeBasePath": f"{id_}-r"}
    _files(folder / path, chance, NAMES, MATTER | DOCS_MATTER, 8)
    prefix = "" if id_ == "default" else f"{id_}_"
    if chance.random() < 0.5:
        return options
    names = chance.sample(VERSIONS, chance.randint(1, 3))
    (folder / f"{prefix}versions.json").write_text(json.dumps(names))
    for name in names:
        tree = folder / f"{prefix}versioned_docs" / f"version-{name}"
        _files(tree, chance, NAMES, MATTER | DOCS_MATTER, 4)
    kept = [*names, "current"]
    choices: dict[str, Any] = {
        "lastVersion": chance.choice(kept),
        "onlyIncludeVersions": chance.choice([kept, ["current"], [*names[:1], "current"]]),
        "disableVersioning": True,
        "versions": {chance.choice(kept): chance.choice(VERSION)},
    }
    chosen = chance.choice([None, *choices])
    return options | ({chosen: choices[chosen]} if chosen else {})


def _files(
    folder: Path, chance: Random, names: list[str], matter: dict[str, list[str]], count: int
) -> None:
    folder.mkdir(parents=True)
    (folder / "always.md").write_text("x")
    for _ in range(chance.randint(1, count)):
        inside = folder.joinpath(*chance.choices(FOLDERS, k=chance.choice([0, 0, 1, 1, 2])))
        file = inside / f"{chance.choice(names)}.{chance.choice(['md', 'mdx'])}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_text(chance, matter))


def _text(chance: Random, matter: dict[str, list[str]]) -> str:
    fields = [f"{k}: {chance.choice(v)}\n" for k, v in matter.items() if chance.random() < 0.1]
    return (f"---\n{''.join(fields)}---\n" if fields else "") + chance.choice(BODIES)


def _translate(folder: Path, chance: Random, i18n: dict[str, Any]) -> None:
    trees = {
        "docs": "docusaurus-plugin-content-docs/current",
        "blog": "docusaurus-plugin-content-blog",
        "src/pages": "docusaurus-plugin-content-pages",
        "community": "docusaurus-plugin-content-docs-community/current",
    }
    for tree in folder.glob("versioned_docs/*"):
        trees[f"versioned_docs/{tree.name}"] = f"docusaurus-plugin-content-docs/{tree.name}"
    for locale in i18n["locales"]:
        about = i18n.get("localeConfigs", {}).get(locale, {})
        for source, target in trees.items():
            for file in sorted((folder / source).rglob("*.md*")):
                if chance.random() < 0.3:
                    relative = file.relative_to(folder / source)
                    translated = folder / "i18n" / about.get("path", locale) / target / relative
                    translated.parent.mkdir(parents=True, exist_ok=True)
                    translated.write_text(_text(chance, MATTER))
