"""The rules of routes that real sites seldom show; each seen in Docusaurus."""

import pytest

from ingest.routes import (
    blog_name,
    blog_slug,
    doc_place,
    encoded,
    joined,
    page_slug,
    with_trailing_slash,
    without_number,
)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("01-a", "a"),
        ("1.two", "two"),
        ("003 - three", "three"),
        ("05--five", "five"),
        ("7-_x", "x"),
        ("00-.foo", "foo"),
        ("2021-release", "release"),
        ("2021-11-05-x", "2021-11-05-x"),
        ("1.2-x", "1.2-x"),
        ("7.0-x", "7.0-x"),
        ("10", "10"),
        ("10 foo", "10 foo"),
        ("6-", "6-"),
        ("v1-foo", "v1-foo"),
    ],
)
def test_number_prefixes(name: str, bare: str) -> None:
    assert without_number(name) == bare


@pytest.mark.parametrize(
    ("path", "matter", "slug"),
    [
        ("a/b.md", {}, "/a/b"),
        ("01-a/02-b.md", {}, "/a/b"),
        ("a/index.md", {}, "/a/"),
        ("a/README.mdx", {}, "/a/"),
        ("a/INDEX.md", {}, "/a/"),
        ("Api/api.md", {}, "/Api/"),
        ("03-api/api.md", {}, "/api/api"),
        ("04-api/04-api.md", {}, "/api/"),
        ("08-x/01-index.md", {}, "/x/index"),
        ("index.md", {}, "/"),
        ("a/b.md", {"slug": "/x/y"}, "/x/y"),
        ("a/b.md", {"slug": "rel"}, "/a/rel"),
        ("a/b.md", {"slug": "../up"}, "/up"),
        ("a/b.md", {"slug": ".."}, "/"),
        ("a/b.md", {"slug": "../../../x"}, "/x"),
        ("a/b.md", {"slug": "rel/"}, "/a/rel/"),
        ("a/b.md", {"id": "02-keep"}, "/a/02-keep"),
        ("a/index.md", {"id": "x"}, "/a/"),
        ("Spaced Dir/my page.md", {}, "/Spaced Dir/my page"),
        ("日本語/ü.md", {}, "/日本語/ü"),
    ],
)
def test_slugs(path: str, matter: dict[str, str], slug: str) -> None:
    place = doc_place(path, id_=matter.get("id"), slug=matter.get("slug"))
    assert place.slug == slug


def test_numbers_can_be_left_alone() -> None:
    assert doc_place("01-a/02-b.md", numbers=False).slug == "/01-a/02-b"


@pytest.mark.parametrize("matter", [{"id_": "a/b"}, {"slug": ""}])
def test_front_matter_that_docusaurus_refuses(matter: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="front matter"):
        doc_place("a.md", **matter)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("2024-01-02-a.md", "/blog/2024/01/02/a"),
        ("2024-01-02-a/index.md", "/blog/2024/01/02/a"),
        ("2024/01/02/a.md", "/blog/2024/01/02/a"),
        ("2024/01/02-a.mdx", "/blog/2024/01/02/a"),
        ("2024-1-2-c.md", "/blog/2024/1/2/c"),
        ("sub/2024-03-04-f.md", "/blog/2024/03/04/sub/f"),
        ("x-2024-07-08-l.md", "/blog/2024/07/08/x-l"),
        ("2024-01-02-i/part.md", "/blog/2024/01/02/i/part"),
        ("2024-05-06.md", "/blog/2024/05/06/"),
        ("01-pre.md", "/blog/01-pre"),
        ("Up/Case Post.md", "/blog/Up/Case Post"),
        ("nodate/index.md", "/blog/nodate"),
        ("index.md", "/blog/index"),
    ],
)
def test_blog_posts(path: str, route: str) -> None:
    assert joined("/", "blog", blog_slug(path)) == route


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("2024-01-02-a/index.md", "a"),
        ("sub/2024-1-2-d.md", "d"),
        ("2024-01-02-i/part.md", "i/part"),
        ("x-2024-07-08-l.md", "l"),
        ("2024-05-06.md", ""),
        ("Up/01-post.md", "Up/01-post"),
        ("nodate/index.mdx", "nodate"),
    ],
)
def test_posts_without_a_title(path: str, name: str) -> None:
    assert blog_name(path) == name


def test_pages() -> None:
    assert joined("/b/", "/", page_slug("index.md")) == "/b/"
    assert joined("/b/", "pp", page_slug("Index.mdx")) == "/b/pp/"
    assert joined("/b/", "pp", page_slug("x/index.mdx")) == "/b/pp/x/"
    assert joined("/b/", "/", page_slug("a&b/ü.md")) == "/b/a%26b/%C3%BC"
    assert joined("/b/", "/", page_slug("README.md")) == "/b/README"


@pytest.mark.parametrize(
    ("path", "trailing", "route"),
    [
        ("/b/docs/a/", None, "/b/docs/a/"),
        ("/b/docs/a", True, "/b/docs/a/"),
        ("/b/docs/a/", False, "/b/docs/a"),
        ("/b/docs/", False, "/b/docs"),
        ("/b/", False, "/b/"),
        ("/", False, "/"),
    ],
)
def test_trailing_slashes(path: str, trailing: bool | None, route: str) -> None:
    assert with_trailing_slash(path, trailing, "/b/") == route


def test_one_form_is_stored() -> None:
    assert encoded("/a b/ü%20x") == "/a%20b/%C3%BC%20x"
