"""Where JSX tags, expressions and ES modules end in a source: scanners, not parsers.

A scan gives the end of a construct, `None` where there is no such construct, and raises
`Unfinished` where the text ends first. All work is charged to a budget, because an unclosed
`{` on every line would otherwise cost the square of the page.
"""

import html
import re
import sys
from dataclasses import dataclass, field

_NAME = re.compile(r"[^\W\d][\w$-]*(?:[.:][^\W\d][\w$-]*)*|[$][\w$-]*")
_ATTRIBUTE = re.compile(r"(?:[^\W\d]|[$])[\w$-]*(?::[\w$-]+)?")
_EQUALS = re.compile(r"\s*=\s*")
_SPACE = re.compile(r"\s*")
_SPREAD = re.compile(r"\{\s*\.\.\.")
_BRACES = re.compile(r"[{}\"'`]|//|/\*|<(?=[\w$>])")
_BRACKETS = re.compile(r"[\[\](){}\"'`]|//|/\*|<(?=[\w$>])|\n[ \t]*(?=\n|\Z)")
_IN_ELEMENT = re.compile(r"[{<]")
_BEFORE_ELEMENT = re.compile(r"(?:[({\[,;=?:&|>!]|\b(?:return|default))\Z")
_IN_TEMPLATE = re.compile(r"[`\\]|\$\{")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_QUOTES = ("//", "/*", '"', "'")
_OPENING = "{([`"
_OPENING_OF = {"}": "{", ")": "(", "]": "["}
_MARKS_IN = {"`": _IN_TEMPLATE, "<": _IN_ELEMENT}
_DEEPEST = 50  # elements in the attributes of elements


class Unfinished(Exception):  # noqa: N818 - not an error: more lines may finish it
    """The text, or the budget, ends inside the construct."""


class Budget:
    """Steps that the scans of one page may take; when they are used up, nothing is found."""

    def __init__(self, characters: int) -> None:
        self.left = 100_000 + 2 * characters
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Raises `Unfinished` when nothing is left."""
        self.left -= steps
        if self.left <= 0:
            raise Unfinished


@dataclass(frozen=True, slots=True)
class Tag:
    """A JSX tag. Attributes given as expressions hold their source in braces."""

    name: str  # "" for a fragment
    closing: bool = False
    self_closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Expression:
    """The source between two braces."""

    source: str

    @property
    def comment(self) -> str | None:
        """The text of `/* … */` when there is nothing else."""
        text = self.source.strip()
        if text.startswith("/*") and text.find("*/", 2) == len(text) - 2 > 1:
            return text[2:-2]
        return None


def expression(text: str, start: int, budget: Budget) -> int:
    """The end of the expression whose `{` is at `start`."""
    budget.depth += 1
    try:
        found = _last_mark(text, start + 1, ["{"], _BRACES, budget)
    finally:
        budget.depth -= 1
    return found.end() if found else len(text)


def module_end(text: str, start: int, limit: int, budget: Budget) -> int:
    """The first blank line after an `import` or `export` at which all brackets are closed.

    Nothing at `limit` or behind it is looked at.
    """
    found = _last_mark(text, start, [], _BRACKETS, budget, limit)
    return found.start() if found else limit


def _last_mark(
    text: str,
    position: int,
    stack: list[str],
    marks: re.Pattern[str],
    budget: Budget,
    limit: int = sys.maxsize,
) -> re.Match[str] | None:
    """The brace that closes the stack, or the blank line where it is empty; None: the end.

    On the stack are brackets, "`" of templates and "<" of JSX elements, in whose text quotes and
    other brackets are letters.
    """
    if budget.depth > _DEEPEST:
        raise Unfinished
    while True:
        top = stack[-1] if stack else ""
        found = _MARKS_IN.get(top, marks).search(text, position, limit)
        budget.spend(1 + ((found.start() if found else min(len(text), limit)) - position) // 32)
        if found is None:
            if stack:
                raise Unfinished
            return None
        mark = found[0]
        position = found.end()
        if top == "`":
            position = _template_step(mark, stack, position)
        elif "<" in (top, mark):
            position = _element_step(text, found.start(), stack, budget)
        elif mark in _QUOTES:
            position = _after_quoted(text, found.start(), mark, budget)
        elif mark[0] != "\n":
            _bracket(mark, stack)
        if not stack and (mark[0] == "\n" or marks is _BRACES):
            return found


def _bracket(mark: str, stack: list[str]) -> None:
    if mark in _OPENING:
        stack.append(mark)
    elif stack[-1:] != [_OPENING_OF[mark]]:
        raise Unfinished
    else:
        stack.pop()


def _template_step(mark: str, stack: list[str], position: int) -> int:
    if mark == "`":
        stack.pop()
    elif mark == "${":
        stack.append("{")
    else:
        return position + 1
    return position


def _element_step(text: str, start: int, stack: list[str], budget: Budget) -> int:
    """After the tag, or the brace in an element's text, that is at `start`."""
    if text[start] == "{":
        stack.append("{")
        return start + 1
    inside = stack[-1:] == ["<"]
    found = tag(text, start, budget) if inside or _may_begin(text, start) else None
    if found is None:
        return start + 1
    if found[0].closing and inside:
        stack.pop()
    elif not found[0].self_closing:
        stack.append("<")
    return found[1]


def _may_begin(text: str, start: int) -> bool:
    """Whether `<` is no operator, by what is before it."""
    end = start
    while end and text[end - 1].isspace():
        end -= 1
    return bool(_BEFORE_ELEMENT.search(text, max(0, end - len(" default")), end))


def _after_quoted(text: str, start: int, mark: str, budget: Budget) -> int:
    """The end of a comment or a string; a quote that is not closed on its line is a letter."""
    if mark in "\"'":
        string = _STRING.match(text, start)
        return string.end() if string else start + 1
    end = text.find("\n" if mark == "//" else "*/", start + 2)
    budget.spend(((len(text) if end < 0 else end) - start) // 32)
    if end < 0:
        raise Unfinished
    return end if mark == "//" else end + 2


def tag(text: str, start: int, budget: Budget) -> tuple[Tag, int] | None:
    """The JSX tag whose `<` is at `start`, and its end."""
    position = start + 1
    if position >= len(text) or text[position] in " \t\n":
        return None
    closing = text[position] == "/"
    if closing:
        position = _skip(text, position + 1)
    name = _NAME.match(text, position)
    attributes: dict[str, str] = {}
    if name:
        position = name.end()
        after = _attributes(text, position, attributes, budget)
        if after is None:
            return None
        position = after
    position = _skip(text, position)
    self_closing = text[position] == "/"
    if self_closing:
        position = _skip(text, position + 1)
    if text[position] != ">" or (closing and (attributes or self_closing)):
        return None
    return Tag(name[0] if name else "", closing, self_closing, attributes), position + 1


def _skip(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    position = space.end() if space else position
    if position >= len(text):
        raise Unfinished
    return position


def _attributes(text: str, position: int, attributes: dict[str, str], budget: Budget) -> int | None:
    while True:
        before = position
        position = _skip(text, position)
        budget.spend(1 + (position - before) // 32)
        if text[position] in "/>":
            return position
        if _SPREAD.match(text, position):
            position = expression(text, position, budget)
            continue
        after = _attribute(text, position, attributes, budget)
        if after is None:
            return None
        position = after


def _attribute(text: str, position: int, attributes: dict[str, str], budget: Budget) -> int | None:
    name = _ATTRIBUTE.match(text, position)
    if name is None:
        return None
    equals = _EQUALS.match(text, name.end())
    if equals is None:
        attributes[name[0]] = ""
        return name.end()
    position = equals.end()
    if position >= len(text):
        raise Unfinished
    quote = text[position]
    if quote == "{":
        end = expression(text, position, budget)
        attributes[name[0]] = text[position:end]
        return end
    if quote not in "\"'":
        return None
    end = text.find(quote, position + 1)
    budget.spend((end - position if end >= 0 else len(text)) // 32)
    if end < 0:
        raise Unfinished
    attributes[name[0]] = html.unescape(text[position + 1 : end])
    return end + 1
