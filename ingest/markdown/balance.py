"""JSX tags that are opened but not closed, or the reverse: MDX would not compile."""

from collections.abc import Iterable

from markdown_it.token import Token

from ingest.markdown.javascript import Tag

_CONTAINERS = ("blockquote", "list_item", "container", "footnote")
_OPEN = {f"{name}_open" for name in _CONTAINERS}
_CLOSE = {f"{name}_close" for name in _CONTAINERS}


def unbalanced(tokens: Iterable[Token]) -> list[tuple[str, int]]:
    """A message and a line (0-based) for each; a tag must end in the container it began in."""
    found: list[tuple[str, int]] = []
    open_tags: list[list[tuple[Tag, int]]] = [[]]
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        if token.type == "flow":
            for item in token.meta["items"]:
                if isinstance(item, Tag):
                    _count(item, line, open_tags[-1], found)
        elif token.type == "inline" and "<" in token.content:
            inside: list[tuple[Tag, int]] = []
            for child in token.children or ():
                if child.type == "jsx":
                    _count(child.meta["tag"], line, inside, found)
            _left_open(inside, found)
        elif token.type in _OPEN:
            open_tags.append([])
        elif token.type in _CLOSE:
            _left_open(open_tags.pop(), found)
    _left_open(open_tags[0], found)
    return found


def _count(
    tag: Tag, line: int, open_tags: list[tuple[Tag, int]], found: list[tuple[str, int]]
) -> None:
    if tag.self_closing:
        return
    if not tag.closing:
        open_tags.append((tag, line))
    elif open_tags and open_tags[-1][0].name == tag.name:
        open_tags.pop()
    else:
        found.append((f"`</{tag.name}>` closes nothing", line))


def _left_open(open_tags: list[tuple[Tag, int]], found: list[tuple[str, int]]) -> None:
    found.extend((f"`<{tag.name}>` is not closed", line) for tag, line in open_tags)
