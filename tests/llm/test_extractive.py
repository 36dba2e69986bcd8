"""The model that needs no key: alone, and as a reader's agent runs it."""

import re

import pytest
from agents import function_tool
from hypothesis import given
from hypothesis import strategies as st

from app.llm import open_model
from app.llm.extract import NOT_FOUND, answer, marked
from app.llm.extractive import ExtractiveModel
from app.retrieval.passages import NumberedPassage
from tests.llm.runs import deltas, events_of, response_of, run, text

INSTALL = NumberedPassage(
    1,
    "Installing › On Linux",
    "https://docs.example/install#on-linux",
    "The gadget runs on every distribution. Install the gadget with apt on Linux:\n\n"
    "```sh\napt install gadget\n```\n\nIt starts by itself. Coffee is not included.",
)
COLOR = NumberedPassage(
    2,
    "Configuring › Color",
    "https://docs.example/configure#color",
    "The color is a setting of gadget.yml.\n\n- blue is the default color\n- red is for alarms",
)
TABLE = NumberedPassage(
    3,
    "Configuring › Ports",
    "https://docs.example/configure#ports",
    "port | use\n8000 | the web page",
)
ALL = [INSTALL, COLOR, TABLE]


def frame(passage: NumberedPassage) -> str:
    return (
        f'<passage n="{passage.number}" title="{passage.path}" url="{passage.url}">\n'
        f"{passage.text}\n</passage>"
    )


def asked(question: str, *passages: NumberedPassage) -> list[dict[str, str]]:
    found = "\n".join(frame(p) for p in passages)
    call = {"type": "function_call", "name": "search_docs", "call_id": "1", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "1", "output": found}
    return [{"role": "user", "content": question}, call, output]


def test_the_sentence_that_answers_is_quoted_with_its_code_and_cited() -> None:
    said = answer("How do I install the gadget on Linux?", ALL)
    assert said.startswith("**Installing › On Linux**")
    assert "Install the gadget with apt on Linux:" in said
    assert "[1]" in said
    assert "```sh\napt install gadget\n```" in said
    assert "Coffee" not in said


def test_lists_and_tables_keep_their_lines() -> None:
    said = answer("What is the default color?", ALL)
    assert "> The color is a setting of gadget.yml.\n\n- blue is the default color" in said
    said = answer("Which port has the web page?", [TABLE])
    assert "| port | use |\n| --- | --- |\n| 8000 | the web page |\n\n[3]" in said


def test_of_a_long_table_the_rows_that_answer_are_quoted() -> None:
    rows = "\n".join(f"{n} | whatever it is" for n in range(40))
    page = NumberedPassage(1, "Ports", "https://x.example/", f"port | use\n{rows}\n99 | the beacon")
    said = answer("Which port has the beacon?", [page])
    assert "| 99 | the beacon |" in said
    assert said.count("\n|") == 3


def test_what_only_repeats_the_question_is_no_answer() -> None:
    menu = NumberedPassage(1, "Home", "https://x.example/", "- Install the gadget.\n- Color.")
    assert "**Home**" not in answer("How do I install the gadget?", [menu, INSTALL])


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("Set ASKDOCS_MODEL or A_B_C.", "Set `ASKDOCS_MODEL` or `A_B_C`."),
        ("The first is items[1], (see a*b*c)", "The first is `items[1]`, (see `a*b*c`)"),
        ("Use <div> and C:\\x, not a`b_", "Use `<div>` and `C:\\x`, not ``a`b_``"),
        ("a - b, 3 > 2 and https://x.example/", "a - b, 3 `>` 2 and https://x.example/"),
    ],
)
def test_plain_text_is_not_taken_for_markup(plain: str, shown: str) -> None:
    assert marked(plain) == shown


def test_a_gap_between_sentences_is_seen() -> None:
    page = NumberedPassage(
        1, "Zones", "https://x.example/", "Time zones are set. Tea is hot. Zones of time move."
    )
    assert "Time zones are set. … Zones of time move. [1]" in answer("time zones", [page])


@pytest.mark.parametrize("question", ["Who won the football match in Madrid?", "", "?!"])
def test_what_the_docs_do_not_answer_is_said_with_the_closest_pages(question: str) -> None:
    said = answer(question, ALL)
    assert said.splitlines()[0] == NOT_FOUND
    assert said.splitlines()[2:] == [f"- {p.path} [{p.number}]" for p in (INSTALL, COLOR)]
    assert "[" not in answer(question, [])


WORDS = st.text("ab .!?\n|-`#\U0001f600é", max_size=80)


@given(WORDS, st.lists(WORDS, max_size=4))
def test_every_word_is_the_documentations_and_every_number_a_passages(
    question: str, texts: list[str]
) -> None:
    passages = [
        NumberedPassage(n, f"Page {n}", f"https://x.example/{n}", t) for n, t in enumerate(texts, 1)
    ]
    said = answer(question, passages)
    assert {int(n) for n in re.findall(r"\[(\d+)\]", said)} <= set(range(1, len(texts) + 1))
    written = " ".join((NOT_FOUND, "The documentation this. 123456789", "> …", *texts))
    known = set(bare(f"{written} {' '.join(p.path for p in passages)}"))
    assert set(bare(re.sub(r"\[\d\]", "", said))) <= known


def bare(text: str) -> list[str]:
    """Its words, without what makes Markdown of them."""
    return re.sub(r"[`|\\*-]", " ", text).split()


async def test_without_passages_it_searches_for_the_readers_question() -> None:
    response = await response_of(ExtractiveModel(), "How do I install it?")
    (call,) = response.output
    assert call.type == "function_call"
    assert (call.name, call.arguments) == ("search_docs", '{"query": "How do I install it?"}')


async def test_it_answers_word_by_word_from_the_passages_it_was_given() -> None:
    events = await events_of(ExtractiveModel(), asked("Install the gadget on Linux?", *ALL))
    said = deltas(events)
    assert len(said) > 10
    assert "".join(said) == text(events[-1].response) == answer("Install the gadget on Linux?", ALL)


async def test_a_follow_up_is_answered_from_its_own_search() -> None:
    first = asked("Install the gadget on Linux?", INSTALL)
    then = asked("What is the default color?", COLOR)
    history = [*first, {"role": "assistant", "content": "Use apt [1]."}, *then]
    said = text(await response_of(ExtractiveModel(), history))
    assert "default color" in said
    assert "apt" not in said


async def test_the_agents_sdk_runs_it_search_and_all() -> None:
    queries: list[str] = []

    @function_tool
    def search_docs(query: str) -> str:
        """Search the documentation."""
        queries.append(query)
        return "\n".join(frame(p) for p in ALL)

    async with open_model("extractive:") as model:
        result = run(model, "How do I install the gadget on Linux?", tools=[search_docs])
        async for _ in result.stream_events():
            pass
    assert queries == ["How do I install the gadget on Linux?"]
    assert "Install the gadget with apt on Linux:" in result.final_output
