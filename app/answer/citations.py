"""Markers in the model's Markdown → text for the reader, and citations.

The model writes `[n]`. A marker whose number is known becomes a `Citation`; an invented one
vanishes. Links keep their target only where the site's own index knows it, images keep their
alternative text. Code is left alone. Any of these may be split between any two deltas.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_LONGEST_LABEL = 400
_LONGEST_TARGET = 2_000

_PLAIN = re.compile(r"[^`~\\!\[【\n]+")
_MARKER = re.compile(r"\[?\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*\]?")
_FULLWIDTH = re.compile(r"【(\d{1,3})[^】\n]{0,40}】")
_LABEL = re.compile(r"!?\[(\[\s*\d[\d\s,]*\]|(?:[^\[\]\n\\`]|\\.|`[^`\n]*`)*)\]")
_TARGET = re.compile(r"""\(\s*<?((?:[^\s()<>]|\([^\s()]*\))*)>?(?:\s+["'][^"'\n]*["'])?\s*\)""")
_DEFINED = re.compile(r"\s*<?(?:[A-Za-z][\w+.-]*:|[/#.])")
_LINE_OPENING = re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])?\s*\Z")
_INDEXED = re.compile(r"[=\w]|\.\w")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the text, right after what was decoded so far, that rests on these passages."""

    numbers: tuple[int, ...]


class CitationDecoder:
    """Incremental, no I/O. `decode` gives what is certain so far, `flush` the rest.

    `known` says whether a passage has that number, `linked` whether a URL may stay a link.
    """

    def __init__(self, known: Callable[[int], bool], linked: Callable[[str], bool]) -> None:
        self._known = known
        self._linked = linked
        self._held = ""
        self._spaces = ""
        self._line = ""  # of the text as written, up to here: enough to know how it opens
        self._fence = ""
        self._opening = False  # on the line that opens the fence
        self._ticks = 0
        self._last = ""
        self._out: list[str | Citation] = []

    def decode(self, delta: str) -> list[str | Citation]:
        self._held += delta
        return self._scan(final=False)

    def flush(self) -> list[str | Citation]:
        return self._scan(final=True)

    def _scan(self, *, final: bool) -> list[str | Citation]:
        text, at = self._held, 0
        while at < len(text):
            length = self._take(text, at, final)
            if length == 0:
                break
            at += length
        self._held = text[at:]
        if final and self._spaces:
            self._emit("")
        out, self._out = self._out, []
        return out

    def _take(self, text: str, at: int, final: bool) -> int:
        """Length of the construct at `at`, decoded; 0 to wait for more."""
        match text[at]:
            case "\n":
                return self._newline()
            case "`" | "~":
                return self._run(text, at, final)
            case _ if self._fence or self._ticks:
                return self._code(text, at)
            case "\\":
                return self._emit(text[at : at + 2]) if at + 1 < len(text) or final else 0
            case "!" if at + 1 == len(text) and not final:
                return 0
            case "!" if not text.startswith("[", at + 1):
                return self._emit("!")
            case "【":
                return self._fullwidth(text, at, final)
            case "!" | "[":
                return self._bracket(text, at, final)
            case _:
                return self._plain(text, at)

    def _emit(self, text: str) -> int:
        """Hand on text, after the spaces that no citation swallowed."""
        written = self._spaces + text
        self._spaces = ""
        if self._out and isinstance(self._out[-1], str):
            self._out[-1] += written
        elif written:
            self._out.append(written)
        self._line = (self._line + written)[:200] if len(self._line) < 200 else self._line
        self._last = written[-1:]
        return len(text)

    def _newline(self) -> int:
        if self._opening:
            self._opening = False
        elif self._fence and _closes(self._line, self._fence):
            self._fence = ""
        elif not self._line.strip():
            self._ticks = 0  # a code span ends with its paragraph
        self._emit("\n")
        self._line = ""
        return 1

    def _run(self, text: str, at: int, final: bool) -> int:
        mark = text[at]
        end = at
        while end < len(text) and text[end] == mark:
            end += 1
        if end == len(text) and not final:
            return 0
        run = end - at
        if not self._fence:
            if not self._ticks and run >= 3 and _LINE_OPENING.match(self._line + self._spaces):
                self._fence, self._opening = mark * run, True
            elif mark == "`":
                self._ticks = 0 if run == self._ticks else self._ticks or run
        return self._emit(text[at:end])

    def _code(self, text: str, at: int) -> int:
        end = at
        while end < len(text) and text[end] not in "`~\n":
            end += 1
        return self._emit(text[at:end])

    def _plain(self, text: str, at: int) -> int:
        found = _PLAIN.match(text, at)
        run = found.group() if found else text[at]
        kept = run.rstrip(" ")
        if kept:
            self._emit(kept)
        self._spaces += run[len(kept) :]
        return len(run)

    def _fullwidth(self, text: str, at: int, final: bool) -> int:
        if found := _FULLWIDTH.match(text, at):
            self._cite(found.group(1))
            return len(found.group())
        waiting = not final and len(text) - at < 48 and "\n" not in text[at:]
        return 0 if waiting else self._emit("【")

    def _bracket(self, text: str, at: int, final: bool) -> int:
        found = _LABEL.match(text, at)
        if not found:
            tail = text[text.index("[", at) + 1 : at + _LONGEST_LABEL]
            waiting = not final and len(text) - at < _LONGEST_LABEL and "\n" not in tail
            return 0 if waiting and not _closed(tail) else self._emit(text[at])
        after = text[found.end() : found.end() + 2]
        if len(after) < 2 and not final:
            return 0
        if after[:1] == "(":
            return self._link(text, found, final)
        if after[:1] == ":" and _LINE_OPENING.match(self._line + self._spaces):
            return self._definition(text, found, final)
        if found.group()[0] == "!":
            return self._emit("!")
        marker = _MARKER.fullmatch(found.group(1))
        if marker and not self._indexes(after) and self._cite(marker.group(1)):
            return len(found.group())
        return self._emit(found.group())

    def _indexes(self, after: str) -> bool:
        """Whether `x[1]` is an array's index rather than a word with a citation."""
        word = not self._spaces and (self._last.isalnum() or self._last in "_)]")
        return bool(word and self._last and _INDEXED.match(after))

    def _link(self, text: str, label: re.Match[str], final: bool) -> int:
        found = _TARGET.match(text, label.end())
        if not found:
            rest = text[label.end() : label.end() + _LONGEST_TARGET]
            waiting = not final and len(rest) < _LONGEST_TARGET and "\n" not in rest
            if waiting and not _closed(rest, "()"):
                return 0
            return self._emit(label.group().lstrip("!"))
        marker = _MARKER.fullmatch(label.group(1))
        if not (marker and self._cite(marker.group(1))):
            kept = label.group()[0] == "[" and self._linked(found.group(1))
            self._emit(text[label.start() : found.end()] if kept else label.group(1))
        return found.end() - label.start()

    def _definition(self, text: str, label: re.Match[str], final: bool) -> int:
        """A link definition would give a target to a later label: the whole line goes."""
        end = text.find("\n", label.end())
        if end < 0 and not final and len(text) - label.start() < _LONGEST_TARGET:
            return 0
        end = len(text) if end < 0 else end
        if _DEFINED.match(text, label.end() + 1):
            self._spaces = ""
            return end - label.start()
        return self._emit(label.group())

    def _cite(self, listed: str) -> bool:
        """False for a number too large to be meant as a marker."""
        numbers = [int(n) for n in listed.split(",")]
        known = tuple(dict.fromkeys(n for n in numbers if self._known(n)))
        if not known and max(numbers) > 99:
            return False
        self._spaces = ""
        if known:
            self._out.append(Citation(known))
        self._last = ""
        return True


def _closes(line: str, fence: str) -> bool:
    run = line.strip(" \t>")
    return len(run) >= len(fence) and not run.strip(fence[0])


def _closed(text: str, pair: str = "[]") -> bool:
    """Whether the bracket that stands before `text` is closed in it."""
    depth = 1 if pair == "[]" else 0
    for c in text:
        depth += (c == pair[0]) - (c == pair[1])
        if depth == 0:
            return True
    return False
