"""An answer as plain text: `[n]` for each citation, and the list that n counts in."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from app.answer.agent import DocsAgent
from app.answer.citations import Citation
from app.answer.question import Question
from app.answer.sources import Sources
from app.answer.steps import MessageDone, Step
from app.retrieval.passages import NumberedPassage


@dataclass(slots=True)
class Transcript:
    text: str = ""
    sources: list[NumberedPassage] = field(default_factory=list[NumberedPassage])
    """Those cited, in the order in which they were first cited: `[1]` is the first."""


async def written(
    agent: DocsAgent, question: Question, transcript: Transcript
) -> AsyncGenerator[str, None]:
    """Pieces of the text as they come; `transcript` is complete when they end."""
    sources = Sources()
    steps = agent.answer(question, (), sources)
    async with aclosing(steps):
        async for step in steps:
            if piece := _piece(step, sources, transcript):
                transcript.text += piece
                yield piece


def _piece(step: Step, sources: Sources, transcript: Transcript) -> str:
    match step:
        case str():
            return step
        case Citation(numbers):
            return " " + "".join(f"[{_place(sources[n], transcript)}]" for n in numbers)
        case MessageDone() if transcript.text and not transcript.text.endswith("\n\n"):
            return "\n\n"
        case _:
            return ""


def _place(passage: NumberedPassage, transcript: Transcript) -> int:
    if passage not in transcript.sources:
        transcript.sources.append(passage)
    return transcript.sources.index(passage) + 1


async def transcribed(agent: DocsAgent, question: Question) -> Transcript:
    transcript = Transcript()
    async with aclosing(written(agent, question, transcript)) as pieces:
        async for _ in pieces:
            pass
    transcript.text = transcript.text.strip()
    return transcript
