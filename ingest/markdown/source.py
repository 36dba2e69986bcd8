"""What Docusaurus does to a source by regular expression, before and beside parsing it."""

import re
from bisect import bisect_left

from ingest.markdown.page import MarkdownOptions


def prepared(body: str, options: MarkdownOptions) -> tuple[str, list[int] | None]:
    """The body as MDX gets it, and the line (0-based) each of its lines had before.

    None: no line has moved.
    """
    if ":::" in body:
        keywords = "|".join(map(re.escape, options.admonition_keywords))
        titled = re.compile(rf"^((?:> ?)*(?: +|\t+)?:{{3,}}(?:{keywords})) +(.*)$", re.MULTILINE)
        body = titled.sub(r"\1[\2]", body)
    if "mdx-code-block" not in body:
        return body, None
    return _unwrapped(body)


def _unwrapped(body: str) -> tuple[str, list[int]]:
    """Without the fences of `mdx-code-block`: three backticks first, then four.

    An opening on the line after a closing is not seen, nor a closing on the line after its opening.
    """
    lines = list(enumerate(body.split("\n")))
    for fence in ("```", "````"):
        opening = re.compile(rf" *{fence} *mdx-code-block")
        closings = [at for at, (_, line) in enumerate(lines) if line.lstrip(" ") == fence]
        gone: set[int] = set()
        free = 0
        for at, (_, line) in enumerate(lines):
            if at < free or not opening.fullmatch(line):
                continue
            closing = bisect_left(closings, at + 2)
            if closing == len(closings):
                break
            gone |= {at, closings[closing]}
            free = closings[closing] + 2
        lines = [line for at, line in enumerate(lines) if at not in gone]
    return "\n".join(line for _, line in lines), [number for number, _ in lines]


_LONGEST_LINE = 4_000  # some patterns take the square of a line's length at worst
_IMPORTS = re.compile(r"\A(?:import\s(?:[^\n]|\n(?!\n))*\n{2,})*")
_TITLE = re.compile(r"#[ \t]+(?P<title>[^ \t][^\n\r\u2028\u2029]*)(?:\n|\Z)")
_SETEXT_TITLE = re.compile(r"(?P<title>[^\n\r\u2028\u2029]*)\n=+(?:\n|\Z)")
_TITLE_END = re.compile(r"\s*+(?:\{#*[A-Za-z0-9_-]+\}|#+)\Z")
_SETEXT_TITLE_END = re.compile(r"\s*+=+\Z")
_TITLE_CODE = re.compile(r"`([^`]*)`")


def content_title(text: str) -> str | None:
    """Docusaurus's title of a page without a front matter title: the raw text of its first h1."""
    text = text.strip(_JS_SPACE)
    text = text[_end(_IMPORTS, text) :].strip(_JS_SPACE) if text.startswith("import") else text
    text = text[:_LONGEST_LINE]
    found, end = _TITLE.match(text), _TITLE_END
    if found is None:
        found, end = _SETEXT_TITLE.match(text), _SETEXT_TITLE_END
    if found is None:
        return None
    title = end.sub("", found["title"].strip(_JS_SPACE))
    return _TITLE_CODE.sub(r"\1", title).strip(_JS_SPACE)


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


_JS_SPACE = " \t\n\v\f\r\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_ID = r"\{#*[A-Za-z0-9_-]+\}"
_ONCE = (r":::.*", _ID)
_CLEANINGS = tuple(
    (re.compile(pattern, re.MULTILINE), replacement, 1 if pattern in _ONCE else 0)
    for pattern, replacement in (
        (r"<[^>]*>", ""),
        (r"^#[^#]+#?", ""),
        (r"^#{1,6}\s*([^#]*?)\s*#{0,6}", r"\1"),
        (r"([*_]{1,3})(.*?)\1", r"\2"),
        (r"~~(\S.*\S)~~", r"\1"),
        (r"!\[(.*?)\][\[(].*?[\])]", r"\1"),
        (r"\[\^.+?\](?:: .*$)?", ""),
        (r"\[(.*?)\][\[(].*?[\])]", r"\1"),
        (r"`(.+?)`", r"\1"),
        (r"\A\s{0,3}>\s?", ""),
        (r":::.*", ""),
        (r"\s?:(?:::|[^:\n])+:", ""),
        (_ID, ""),
    )
)


def excerpt(text: str) -> str | None:
    """Docusaurus's description of a page without one: its first line that is not empty."""
    text = text.lstrip(_JS_SPACE)
    _, _, after_first_line = text.partition("\n")
    if after_first_line.startswith("="):  # a setext title
        text = after_first_line.lstrip("=")
    in_code = in_import = False
    fence = 0
    for line in text.split("\n"):
        if not line.strip(_JS_SPACE):
            in_import = False
        elif not in_code and (in_import or re.match(r"(?:import|export)\s", line)):
            in_import = True
        elif (ticks := line.strip(_JS_SPACE)).startswith("```"):
            length = len(ticks) - len(ticks.lstrip("`"))
            if not in_code:
                in_code, fence = True, length
            elif length >= fence:
                in_code = False
        elif not in_code and (cleaned := _cleaned(line[:_LONGEST_LINE])):
            return cleaned
    return None


def _cleaned(line: str) -> str:
    for pattern, replacement, count in _CLEANINGS:
        line = pattern.sub(replacement, line, count)
    return line.strip(_JS_SPACE)
