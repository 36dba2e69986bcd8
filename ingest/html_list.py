"""Lists of a page of a built site, as lines of text. Pure: no I/O."""

from collections.abc import Iterable


class Lists:
    """One list with those inside of it."""

    def __init__(self) -> None:
        self._open: list[int | None] = []  # the next number of each, None for bullets
        self._lines: list[str] = []
        self._bullet = ""

    def __bool__(self) -> bool:
        return bool(self._open)

    def start(self, tag: str, number: str) -> None:
        """`number` is what an ordered list begins at, when it says."""
        first = int(number) if number.isdecimal() and len(number) < 10 else 1
        self._open.append(first if tag == "ol" else None)

    def item(self) -> None:
        number = self._open[-1] if self._open else None
        self._bullet = "- " if number is None else f"{number}. "
        if number is not None:
            self._open[-1] = number + 1

    def add(self, text: str, labels: Iterable[str]) -> None:
        indent = "  " * (len(self._open) - 1)
        self._lines += [indent + label for label in labels]
        first, *more = text.split("\n")
        self._lines.append(indent + (self._bullet or "  ") + first)
        self._lines += [f"{indent}  {line}" for line in more]
        self._bullet = ""

    def end(self) -> None:
        if self._open:
            self._open.pop()

    def taken(self) -> str:
        lines, self._lines = self._lines, []
        return "\n".join(lines)
