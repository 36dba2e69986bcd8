"""An ingest as its owner sees it, into a real collection."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.retrieval.collections import Collection, open_collection
from ingest.documents import open_site
from ingest.plan import PlanError
from ingest.run import Report, ingest, sections
from tests.fakes.embedder import FakeEmbedder


@pytest.fixture
async def collection() -> AsyncIterator[Collection]:
    async with open_collection("memory://", "docs") as collection:
        yield collection


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for n in range(30):
        (tmp_path / f"page-{n}.md").write_text(
            f"# Page {n}\n\nText of {n}.\n\n## More\n\nMore {n}."
        )
    return tmp_path


async def run(docs: Path, collection: Collection, **options: bool) -> Report:
    site = open_site(docs, url="https://x.example")
    return await ingest(site, collection, FakeEmbedder(), **options)


async def urls(collection: Collection) -> set[str]:
    ids = [id_ async for id_, _ in collection.digests()]
    pages = {f"https://x.example/page-{n}" for n in range(40)}
    found = {chunk.url for page in pages for chunk in await collection.page(page)}
    assert len(found) == len(ids)
    return found


async def test_a_second_run_writes_nothing(docs: Path, collection: Collection) -> None:
    first = await run(docs, collection)
    assert (first.pages, first.added, first.rebuilt) == (30, 60, "there is no collection yet")
    second = await run(docs, collection)
    assert (second.changes, second.kept, second.rebuilt) == (0, 60, "")


async def test_what_changed_is_changed_and_what_went_is_gone(
    docs: Path, collection: Collection
) -> None:
    await run(docs, collection)
    (docs / "page-0.md").unlink()
    (docs / "page-1.md").write_text("# Page 1\n\nOther text.\n\n## More\n\nMore 1.")
    (docs / "page-30.md").write_text("# Page 30\n\nNew.")
    report = await run(docs, collection)
    assert (report.added, report.changed, report.removed) == (1, 1, 2)
    found = await urls(collection)
    assert "https://x.example/page-0" not in found
    assert "https://x.example/page-30" in found


async def test_a_dry_run_changes_nothing(docs: Path, collection: Collection) -> None:
    report = await run(docs, collection, dry_run=True)
    assert report.added == 60
    assert await collection.describe() is None


async def test_a_removal_of_a_large_part_wants_force(docs: Path, collection: Collection) -> None:
    await run(docs, collection)
    for n in range(20):
        (docs / f"page-{n}.md").unlink()
    with pytest.raises(PlanError, match="40 of 60 chunks would be removed"):
        await run(docs, collection)
    report = await run(docs, collection, force=True)
    assert report.removed == 40


async def test_another_embedder_rebuilds_and_says_why(docs: Path, collection: Collection) -> None:
    await run(docs, collection)

    other = FakeEmbedder("other")
    report = await ingest(open_site(docs, url="https://x.example"), collection, other)
    assert report.rebuilt == "the embedder was fake, and is other"
    assert report.added == 60


async def test_sources_that_cannot_be_read_are_named_and_do_not_stop_the_rest(
    docs: Path, collection: Collection
) -> None:
    (docs / "latin.md").write_bytes(b"# caf\xe9")
    (docs / "matter.md").write_text("---\na: b: c\n---\n\n# Still there\n\nText.")
    (docs / "draft.md").write_text("---\ndraft: true\n---\n\nSecret.")
    report = await run(docs, collection)
    assert [e.split(":")[0] for e in report.errors] == ["latin.md", "matter.md"]
    assert report.pages == 31


async def test_two_sources_of_one_url_are_reported(docs: Path, collection: Collection) -> None:
    (docs / "twin.md").write_text("---\nslug: /page-0\n---\n\nTwin.")
    report = await run(docs, collection)
    assert "same URL" in report.errors[0]


def test_sections_are_what_would_be_indexed(docs: Path) -> None:
    rows = list(sections(open_site(docs, url="https://x.example"), Report()))
    row = next(r for r in rows if r["anchor"] == "more")
    assert row["url"] == f"https://x.example/{Path(str(row['source'])).stem}#more"
    assert row["breadcrumb"] == ["More"]
    assert row["line"] == 5


async def test_the_index_knows_the_versions_and_which_is_the_newest(
    tmp_path: Path, collection: Collection
) -> None:
    """Also when that is all that changed."""
    config = tmp_path / "docusaurus.config.js"
    address = "url: 'https://x.example', baseUrl: '/'"
    for folder in ("docs", "versioned_docs/version-2.0", "versioned_docs/version-1.0"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "page.md").write_text(f"# Page\n\nOf {folder}.")
    (tmp_path / "versions.json").write_text('["2.0", "1.0"]')
    for docs, newest in (("{}", "2.0"), ("{lastVersion: '1.0'}", "1.0")):
        config.write_text(
            f"module.exports = {{{address}, presets: [['classic', {{docs: {docs}}}]]}};"
        )
        await ingest(open_site(tmp_path), collection, FakeEmbedder())
        description = await collection.describe()
        assert description
        assert set(description.versions) == {"Next", "2.0", "1.0"}
        assert description.newest == (newest,)
