"""The steps of an answer as a terminal shows them."""

from app.answer.citations import Citation
from app.answer.sources import Sources
from app.answer.steps import Cut, MessageStarted, Step


class Transcript:
    """Incremental, no I/O. Citations are shown as `[n]`; `sources` lists what they stand for."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._cited: dict[int, None] = {}
        self._begun = False

    def read(self, step: Step) -> str:
        match step:
            case str():
                return step
            case Citation():
                self._cited.update(dict.fromkeys(step.numbers))
                return " " + "".join(f"[{number}]" for number in step.numbers)
            case MessageStarted():
                gap = "\n\n" if self._begun else ""
                self._begun = True
                return gap
            case Cut():
                return "\n\n(The answer is longer than the model may write: it ends here.)"
            case _:
                return ""

    def sources(self) -> str:
        """Empty when nothing was cited."""
        passages = [self._sources[number] for number in sorted(self._cited)]
        return "".join(f"[{p.number}] {p.path}\n    {p.url}\n" for p in passages)
