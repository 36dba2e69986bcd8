"""A reader's turn, as the answer needs it."""

from dataclasses import dataclass, field

from app.context import Page


@dataclass(frozen=True, slots=True)
class Mention:
    """A page that the reader named with `@`."""

    title: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    quoted: str = ""
    """What the reader had selected."""
    mentions: tuple[Mention, ...] = ()
    page: Page = field(default_factory=Page)
    """Where the reader is."""
    model: str = ""
    """The name of the model that the reader chose; empty for the default."""
    tool: str = ""
    """What the reader wants done first."""
    tools: frozenset[str] = frozenset()
    """What the reader's page can do for the model."""

    @property
    def query(self) -> str:
        """What to search for: the reader's words, with what they point at."""
        return "\n".join(
            part
            for part in (self.text, *(m.title for m in self.mentions), self.quoted[:400])
            if part
        )
