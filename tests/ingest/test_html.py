"""Pages of built sites, read as their Markdown would be."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.content_plugins import SiteError
from ingest.documents import Document, documents, open_site
from ingest.html import read_html
from ingest.markdown import Block, Section

MKDOCS = """<!DOCTYPE html><html lang="en"><head><title>Guide - Site</title>
<link rel="canonical" href="https://x.example/d/guide/"></head>
<body><nav><h2 id="menu">Menu</h2></nav><div role="main"><main>
<h1 id="guide">Guide<a class="headerlink" href="#guide">&para;</a></h1>
<p>Some <em>words</em> &amp; <code>code</code>.
<div class="admonition note"><p class="admonition-title">Careful</p><p>Mind it.</p></div>
<h2 id="use">Use<a class="headerlink" href="#use">&para;</a></h2>
<div class="language-python highlight"><pre><span></span><code>if x:
    <span class="k">pass</span>
</code></pre></div>
<ol start="3"><li><p>three</p><ul><li>deeper</ul><li>four</ol>
<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2</table>
</main></div><footer><p>Imprint</p></footer></body></html>"""


def test_a_page_of_mkdocs() -> None:
    head, page = read_html(MKDOCS)
    assert head.canonical == "https://x.example/d/guide/"
    assert page.shown_title == "Guide"
    opening, use = page.sections
    assert opening.blocks == (
        Block("prose", "Some words & code."),
        Block("prose", "Note: Careful\nMind it."),
    )
    assert (use.heading, use.anchor, use.breadcrumb) == ("Use", "use", ("Use",))
    assert use.blocks == (
        Block("code", "if x:\n    pass", "python"),
        Block("prose", "3. three\n  - deeper\n4. four"),
        Block("table", "a | b\n1 | 2"),
    )


def built(folder: Path, pages: dict[str, str], sitemap: str = "") -> Path:
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "sitemap.xml").write_text(f"<urlset>{sitemap}</urlset>")
    return folder


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><main>{body}</main></body></html>"


def urls(folder: Path, url: str = "") -> list[str]:
    read = documents(open_site(folder, url=url))
    return [d.url for d in read if isinstance(d, Document) and not d.unlisted]


def test_urls_are_those_that_the_site_names(tmp_path: Path) -> None:
    pages = {
        "index.html": page("Home", '<link rel="canonical" href="https://x.example/d/">'),
        "a b/index.html": page("A"),
        "404.html": page("Not found"),
        "old.html": page("Moved", '<meta http-equiv="refresh" content="0; url=/">'),
        "secret.html": page("Secret", '<meta name="robots" content="noindex">'),
    }
    listed = "".join(
        f"<url><loc>https://x.example/{path}</loc></url>"
        for path in ("a%20b", "old.html", "secret.html")
    )
    folder = built(tmp_path, pages, listed)
    (folder / "folder.html").mkdir()
    assert sorted(urls(folder)) == ["https://x.example/a%20b", "https://x.example/d/"]


def test_an_address_that_no_page_tells_is_asked_for(tmp_path: Path) -> None:
    folder = built(tmp_path, {"index.html": page("Home"), "x/index.html": page("X")})
    with pytest.raises(SiteError, match="give --url"):
        open_site(folder)
    assert urls(folder, "https://y.example/b") == [
        "https://y.example/b/",
        "https://y.example/b/x/",
    ]


TAGS = st.sampled_from("p li ul ol table tr td th h2 pre div summary br script header".split())
PIECES = st.one_of(
    TAGS.map(lambda t: f"<{t}>"), TAGS.map(lambda t: f"</{t}>"), st.text("ab<&\n ", max_size=5)
)


@given(st.lists(PIECES))
def test_whatever_is_in_a_page_it_is_read(pieces: list[str]) -> None:
    _, found = read_html(page("".join(pieces)))
    assert all(isinstance(section, Section) for section in found.sections)
    assert all(block.text.strip() for section in found.sections for block in section.blocks)


def test_a_sitemap_may_hold_anything(tmp_path: Path) -> None:
    """What is no URL is passed over; XML's entities are read."""
    page = "<html><body><main><h1>T</h1><p>Text.</p></main></body></html>"
    built(tmp_path, {"index.html": page, "a&b/index.html": page})
    places = ["https://x.example/", "https://x.example/a&amp;b/", "http://[", "\xe9"]
    listed = "".join(f"<loc>{place}</loc>" for place in places)
    (tmp_path / "sitemap.xml").write_bytes(f"<urlset>{listed}</urlset>".encode("latin-1"))
    urls = [d.url for d in documents(open_site(tmp_path)) if isinstance(d, Document)]
    assert sorted(urls) == ["https://x.example/", "https://x.example/a&b/"]


@pytest.mark.parametrize(
    "body",
    ["<div>" * 100_000, "<ul><li>" * 20_000, "<table><tr><td>" * 20_000, "<" * 100_000, "\0" * 9],
    ids=["divs", "lists", "tables", "angles", "nul"],
)
def test_a_hostile_page_ends_soon(body: str) -> None:
    read_html(f"<html><body><main><h1>T</h1>{body}</main></body></html>")
