"""Expressions of a configuration: literals, constants, a few operators and path functions."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import cast

from tree_sitter import Node

from ingest.config_methods import GLOBALS, called, method
from ingest.config_syntax import field, string, text
from ingest.config_values import (
    CODE,
    UNDEFINED,
    UNKNOWN,
    Scope,
    Value,
    is_list,
    is_object,
    lookup,
    spread_in,
    truthy,
)
from ingest.markdown.literals import unescaped


class Expressions(ABC):
    """What an expression in a file is worth. The file itself says what it imports and calls."""

    folder: Path
    """Of the file."""
    calls_left = 10_000
    """Then every call is unknown, so that functions that call themselves end."""

    @abstractmethod
    def required(self, source: str, name: str | None = None) -> Value: ...

    @abstractmethod
    def function(self, node: Node, scope: Scope) -> Value: ...

    def value(self, node: Node, scope: Scope) -> Value:
        evaluate = _EVALUATORS.get(node.type)
        return evaluate(self, node, scope) if evaluate else UNKNOWN

    def object(self, node: Node, scope: Scope) -> Value:
        made: dict[str, Value] = {}
        for part in node.named_children:
            match part.type:
                case "pair":
                    made[self._key(field(part, "key"), scope)] = self.value(
                        field(part, "value"), scope
                    )
                case "shorthand_property_identifier":
                    made[text(part)] = scope.get(text(part), UNKNOWN)
                case "spread_element":
                    spread = self.value(part.named_children[0], scope)
                    made |= spread if is_object(spread) else spread_in(spread)
                case "method_definition":
                    made[text(field(part, "name"))] = UNKNOWN
                case _:
                    pass
        return made

    def _key(self, node: Node, scope: Scope) -> str:
        if node.type == "computed_property_name":
            return str(self.value(node.named_children[0], scope))
        return string(node) if node.type == "string" else text(node)

    def array(self, node: Node, scope: Scope) -> list[Value]:
        made: list[Value] = []
        for part in node.named_children:
            if part.type == "spread_element":
                spread = self.value(part.named_children[0], scope)
                made += spread if is_list(spread) else [UNKNOWN]
            elif part.type != "comment":
                made.append(self.value(part, scope))
        return made

    def template(self, node: Node, scope: Scope) -> Value:
        written = ""
        for part in node.named_children:
            if part.type == "template_substitution":
                value = self.value(part.named_children[0], scope)
                if not isinstance(value, str | int):
                    return UNKNOWN
                written += str(value)
            else:
                written += unescaped(text(part))
        return written

    def member(self, node: Node, scope: Scope) -> Value:
        whole = text(node)
        if whole.startswith("process.env"):
            return UNDEFINED  # as in a plain production build
        if whole in scope:
            return scope[whole]
        holder = self.value(field(node, "object"), scope)
        name = text(field(node, "property"))
        if name == "length" and isinstance(holder, list | str):
            return len(cast("list[Value] | str", holder))
        return lookup(holder, name)

    def subscript(self, node: Node, scope: Scope) -> Value:
        index = self.value(field(node, "index"), scope)
        holder = self.value(field(node, "object"), scope)
        return lookup(holder, index) if isinstance(index, str | int) else UNKNOWN

    def binary(self, node: Node, scope: Scope) -> Value:
        left = self.value(field(node, "left"), scope)
        operator = text(field(node, "operator"))
        if left is UNKNOWN:
            return UNKNOWN
        if operator == "??":
            return self._right(node, scope) if left is None or left is UNDEFINED else left
        if operator in {"||", "&&"}:
            return left if truthy(left) == (operator == "||") else self._right(node, scope)
        right = self._right(node, scope)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return left + right
        if operator in {"===", "==", "!==", "!="} and right is not UNKNOWN:
            same = left == right or (len(operator) == 2 and _absent(left) and _absent(right))
            return same == (operator[0] == "=")
        return UNKNOWN

    def _right(self, node: Node, scope: Scope) -> Value:
        return self.value(field(node, "right"), scope)

    def unary(self, node: Node, scope: Scope) -> Value:
        value = self.value(field(node, "argument"), scope)
        operator = text(field(node, "operator"))
        if operator == "!" and value is not UNKNOWN:
            return not truthy(value)
        return -value if operator == "-" and isinstance(value, int) else UNKNOWN

    def ternary(self, node: Node, scope: Scope) -> Value:
        condition = self.value(field(node, "condition"), scope)
        if condition is UNKNOWN:
            return UNKNOWN
        chosen = "consequence" if truthy(condition) else "alternative"
        return self.value(field(node, chosen), scope)

    def call(self, node: Node, scope: Scope) -> Value:
        self.calls_left -= 1
        if self.calls_left < 0:
            return UNKNOWN
        function, arguments = field(node, "function"), field(node, "arguments")
        given: list[Value] = self.array(arguments, scope) if arguments.type == "arguments" else []
        name = text(function)
        if name in {"require", "import"} and given and isinstance(given[0], str):
            return self.required(given[0])
        if name in _PATHS and all(isinstance(value, str) for value in given):
            return given[0] if name == "require.resolve" else str(self.folder.joinpath(*given))
        if function.type != "member_expression":
            return called(self.value(function, scope), *given)
        own = self.member(function, scope)
        if callable(own) or own is CODE:
            return called(own, *given)
        holder = self.value(field(function, "object"), scope)
        return method(holder, text(field(function, "property")))(*given)


_PATHS = {"require.resolve", "path.join", "path.resolve", "join", "resolve"}


def _absent(value: Value) -> bool:
    return value is None or value is UNDEFINED


def _inside(module: Expressions, node: Node, scope: Scope) -> Value:
    return module.value(node.named_children[0], scope)


def _number(module: Expressions, node: Node, scope: Scope) -> Value:
    written = text(node)
    return int(written) if written.isdigit() else UNKNOWN


def _function(module: Expressions, node: Node, scope: Scope) -> Value:
    return module.function(node, scope)


_EVALUATORS: dict[str, Callable[[Expressions, Node, Scope], Value]] = {
    "object": Expressions.object,
    "array": Expressions.array,
    "string": lambda module, node, scope: string(node),
    "template_string": Expressions.template,
    "number": _number,
    "true": lambda module, node, scope: True,
    "false": lambda module, node, scope: False,
    "null": lambda module, node, scope: None,
    "undefined": lambda module, node, scope: UNDEFINED,
    "identifier": lambda module, node, scope: scope.get(
        text(node), GLOBALS.get(text(node), UNKNOWN)
    ),
    "parenthesized_expression": _inside,
    "as_expression": _inside,
    "satisfies_expression": _inside,
    "non_null_expression": _inside,
    "await_expression": _inside,
    "member_expression": Expressions.member,
    "subscript_expression": Expressions.subscript,
    "binary_expression": Expressions.binary,
    "unary_expression": Expressions.unary,
    "ternary_expression": Expressions.ternary,
    "call_expression": Expressions.call,
    "arrow_function": _function,
    "function_expression": _function,
    "class": lambda module, node, scope: CODE,
    "new_expression": lambda module, node, scope: CODE,
}
