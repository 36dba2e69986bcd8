"""What the rules of one page share, and how they look at its lines."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it.rules_block import StateBlock

from ingest.markdown.javascript import Budget, Expression, Tag
from ingest.markdown.page import MarkdownOptions

FlowItem = Tag | Expression
BlockRule = Callable[[StateBlock, int, int, bool], bool]

_CONTAINER_END = re.compile(r"^[> \t]*(:{3,})[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Scan:
    """What the rules of one page share."""

    budget: Budget
    source: str
    options: MarkdownOptions
    comment_ends: list[int] = field(default_factory=list[int])
    container_ends: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    flows: dict[tuple[int, int, int], tuple[list[FlowItem], int] | None] = field(
        default_factory=dict[tuple[int, int, int], tuple[list[FlowItem], int] | None]
    )
    footnotes: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])
    """The first line that defines each, by the number of directives that it is in."""
    directives: int = 0  # around what is being parsed
    errors: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    line: int = 0  # of the inline content being parsed

    def __post_init__(self) -> None:
        self.comment_ends = [end.end() for end in re.finditer("-->", self.source)]
        line = position = 0
        for end in _CONTAINER_END.finditer(self.source) if ":::" in self.source else ():
            line += self.source.count("\n", position, end.start(1))
            position = end.start(1)
            self.container_ends.append((line, len(end[1])))

    def define_footnote(self, name: str, line: int) -> None:
        self.footnotes.setdefault(name.lower(), {}).setdefault(self.directives, line)

    def has_footnote(self, name: str) -> bool:
        """Whether micromark knows it at the inline content being parsed.

        It parses what is in a directive after what is beside it, text and directives in order:
        definitions further in are known when they are one directive deeper and come first.
        """
        return any(
            depth <= self.directives or (depth == self.directives + 1 and line < self.line)
            for depth, line in self.footnotes.get(name.lower(), {}).items()
        )

    def report(self, message: str, line: int | None = None) -> None:
        """A mistake on a line (0-based) of the parsed text; by default the inline content's."""
        self.errors.append((message, self.line if line is None else line))


def scan_of(state: StateBlock) -> Scan:
    return state.env["scan"]


def line_text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def content_end(state: StateBlock, start: int, end: int) -> int:
    """The line after the last that is indented enough for this container."""
    if state.blkIndent:
        for line in range(start + 1, end):
            if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
                return line
    return end
