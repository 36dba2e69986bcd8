"""Front matter as Docusaurus reads it: gray-matter's fences, js-yaml 4's YAML."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from ingest.markdown.page import SourceError

_OPENING = re.compile(r"---(?!-)([^\n]*)\n?")
_CLOSED = re.compile(r"---[ \t]*\n(?:.*?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
_DEEPEST = 500
_MOST_MERGED_KEYS = 10_000  # `<<` of `<<` doubles at each level


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`body` starts at the file's line `first_body_line` (1-based).

    `excerpt_body` is where Docusaurus looks for title and description; it differs from `body`
    only when the closing fence is missing or malformed. With an `error`, `data` is empty.
    """

    data: Mapping[str, Any]
    body: str
    first_body_line: int
    excerpt_body: str
    error: SourceError | None = None


def front_matter(text: str) -> FrontMatter:
    """Split a file with `\\n` line ends into its front matter and the rest."""
    text = text.removeprefix("\ufeff")
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter({}, text, 1, text)
    end = text.find("\n---", opening.start() + 3)
    matter = text[opening.end() : end + 1] if end >= 0 else text[opening.end() :]
    excerpt_body = text[end + 4 :] if end >= 0 else ""
    closed = _CLOSED.match(text)
    body = text[closed.end() :] if closed else text
    first_line = text.count("\n", 0, closed.end()) + 1 if closed else 1
    data: Mapping[str, Any] = {}
    error = None
    try:
        data = _mapping(matter, opening[1].strip())
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = min(mark.line, matter.rstrip("\n").count("\n")) if mark else -1
        error = SourceError(f"front matter: {failure.problem}", line + 2)
    except (yaml.YAMLError, ValueError, RecursionError) as failure:
        error = SourceError(f"front matter: {failure}", 1)
    return FrontMatter(data, body, first_line, excerpt_body, error)


def _mapping(matter: str, language: str) -> Mapping[str, Any]:
    match language.lower():
        case "" | "yaml" | "yml":
            nesting = sum(map(matter.count, "[{?-"))
            loader = _FastLoader if nesting < _DEEPEST else _Loader
            data: object = yaml.load(matter, loader)  # noqa: S506 - SafeLoaders of our own
        case "json":
            data = json.loads(matter)
        case _:
            raise ValueError(f"language {language!r} is not read; use YAML or JSON")
    if not isinstance(data, dict):
        return {}
    return {str(key): value for key, value in cast("dict[object, Any]", data).items()}


_DIGITS = "0123456789"
_RESOLVERS = (  # a tag, what its plain scalars match, the characters they may begin with
    ("null", r"(?:~|null|Null|NULL|)\Z", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)\Z", "tTfF"),
    ("int", r"[-+]?(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)\Z", "-+" + _DIGITS),
    (
        "float",
        r"(?:[-+]?(?:[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?"
        r"|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN))\Z",
        "-+." + _DIGITS,
    ),
    (
        "timestamp",
        r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}"
        r":[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)\Z",
        _DIGITS,
    ),
    ("merge", r"<<\Z", "<"),
)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    by_first: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, characters in _RESOLVERS:
        for character in characters:
            rule = (f"tag:yaml.org,2002:{tag}", re.compile(pattern))
            by_first.setdefault(character, []).append(rule)
    return by_first


class _Core(yaml.constructor.SafeConstructor):
    """YAML 1.2 core with timestamps and `<<`; PyYAML's own rules are YAML 1.1."""

    yaml_implicit_resolvers = _resolvers()

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        problem=f"duplicate key {key.value!r}", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        if len(node.value) > _MOST_MERGED_KEYS:
            raise yaml.constructor.ConstructorError(problem="too many merged keys")


def _integer(loader: _Core, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node).lower()
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2])
    return sign * (int(digits[2:], base) if base else int(digits))


def _float(loader: _Core, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node).lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


def _timestamp(loader: _Core, node: yaml.ScalarNode) -> object:
    """JavaScript has a 29th of February in every year: such a day stays as it is written."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return loader.construct_scalar(node)


cast("Any", _Core).add_constructor("tag:yaml.org,2002:timestamp", _timestamp)
cast("Any", _Core).add_constructor("tag:yaml.org,2002:int", _integer)
cast("Any", _Core).add_constructor("tag:yaml.org,2002:float", _float)
_CSafeLoader = cast(
    "type[yaml.SafeLoader]", yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
)


class _Loader(_Core, yaml.SafeLoader):
    """Ends in a RecursionError where nesting is too deep."""


class _FastLoader(_Core, _CSafeLoader):
    """Ten times as fast; nesting that is too deep ends the process."""


def text_field(data: Mapping[str, Any], name: str) -> str | None:
    """A field that Docusaurus takes as a string; numbers as JavaScript prints them.

    `id: 1.10` is `1.1` and `007` is `7`. None where it is missing or of another type.
    """
    value: object = data.get(name)
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)
