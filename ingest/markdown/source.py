"""What Docusaurus does to a source by regular expression, before and beside parsing it."""

import re

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
    lines = body.split("\n")
    kept: list[str] = []
    numbers: list[int] = []
    fence = ""
    for number, line in enumerate(lines):
        text = line.strip(" ")
        if not fence and (opening := re.fullmatch(r"(`{3,4}) *mdx-code-block", text)):
            fence = opening[1]
        elif fence and text == fence:
            fence = ""
        else:
            kept.append(line)
            numbers.append(number)
    return "\n".join(kept), numbers


_LONGEST_LINE = 4_000  # some patterns take the square of a line's length at worst
_IMPORTS = re.compile(r"\A(?:import\s(?:[^\n]|\n(?!\n))*\n{2,})*")
_TITLE = re.compile(
    r"#(?:[ \t]+(?P<title>[^\n\r\u2028\u2029]*?))?(?:[ \t]*\{#[\w-]+\}|[ \t]+#+)?[ \t]*(?:\n|\Z)"
)
_SETEXT_TITLE = re.compile(r"(?P<title>[^\n\r\u2028\u2029]*)\n=+(?:\n|\Z)")
_TITLE_CODE = re.compile(r"`([^`]*)`")


def content_title(text: str) -> str | None:
    """Docusaurus's title of a page without a front matter title: the raw text of its first h1."""
    text = text.strip(_JS_SPACE)
    text = text[_end(_IMPORTS, text) :].strip(_JS_SPACE) if text.startswith("import") else text
    text = text[:_LONGEST_LINE]
    found = _TITLE.match(text) if text.startswith(("# ", "#\t")) else _SETEXT_TITLE.match(text)
    if found is None:
        return None
    return _TITLE_CODE.sub(r"\1", (found["title"] or "").strip(_JS_SPACE))


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


_JS_SPACE = " \t\n\v\f\r\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_ONCE = (r":::.*", r"\{#*[\w-]+\}")
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
        (r"\{#*[\w-]+\}", ""),
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
