"""What a reader sees of a page, section by section."""

import pytest

from ingest.markdown import Block, MarkdownOptions, MarkdownPage, Section, parse


def only(source: str, **settings: object) -> Section:
    (section,) = parse(source, **settings).sections  # pyright: ignore[reportArgumentType]
    return section


def texts(source: str) -> list[str]:
    return [block.text for section in parse(source).sections for block in section.blocks]


def test_sections_and_their_breadcrumbs() -> None:
    page = parse("---\ntitle: T\n---\nopening\n\n## A\n\n### B `c`\n\ntext\n\n## C {#own}\n")
    assert [
        (part.depth, part.heading, part.anchor, part.breadcrumb, part.line)
        for part in page.sections
    ] == [
        (0, "", None, (), 4),
        (2, "A", "a", ("A",), 6),
        (3, "B c", "b-c", ("A", "B c"), 8),
        (2, "C", "own", ("C",), 12),
    ]


def test_the_title_is_not_in_the_breadcrumb_but_other_h1s_are() -> None:
    page = parse("# Title\n\n## A\n\n# Part\n\n## B\n")
    assert [part.breadcrumb for part in page.sections] == [(), ("A",), ("Part",), ("Part", "B")]
    assert [part.anchor for part in page.sections] == [None, "a", None, "b"]
    assert (page.content_title, page.shown_title) == ("Title", "Title")


def test_the_shown_title_is_the_text_of_the_first_h1() -> None:
    page = parse("---\ntitle: Short\n---\n\n# The **long** [title](x)\n")
    assert page.shown_title == "The long title"
    assert page.content_title == "The **long** [title](x)"
    assert parse("---\ntitle: Short\n---\n\ntext\n\n# Part\n").shown_title == "Short"


def test_a_page_without_headings_is_one_section() -> None:
    assert only("one\n\ntwo\n").blocks == (Block("prose", "one"), Block("prose", "two"))


def test_nothing_at_all() -> None:
    assert parse("").sections == ()
    assert parse("---\ntitle: x\n---\n").sections == ()


def test_inline_markup_leaves_its_text() -> None:
    assert texts("**b** _e_ ~~s~~ `c*d*` [l](u) ![alt](i) &amp; \\* <kbd>K</kbd> x\ny\n") == [
        "b e s c*d* l alt & * K x y"
    ]


def test_a_url_in_text_is_not_markup() -> None:
    assert texts("see https://x.y/__init__/*a*_b (or http://z).\n") == [
        "see https://x.y/__init__/*a*_b (or http://z)."
    ]


def test_directives_in_text_are_shown_as_written() -> None:
    page = parse("## run build:prod :tada:\n\nat 10:30 use a:b[c *d*]{e}\n")
    assert page.headings[0].id == "run-build-tada"
    assert page.headings[0].text == "run build:prod :tada:"
    assert texts("use a:b[c *d*]{e} f\n") == ["use a:b[c d]{e} f"]


def test_lists_are_one_block_with_their_nesting() -> None:
    source = "- a\n- b\n  more\n\n  second\n  1. c\n  2. d\n- e\n"
    assert texts(source) == ["- a\n- b more\n  second\n  1. c\n  2. d\n- e"]


def test_code_in_a_list_is_a_block_between_two() -> None:
    blocks = only("1. a\n\n   ```sh\n   x\n     y\n   ```\n\n2. b\n").blocks
    assert blocks == (
        Block("prose", "1. a"),
        Block("code", "x\n  y", "sh"),
        Block("prose", "2. b"),
    )


def test_code_has_language_and_title_and_no_magic_comments() -> None:
    source = (
        '```js title="src/a.js" {1,3-4} showLineNumbers\n// highlight-next-line\nx = 1\n'
        "/* highlight-start */\n\ny\n```\n"
    )
    (block,) = only(source).blocks
    assert block == Block("code", "x = 1\n\ny", "js", "src/a.js")
    assert block.markdown == "src/a.js:\n```js\nx = 1\n\ny\n```"


def test_a_fence_is_longer_than_those_in_its_code() -> None:
    assert Block("code", "```\nx\n```").markdown == "````\n```\nx\n```\n````"


def test_fence_without_language() -> None:
    assert only("```{1}\nx\n```\n").blocks == (Block("code", "x"),)


def test_tables() -> None:
    assert only("| a | `b` |\n|---|---|\n| 1<br/>2 | x \\| y |\n").blocks == (
        Block("table", "a | b\n1 2 | x | y"),
    )


def test_admonitions_begin_with_their_kind() -> None:
    assert texts(":::tip My *title*\n\ntext\n\n:::\n\n:::note\n- a\n:::\n") == [
        "Tip: My title\ntext",
        "Note\n- a",
    ]


def test_unknown_containers_are_bare() -> None:
    assert texts(":::row\nx\n:::\n") == ["x"]


def test_own_admonition_keywords() -> None:
    options = MarkdownOptions(admonition_keywords=("aside",))
    page = parse(":::aside Hm\nx\n:::\n", options=options)
    assert [block.text for block in page.sections[0].blocks] == ["Aside: Hm\nx"]


def test_tabs_begin_with_their_label() -> None:
    source = """\
import Tabs from '@theme/Tabs';

<Tabs values={[{label: 'Mac OS', value: 'mac'}, {value: 'win', label: "Windows"}]}>
<TabItem value="mac">
one
</TabItem>
<TabItem value="win">

```sh
two
```

</TabItem>
  <TabItem value="x" label="Other &amp; more">three</TabItem>
</Tabs>
"""
    page = parse(source.replace(">three<", ">\nthree\n<"))
    assert page.errors == ()
    assert page.sections[0].blocks == (
        Block("prose", "Mac OS\none"),
        Block("code", "two", "sh", "Windows"),
        Block("prose", "Other & more\nthree"),
    )


def test_details_begin_with_their_summary() -> None:
    assert texts("<details>\n<summary>More *here*</summary>\n\ntext\n\n</details>\n") == [
        "More here\ntext"
    ]


def test_nothing_of_mdx_is_in_the_text() -> None:
    source = """\
import X from './x';
import Y from './y'

export const version = '1.2';
export default ({children}) => <div>{children}</div>

<X a={{b: "c"}} d="e > f" {...props}>

Version {version} of {frontMatter.x} is {"out"}{/* not this */}{' '}<Y b={1}/>now.

</X>

{list.map(item => <li>{item}</li>)}

<!-- gone

gone -->

<style>{`
.a { color: red }
`}</style>

<Foo
  a="b"
/>
"""
    assert texts(source) == ["Version 1.2 of is out now."]
    assert parse(source).errors == ()


def test_titles_of_components_are_text() -> None:
    assert texts('<Card title="One &amp; two" to="/x" />\n\n<img alt="A cat" src="x"/>\n') == [
        "One & two",
        "A cat",
    ]


def test_html_headings_with_an_id_are_sections() -> None:
    page = parse(
        '<h2 id="own">Raw *heading*</h2>\n\ntext\n\n<h3 id="x">\n  More\n</h3>\n\n## Raw\n'
    )
    assert [(part.heading, part.anchor, part.depth) for part in page.sections] == [
        ("Raw heading", "own", 2),
        ("More", "x", 3),
        ("Raw", "raw", 2),
    ]
    assert [heading.id for heading in page.headings] == ["raw"]


def test_an_html_heading_without_an_id_is_text() -> None:
    assert only("<h2>Raw</h2>\n\ntext\n").blocks == (Block("prose", "Raw"), Block("prose", "text"))


def test_footnotes() -> None:
    page = parse("x[^1] y[^none]\n\n[^1]: note\n    more\n\n## A\n")
    assert [block.text for block in page.sections[0].blocks] == ["x y[^none]", "note more"]
    assert page.errors == ()


def test_format_md_has_html_and_indented_code() -> None:
    page = parse('<div class="x">\nraw <b>html</b>\n</div>\n\n    code {x}\n', format="md")
    assert page.sections[0].blocks == (Block("prose", "raw html"), Block("code", "code {x}"))


@pytest.mark.parametrize(
    ("front_matter", "site", "extension", "ids"),
    [
        ("", "mdx", ".md", ["in-mdx"]),
        ("", "detect", ".md", []),
        ("", "detect", ".mdx", ["in-mdx"]),
        ("---\nmdx:\n  format: md\n---\n", "mdx", ".mdx", []),
        ("---\nmdx:\n  format: detect\n---\n", "mdx", ".md", []),
        ("---\nformat: md\n---\n", "mdx", ".mdx", []),
    ],
)
def test_the_format_of_a_page(front_matter: str, site: str, extension: str, ids: list[str]) -> None:
    page = parse(f"{front_matter}x\n\n    ## In MDX\n", format=site, extension=extension)  # pyright: ignore[reportArgumentType]
    assert [heading.id for heading in page.headings] == ids


def test_mdx_code_blocks_are_unwrapped_and_lines_stay() -> None:
    page = parse("a\n\n```mdx-code-block\n<X>\n```\n\n## H\n\n```mdx-code-block\n</X>\n```\n")
    assert [(heading.id, heading.line) for heading in page.headings] == [("h", 7)]
    assert page.errors == ()


@pytest.mark.parametrize(
    "source",
    [
        "```mdx-code-block\n## no\n",
        "````mdx-code-block\n## no\n```\n",
        "~~~mdx-code-block\n## no\n~~~\n",
        "```mdx-code-block \n## no\n```\n",
    ],
)
def test_what_only_looks_like_an_mdx_code_block_is_code(source: str) -> None:
    assert parse(source).headings == ()


def test_a_comment_may_begin_a_line_that_goes_on() -> None:
    page = parse("<!-- a --> <!-- b --> ## One\n\n<!-- c\n--> Two\n---\n\n<!-- d --> text\n")
    assert [(heading.id, heading.line) for heading in page.headings] == [("one", 1), ("two", 4)]
    assert [block.text for block in page.sections[-1].blocks] == ["text"]


@pytest.mark.parametrize(
    ("marker", "shown"), [("-", "-"), (">", ">"), ("1.", "1."), ("[^1]:", ":")]
)
def test_no_container_begins_behind_a_comment(marker: str, shown: str) -> None:
    page = parse(f"<!-- a --> {marker} ## b\n\n{marker} ## c\n")
    assert [heading.id for heading in page.headings] == ["c"]
    assert page.sections[0].blocks == (Block("prose", f"{shown} ## b"),)


def test_dashes_below_a_line_with_a_bar_underline_a_heading() -> None:
    assert [heading.id for heading in parse("| a\n---\n\n| b\n:--\n").headings] == ["-a"]


@pytest.mark.parametrize("label", [" [x", " a] b", "[x", "[x] y"])
def test_a_directive_whose_label_is_not_closed_is_text(label: str) -> None:
    """Its code fence is not ended by the colons then."""
    page = parse(f":::note{label}\n\n```\na\n:::\n## no\n```\n")
    assert [heading.id for heading in page.headings] == []


@pytest.mark.parametrize(
    ("heading", "id_"), [(":x{a=b .c #d} y", "-y"), (":x{'a'} y", "a-y"), (":x{1} y", "1-y")]
)
def test_attributes_of_a_directive_are_no_expression(heading: str, id_: str) -> None:
    assert [heading.id for heading in parse(f"## {heading}\n").headings] == [id_]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("# C#", "C"),
        ("# a {x}", "a"),
        ("# a {#é}", "a {#é}"),
        ("# `a` ##", "a"),
        ("#\n", None),
        ("# \nText", "Text"),
        ("a ==\n===", "a"),
    ],
)
def test_titles_are_cut_as_docusaurus_cuts_them(source: str, title: str | None) -> None:
    assert parse(source).content_title == title


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    page = parse("text\n\n## A\n\nb\n".replace("\n", end))
    assert [(heading.id, heading.line) for heading in page.headings] == [("a", 3)]
    assert page.sections[1].blocks == (Block("prose", "b"),)


def test_mistakes_name_their_line_and_keep_the_text() -> None:
    page = parse("---\na: 1\n---\n\n<div>\n\nif a { b\n\nArray<string> x\n")
    assert [str(error) for error in page.errors] == [
        "line 5: `<div>` is not closed",
        "line 7: `{` without its `}`; write `\\{`",
        "line 9: `<string>` is not closed",
    ]
    assert [block.text for block in page.sections[0].blocks] == ["if a { b", "Array x"]


def test_prose_that_begins_with_export_is_kept() -> None:
    page = parse("export things to a file\n\n## A\n")
    assert page.errors
    assert [block.text for block in page.sections[0].blocks] == ["export things to a file"]


def test_what_is_nested_too_deep_to_be_read_is_reported() -> None:
    page = parse("a\n\n" + "> " * 100 + "deep\n\nb\n")
    assert [error.line for error in page.errors] == [3]
    assert "nested 60 deep" in page.errors[0].message
    assert [block.text for block in page.sections[0].blocks] == ["a", "b"]


def test_a_page_that_uses_up_its_budget_says_so() -> None:
    page = parse("{a\n\n" * 3_000)
    assert any("too many tags" in error.message for error in page.errors)
    assert page.sections[0].blocks[0].text == "{a"


def test_a_very_long_file_is_cut_and_says_so() -> None:
    page = parse("```\n" + "line\n" * 240_000)
    assert "only the first 999,999 of 1,200,004 characters" in page.errors[0].message


@pytest.mark.parametrize(
    ("front_matter", "description"),
    [("", "Text here."), ("description: Said", "Said"), ("description: ''", "")],
)
def test_description(front_matter: str, description: str) -> None:
    assert parse(f"---\n{front_matter}\n---\n\n# A\n\nText here.\n").description == description


# Partials


def partials(**sources: str):
    def partial(path: str) -> MarkdownPage | None:
        name = path.removeprefix("./").removesuffix(".mdx")
        return parse(sources[name], partial=partial) if name in sources else None

    return partial


def test_imports_of_markdown_files() -> None:
    source = (
        "import A from './_a.mdx'; import B from \"@site/docs/b.md\"\nimport C from 'c'\n"
        "import D\n  from './\\_d.mdx'\n\nimport {x} from './x.mdx'\n"
    )
    assert parse(source).imports == {
        "A": "./_a.mdx",
        "B": "@site/docs/b.md",
        "D": "./_d.mdx",
    }


def test_a_partial_is_spliced_where_it_is_used() -> None:
    source = "import P from './p.mdx'\n\n## Same\n\nbefore\n\n<P />\n\nafter\n\n## Same\n"
    page = parse(source, partial=partials(p="---\nx: 1\n---\nopening\n\n## Same\n\ninner\n"))
    assert [
        (part.heading, part.anchor, part.line, [block.text for block in part.blocks])
        for part in page.sections
    ] == [
        ("Same", "same", 3, ["before", "opening"]),
        ("Same", "same", 7, ["inner", "after"]),
        ("Same", "same-1", 11, []),
    ]
    assert [heading.id for heading in page.headings] == ["same", "same-1"]


def test_partials_of_partials() -> None:
    source = "import P from './p.mdx'\n\n<P/>\n<P/>\n"
    page = parse(source, partial=partials(p="import Q from './q.mdx'\n\n<Q></Q>\n", q="deep\n"))
    assert [block.text for block in page.sections[0].blocks] == ["deep", "deep"]


def test_a_partial_that_is_not_there_shows_nothing() -> None:
    source = "import P from './p.mdx'\n\n<P />\n\ntext\n"
    page = parse(source, partial=partials())
    assert [block.text for block in page.sections[0].blocks] == ["text"]
    assert parse(source).sections == page.sections


@pytest.mark.parametrize(
    "source",
    [
        "<F\n  a={<>It's <b c={d('e')}>in {'}'}</b> :(</>}\n  f=\"Don't\"\n/>",
        "{a < b && <p>don't {c('}')} (</p>}",
        "export const A = () => (<p>\n\n## it's no\n\n</p>)",
        "export default <p>\n\n## it's no {'('}\n\n</p>",
        ":::note\n\nexport const a = {\n\n  b: 1,\n}\n\n:::",
    ],
)
def test_quotes_and_brackets_in_the_text_of_elements_are_letters(source: str) -> None:
    page = parse(f"{source}\n\n## After\n\nText.\n")
    assert [heading.id for heading in page.headings] == ["after"]
    assert page.errors == ()
    assert "b: 1" not in str(page.sections)


def test_a_line_end_in_code_is_not_in_the_anchor() -> None:
    (heading,) = parse("a `b\nc`\n---\n").headings
    assert (heading.id, heading.text) == ("a-bc", "a b c")


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("{d}\n\n{r}", True),
        ("{r}\n\n{d}", True),
        (":::note\n\n{d}\n\n:::\n\n{r}", True),
        ("{r}\n\n:::note\n\n{d}\n\n:::", False),
        (":::note\n\n{r}\n\n:::\n\n:::note\n\n{d}\n\n:::", True),
        ("::::note\n\n:::tip\n\n{d}\n\n:::\n\n{r}\n\n::::", True),
        ("::::note\n\n:::tip\n\n{d}\n\n:::\n\n::::\n\n{r}", False),
    ],
)
def test_footnotes_of_directives_are_known_where_micromark_knows_them(
    source: str, known: bool
) -> None:
    page = parse(source.format(d="[^a]: Foot.", r="## r [^a]"))
    assert [heading.id for heading in page.headings] == ["r-" if known else "r-a"]


@pytest.mark.parametrize(
    "source", ["<a b={", "{<a>\n", "{ < <a b={<c>\n\n", "<a b={<a b={</a>}\n\n"]
)
def test_elements_in_elements_that_are_not_closed_end(source: str) -> None:
    assert parse(source * 5_000 + "\n\n## no").errors
