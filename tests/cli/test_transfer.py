"""askdocs migrate, export and import, as an owner types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.stores import open_store
from tests.cli.conftest import Run
from tests.stores.samples import ANA, answer, thread


async def test_threads_move_from_one_database_to_another(askdocs: Run, tmp_path: Path) -> None:
    old, new = (f"sqlite:///{tmp_path}/{name}.db" for name in ("old", "new"))
    async with open_store(old) as store:
        await store.save_thread(thread(title="Über 🚀"), ANA)
        await store.add_thread_item("thr_1", answer("m0"), ANA)
    exported = askdocs("export", DATABASE_URL=old)
    assert (exported.returncode, exported.stderr) == (0, "")
    assert [json.loads(line)["table"] for line in exported.stdout.splitlines()] == [
        "threads",
        "items",
    ]
    (tmp_path / "threads.jsonl").write_text(exported.stdout)
    imported = askdocs("import", "threads.jsonl", DATABASE_URL=new)
    assert imported.stdout == "imported: 1 threads, 1 items\n"
    async with open_store(new) as store:
        assert (await store.load_thread("thr_1", ANA)).title == "Über 🚀"
        assert await store.load_item("thr_1", "m0", ANA) == answer("m0")


def test_a_wrong_line_is_told_in_one(bare: Path) -> None:
    (bare / "threads.jsonl").write_text('{"table": "threads"}\n')
    ran = CliRunner().invoke(cli, ["import", "threads.jsonl"])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == "askdocs: Line 1: id of threads is None.\n"


def test_a_database_is_brought_to_this_version(bare: Path) -> None:
    ran = CliRunner().invoke(cli, ["migrate"])
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("The database is at schema 0")
    assert (bare / "data" / "askdocs.db").exists()


@pytest.mark.parametrize("reading", ["export", "questions"])
def test_a_database_that_is_not_there_is_told_and_not_made(reading: str, bare: Path) -> None:
    ran = CliRunner().invoke(cli, [reading, "--data", "dta"])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("askdocs: There is no database 'dta/askdocs.db'")
    assert not (bare / "dta").exists()
