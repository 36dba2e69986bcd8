"""askdocs questions: from readers' threads to a file that askdocs eval reads."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    FeedbackKind,
    InferenceOptions,
    ThreadItem,
    URLSource,
    UserMessageItem,
    UserMessageTextContent,
)
from click.testing import CliRunner

from app.cli import cli
from app.stores import ThreadStore, open_store
from app.trace import Trace
from tests.stores.samples import ANA, NOON, hidden, thread

SITE = "https://d.example"
INSTALL, PORT = f"{SITE}/install#with-npm", f"{SITE}/settings#port"


class Threads:
    """Writes conversations as the server does."""

    def __init__(self, store: ThreadStore) -> None:
        self.store = store
        self.count = 0

    async def begin(self) -> str:
        self.count += 1
        made = f"thr_secret_{self.count}"
        await self.store.save_thread(thread(made), ANA)
        return made

    async def ask(
        self,
        text: str,
        *cited: str,
        said: FeedbackKind | None = None,
        thread_id: str = "",
        refused: bool = False,
        day: int = 0,
    ) -> None:
        """A question and its answer, in a thread of its own or in one that was begun."""
        made = thread_id or await self.begin()
        self.count += 1
        at = NOON + timedelta(days=day, seconds=self.count)
        id_ = f"msg_secret_{self.count}"
        items = [message(f"q_{id_}", made, at, text), answer(id_, made, at, *cited)]
        trace = Trace(text, "fake", refused=refused)
        await self.store.save_together(made, ANA, items=items, traces={id_: trace})
        if said:
            await self.store.save_feedback(made, [id_], said, ANA, "a secret reason")


def message(id_: str, thread_id: str, at: datetime, text: str) -> ThreadItem:
    return UserMessageItem(
        id=id_,
        thread_id=thread_id,
        created_at=at,
        content=[UserMessageTextContent(text=text)],
        inference_options=InferenceOptions(),
    )


def answer(id_: str, thread_id: str, at: datetime, *cited: str) -> ThreadItem:
    notes = [Annotation(source=URLSource(title="A page", url=url), index=3) for url in cited]
    content = [AssistantMessageContent(text="So.", annotations=notes)]
    return AssistantMessageItem(id=id_, thread_id=thread_id, created_at=at, content=content)


@pytest.fixture
def database_url(bare: Path) -> str:
    """In the folder where the commands look for it."""
    (bare / "data").mkdir()
    return "sqlite:///data/askdocs.db"


def collected(*arguments: str) -> list[dict[str, Any]]:
    ran = CliRunner().invoke(cli, ["questions", *arguments])
    assert ran.exit_code == 0, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


async def in_thread(*arguments: str) -> list[dict[str, Any]]:
    return await asyncio.to_thread(collected, *arguments)


async def test_what_was_liked_has_its_url_and_the_rest_is_to_be_labelled(
    database_url: str,
) -> None:
    async with open_store(database_url) as store:
        threads = Threads(store)
        await threads.ask("How do I install it?", INSTALL, said="positive")
        await threads.ask("Which port?", PORT, f"{SITE}/pets", said="positive", day=1)
        await threads.ask("Is it fast?", f"{SITE}/pets", INSTALL, said="negative", day=2)
        await threads.ask("What is the weather?", refused=True, day=3)
    weather, fast, port, install = await in_thread()
    assert install == {
        "query": "How do I install it?",
        "url": INSTALL,
        "asked": 1,
        "last": "2026-11-23",
        "liked": 1,
        "disliked": 0,
        "refused": 0,
        "cited": [INSTALL],
    }
    assert port["targets"] == [
        {"path": "/settings", "anchor": "port"},
        {"path": "/pets", "anchor": None},
    ]
    assert (fast["url"], fast["disliked"]) == ("?", 1)
    assert fast["cited"] == [f"{SITE}/pets", INSTALL]
    assert (weather["url"], weather["refused"], weather["cited"]) == ("?", 1, [])
    assert [line["last"][-2:] for line in (weather, fast, port, install)] == [
        "26",
        "25",
        "24",
        "23",
    ]


async def test_a_question_is_written_once_the_most_frequent_first(database_url: str) -> None:
    async with open_store(database_url) as store:
        threads = Threads(store)
        await threads.ask("What else?", day=9)
        await threads.ask("Which port is used?", f"{SITE}/pets", day=5)
        await threads.ask(" which PORT\n is used", PORT, said="positive", day=3)
        await threads.ask("Which port is used ?!", PORT, refused=True)
    port, _ = await in_thread()
    assert port["query"] == "Which port is used?"
    assert (port["asked"], port["last"], port["refused"]) == (3, "2026-11-28", 1)
    assert port["url"] == PORT
    assert port["cited"] == [PORT, f"{SITE}/pets"]


async def test_an_answer_that_somebody_disliked_is_no_label(database_url: str) -> None:
    async with open_store(database_url) as store:
        threads = Threads(store)
        await threads.ask("Which port?", PORT, said="positive")
        await threads.ask("Which port?", PORT, said="negative")
    [line] = await in_thread()
    assert (line["url"], line["liked"], line["disliked"]) == ("?", 1, 1)


async def test_a_follow_up_is_written_as_it_was_searched(database_url: str) -> None:
    async with open_store(database_url) as store:
        threads = Threads(store)
        begun = await threads.begin()
        await threads.ask("How do I install the app on iOS?", INSTALL, thread_id=begun)
        await threads.ask("And on Android?", INSTALL, said="positive", thread_id=begun)
        await threads.ask("And on Android?", day=1)  # nothing before it
    queries = {line["query"]: line["url"] for line in await in_thread()}
    assert queries == {
        "How do I install the app on iOS?": "?",
        "And on Android?\nHow do I install the app on iOS?": INSTALL,
        "And on Android?": "?",
    }


async def test_what_was_not_answered_counts_and_what_is_no_question_does_not(
    database_url: str,
) -> None:
    async with open_store(database_url) as store:
        threads = Threads(store)
        begun = await threads.begin()
        await store.add_thread_item(begun, message("q1", begun, NOON, "Which port?"), ANA)
        await store.add_thread_item(begun, hidden("h", begun, 1), ANA)
        other = await threads.begin()
        await store.add_thread_item(other, answer("a1", other, NOON, INSTALL), ANA)
        await store.add_thread_item(other, message("q2", other, NOON, " ?! "), ANA)
    [line] = await in_thread()
    assert (line["query"], line["asked"], line["cited"]) == ("Which port?", 1, [])


async def test_nobody_is_named(database_url: str) -> None:
    """Neither owners nor threads, nor the hour, nor what a page's address had besides its path."""
    async with open_store(database_url) as store:
        page = f"{SITE}/install?token=secret#with-npm"
        await Threads(store).ask("How do I install it?", "https://[", page, said="positive")
    [line] = await in_thread()
    assert line["url"] == INSTALL
    assert line.keys() == {
        "query", "url", "asked", "last", "liked", "disliked", "refused", "cited",
    }  # fmt: skip
    for told in ("secret", "guest", "ana", "12:"):
        assert told not in json.dumps(line)


async def test_eval_reads_what_was_written(database_url: str, bare: Path) -> None:
    async with open_store(database_url) as store:
        threads = Threads(store)
        await threads.ask("How do I install it with npm?", INSTALL, said="positive")
        await threads.ask("Where do cats sleep?", day=1)
    (bare / "questions.jsonl").write_text("\n".join(map(json.dumps, await in_thread())))
    (bare / "docs").mkdir()
    (bare / "docs" / "install.md").write_text("# Install\n\n## With npm\n\nRun npm install it.\n")

    def measured() -> Any:
        runner = CliRunner()
        runner.invoke(cli, ["ingest", "docs", "--url", SITE, "--quiet"])
        return runner.invoke(cli, ["eval", "questions.jsonl", "--json"])

    ran = await asyncio.to_thread(measured)
    report = json.loads(ran.stdout)
    assert [question["query"] for question in report["questions"]] == [
        "How do I install it with npm?"
    ]
    assert report["questions"][0]["section_rank"] == 1
    assert report["left_out"] == 1
    assert ran.stderr == "Left out: 1 questions that have ? for a URL.\n"


@pytest.mark.usefixtures("bare")
def test_a_database_that_keeps_nothing_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "memory://")
    ran = CliRunner().invoke(cli, ["questions"])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == (
        "askdocs: DATABASE_URL is memory://, which keeps nothing: name a database.\n"
    )


@pytest.mark.usefixtures("bare")
def test_an_empty_database_has_none() -> None:
    assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
    ran = CliRunner().invoke(cli, ["questions"])
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert ran.stderr == "0 questions, 0 with an answer that was liked\n"
