"""The syntax tree of a configuration, and the text of its nodes."""

from functools import cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from ingest.markdown.literals import unescaped


@cache
def parser() -> Parser:
    return Parser(Language(tree_sitter_typescript.language_typescript()))


def field(node: Node, name: str) -> Node:
    found = node.child_by_field_name(name)
    if found is None:
        raise ValueError(f"{node.type} has no {name}")
    return found


def text(node: Node) -> str:
    return (node.text or b"").decode()


def string(node: Node) -> str:
    return unescaped("".join(text(part) for part in node.named_children))
