from app.answer.citations import Citation
from app.answer.sources import Sources
from app.answer.steps import Cut, MessageDone, MessageStarted, Searching, Step
from app.cli.transcript import Transcript
from app.retrieval.passages import Chunk


def _chunk(number: int) -> Chunk:
    return Chunk(
        id=f"id{number}",
        url=f"https://docs.example.com/page#{number}",
        page="https://docs.example.com/page",
        title="Page",
        breadcrumb=(f"Part {number}",),
        text="text",
        source="page.md",
        ordinal=number,
        tokens=1,
    )


def _shown(*steps: Step) -> tuple[str, str]:
    sources = Sources()
    sources.add(_chunk(number) for number in (1, 2, 3))
    transcript = Transcript(sources)
    return "".join(map(transcript.read, steps)), transcript.sources()


def test_only_what_was_cited_is_listed_in_order() -> None:
    text, sources = _shown(
        MessageStarted(), "Run it.", Citation((3, 1)), " Twice.", Citation((3,)), MessageDone()
    )
    assert text == "Run it. [3][1] Twice. [3]"
    assert sources == (
        f"[1] {_chunk(1).path}\n    https://docs.example.com/page#1\n"
        f"[3] {_chunk(3).path}\n    https://docs.example.com/page#3\n"
    )


def test_two_messages_are_apart_and_a_cut_one_says_so() -> None:
    text, sources = _shown(
        MessageStarted(),
        "Let me look.",
        MessageDone(),
        Searching("x"),
        MessageStarted(),
        "It",
        Cut(),
    )
    assert text.startswith("Let me look.\n\nIt\n\n(The answer is longer")
    assert sources == ""
