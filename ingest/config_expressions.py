"""Expressions of a configuration: literals, constants, a few operators and path functions."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from tree_sitter import Node

from ingest.config_syntax import field, string, text
from ingest.config_values import (
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
from ingest.markdown.javascript import unescaped


class Expressions(ABC):
    """What an expression in a file is worth. The file itself says what it imports and calls."""

    folder: Path
    """Of the file."""

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

    def array(self, node: Node, scope: Scope) -> Value:
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
        return lookup(holder, text(field(node, "property")))

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
            return (left == right) == (operator[0] == "=")
        return UNKNOWN

    def _right(self, node: Node, scope: Scope) -> Value:
        return self.value(field(node, "right"), scope)

    def unary(self, node: Node, scope: Scope) -> Value:
        value = self.value(field(node, "argument"), scope)
        if text(field(node, "operator")) == "!" and value is not UNKNOWN:
            return not truthy(value)
        return UNKNOWN

    def ternary(self, node: Node, scope: Scope) -> Value:
        condition = self.value(field(node, "condition"), scope)
        if condition is UNKNOWN:
            return UNKNOWN
        chosen = "consequence" if truthy(condition) else "alternative"
        return self.value(field(node, chosen), scope)

    def call(self, node: Node, scope: Scope) -> Value:
        name = text(field(node, "function"))
        given = [self.value(a, scope) for a in field(node, "arguments").named_children]
        if name == "require" and given and isinstance(given[0], str):
            return self.required(given[0])
        if not all(isinstance(value, str) for value in given):
            return UNKNOWN
        match name:
            case "require.resolve":
                return given[0] if given else UNKNOWN
            case "path.join" | "path.resolve" | "join" | "resolve":
                return str(self.folder.joinpath(*given))
            case _ if name in scope and callable(scope[name]):
                return scope[name]()
            case _:
                return UNKNOWN


def _inside(module: Expressions, node: Node, scope: Scope) -> Value:
    return module.value(node.named_children[0], scope)


def _number(module: Expressions, node: Node, scope: Scope) -> Value:
    written = text(node)
    return int(written) if written.isdigit() else UNKNOWN


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
    "identifier": lambda module, node, scope: scope.get(text(node), UNKNOWN),
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
    "arrow_function": Expressions.function,
    "function_expression": Expressions.function,
}
