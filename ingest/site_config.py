"""docusaurus.config.* read without running it.

An evaluator of literals over tree-sitter's syntax tree: objects, arrays, strings, templates,
constants, spreads, JSON and relative imports, a few path functions. Everything else is `UNKNOWN`
and taints only its own key: whoever needs that key asks the owner for it.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeGuard

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

NAMES = tuple(f"docusaurus.config.{end}" for end in ("ts", "mts", "cts", "js", "mjs", "cjs"))


class Unknown:
    """A value that only running the code would give."""

    def __repr__(self) -> str:
        return "UNKNOWN"


class _Undefined(Unknown):
    def __repr__(self) -> str:
        return "UNDEFINED"


UNKNOWN: Final = Unknown()
UNDEFINED: Final = _Undefined()
_REST: Final = "…"  # the key of an object that an unknown was spread into

Value = Any
Scope = dict[str, Value]


def find_config(folder: Path) -> Path | None:
    return next((path for name in NAMES if (path := folder / name).is_file()), None)


def read_config(path: Path) -> Mapping[str, Value]:
    """The exported object; values that are not literal are `UNKNOWN`. Raises OSError."""
    exported = _Module(path, path.parent, ()).exported()
    return exported if _is_object(exported) else {_REST: UNKNOWN}


def lookup(value: Value, *keys: str | int) -> Value:
    """The value under the keys; `UNDEFINED` where there is none, `UNKNOWN` where none can say."""
    for key in keys:
        if _is_object(value):
            missing: Value = UNKNOWN if _REST in value else UNDEFINED
            value = value.get(str(key), missing)
        elif isinstance(key, int) and _is_list(value):
            value = value[key] if -len(value) <= key < len(value) else UNDEFINED
        elif value is UNDEFINED or value is None:
            return UNDEFINED
        else:
            return UNKNOWN
    return value


def _is_object(value: Value) -> TypeGuard[dict[str, Value]]:
    return isinstance(value, dict)


def _is_list(value: Value) -> TypeGuard[list[Value]]:
    return isinstance(value, list)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_typescript.language_typescript()))


class _Module:
    """One file of the site's configuration."""

    def __init__(self, path: Path, root: Path, importing: tuple[Path, ...]) -> None:
        self._path = path
        self._root = root
        self._importing = (*importing, path)
        self._scope: Scope = {"__dirname": str(path.parent), "undefined": UNDEFINED}
        self._exports: Scope = {}
        self._default: Value = UNDEFINED
        tree = _parser().parse(path.read_bytes())
        for statement in tree.root_node.named_children:
            self._run(statement, self._scope)

    def exported(self) -> Value:
        if self._default is not UNDEFINED:
            return self._default
        return self._scope.get("module.exports", self._exports or UNKNOWN)

    def named(self, name: str) -> Value:
        whole = self.exported()
        return self._exports.get(name, lookup(whole, name) if _is_object(whole) else UNKNOWN)

    def _run(self, node: Node, scope: Scope) -> None:
        match node.type:
            case "lexical_declaration" | "variable_declaration":
                for declared in node.named_children:
                    self._declare(declared, scope)
            case "import_statement":
                self._import(node, scope)
            case "export_statement":
                self._export(node, scope)
            case "expression_statement":
                self._assign(node.named_children[0], scope)
            case "if_statement":
                if _truthy_known(self.value(_field(node, "condition"), scope)):
                    for statement in _field(node, "consequence").named_children:
                        self._run(statement, scope)
            case "function_declaration":
                scope[_text(_field(node, "name"))] = self.function(node, scope)
            case _:
                pass

    def _declare(self, node: Node, scope: Scope) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or node.type != "variable_declarator":
            return
        given = self.value(value, scope) if value else UNDEFINED
        if name.type == "identifier":
            scope[_text(name)] = given
            return
        for part in name.named_children:  # const {a, b} = …
            scope[_text(part)] = lookup(given, _text(part))

    def _import(self, node: Node, scope: Scope) -> None:
        source = _string(_field(node, "source"))
        clause = next((c for c in node.named_children if c.type == "import_clause"), None)
        for part in clause.named_children if clause else ():
            if part.type == "identifier":
                scope[_text(part)] = self._required(source)
            elif part.type == "named_imports":
                for item in part.named_children:
                    name = _text(_field(item, "name"))
                    alias = item.child_by_field_name("alias")
                    scope[_text(alias) if alias else name] = self._required(source, name)
            else:  # import * as path
                scope[_text(part.named_children[0])] = UNKNOWN

    def _required(self, source: str, name: str | None = None) -> Value:
        """A JSON file or a module of the site's own; packages are not opened."""
        if not source.startswith("."):
            return UNKNOWN
        base = (self._path.parent / source).resolve()
        for path in (base, *(base.parent / (base.name + end) for end in _ENDINGS)):
            if not path.is_file() or path in self._importing:
                continue
            if not path.is_relative_to(self._root.resolve()):
                return UNKNOWN
            if path.suffix == ".json":
                return lookup(json.loads(path.read_text("utf-8")), *([name] if name else []))
            module = _Module(path, self._root, self._importing)
            return module.named(name) if name else module.exported()
        return UNKNOWN

    def _export(self, node: Node, scope: Scope) -> None:
        if declaration := node.child_by_field_name("declaration"):
            before = set(scope)
            self._run(declaration, scope)
            self._exports |= {name: scope[name] for name in scope if name not in before}
            if any(child.type == "default" for child in node.children):
                self._default = self._called(self.function(declaration, scope))
        elif value := node.child_by_field_name("value"):
            self._default = self._called(self.value(value, scope))

    def _called(self, value: Value) -> Value:
        """A configuration may be a function that makes it."""
        return value() if callable(value) else value

    def _assign(self, node: Node, scope: Scope) -> None:
        if node.type == "assignment_expression":
            left, right = _field(node, "left"), _field(node, "right")
            value = self._called(self.value(right, scope))
            if _text(left) == "module.exports":
                scope["module.exports"] = value
            elif left.type == "member_expression":
                holder = self.value(_field(left, "object"), scope)
                if _is_object(holder):
                    holder[_text(_field(left, "property"))] = value
            elif left.type == "identifier":
                scope[_text(left)] = value
        elif node.type == "call_expression":
            self._mutate(node, scope)

    def _mutate(self, node: Node, scope: Scope) -> None:
        """`plugins.push(x)` adds x; what else is done to a list leaves it unknown."""
        function = _field(node, "function")
        if function.type != "member_expression":
            return
        holder = self.value(_field(function, "object"), scope)
        if _is_list(holder):
            given = [self.value(a, scope) for a in _field(node, "arguments").named_children]
            pushed = _text(_field(function, "property")) == "push"
            holder.extend(given if pushed else [UNKNOWN])

    def function(self, node: Node, scope: Scope) -> Value:
        body = node.child_by_field_name("body")
        if body is None:
            return UNKNOWN

        def call() -> Value:
            inner = dict(scope)
            if body.type != "statement_block":
                return self.value(body, inner)
            for statement in body.named_children:
                if statement.type == "return_statement":
                    returned = statement.named_children
                    return self.value(returned[0], inner) if returned else UNDEFINED
                self._run(statement, inner)
            return UNDEFINED

        return call

    def value(self, node: Node, scope: Scope) -> Value:
        evaluate = _EVALUATORS.get(node.type)
        return evaluate(self, node, scope) if evaluate else UNKNOWN

    def object(self, node: Node, scope: Scope) -> Value:
        made: dict[str, Value] = {}
        for part in node.named_children:
            match part.type:
                case "pair":
                    made[self._key(_field(part, "key"), scope)] = self.value(
                        _field(part, "value"), scope
                    )
                case "shorthand_property_identifier":
                    made[_text(part)] = scope.get(_text(part), UNKNOWN)
                case "spread_element":
                    spread = self.value(part.named_children[0], scope)
                    made |= spread if _is_object(spread) else _spread(spread)
                case "method_definition":
                    made[_text(_field(part, "name"))] = UNKNOWN
                case _:
                    pass
        return made

    def _key(self, node: Node, scope: Scope) -> str:
        if node.type == "computed_property_name":
            return str(self.value(node.named_children[0], scope))
        return _string(node) if node.type == "string" else _text(node)

    def array(self, node: Node, scope: Scope) -> Value:
        made: list[Value] = []
        for part in node.named_children:
            if part.type == "spread_element":
                spread = self.value(part.named_children[0], scope)
                made += spread if _is_list(spread) else [UNKNOWN]
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
                written += _unescaped(_text(part))
        return written

    def member(self, node: Node, scope: Scope) -> Value:
        whole = _text(node)
        if whole.startswith("process.env"):
            return UNDEFINED  # as in a plain production build
        if whole in scope:
            return scope[whole]
        holder = self.value(_field(node, "object"), scope)
        return lookup(holder, _text(_field(node, "property")))

    def subscript(self, node: Node, scope: Scope) -> Value:
        index = self.value(_field(node, "index"), scope)
        holder = self.value(_field(node, "object"), scope)
        return lookup(holder, index) if isinstance(index, str | int) else UNKNOWN

    def binary(self, node: Node, scope: Scope) -> Value:
        left = self.value(_field(node, "left"), scope)
        operator = _text(_field(node, "operator"))
        if left is UNKNOWN:
            return UNKNOWN
        if operator == "??":
            return self._right(node, scope) if left is None or left is UNDEFINED else left
        if operator in {"||", "&&"}:
            return left if _truthy(left) == (operator == "||") else self._right(node, scope)
        right = self._right(node, scope)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return left + right
        if operator in {"===", "==", "!==", "!="} and right is not UNKNOWN:
            return (left == right) == (operator[0] == "=")
        return UNKNOWN

    def _right(self, node: Node, scope: Scope) -> Value:
        return self.value(_field(node, "right"), scope)

    def unary(self, node: Node, scope: Scope) -> Value:
        value = self.value(_field(node, "argument"), scope)
        if _text(_field(node, "operator")) == "!" and value is not UNKNOWN:
            return not _truthy(value)
        return UNKNOWN

    def ternary(self, node: Node, scope: Scope) -> Value:
        condition = self.value(_field(node, "condition"), scope)
        if condition is UNKNOWN:
            return UNKNOWN
        chosen = "consequence" if _truthy(condition) else "alternative"
        return self.value(_field(node, chosen), scope)

    def call(self, node: Node, scope: Scope) -> Value:
        name = _text(_field(node, "function"))
        given = [self.value(a, scope) for a in _field(node, "arguments").named_children]
        if name == "require" and given and isinstance(given[0], str):
            return self._required(given[0])
        if not all(isinstance(value, str) for value in given):
            return UNKNOWN
        match name:
            case "require.resolve":
                return given[0] if given else UNKNOWN
            case "path.join" | "path.resolve" | "join" | "resolve":
                return str(self._path.parent.joinpath(*given))
            case _ if name in scope and callable(scope[name]):
                return scope[name]()
            case _:
                return UNKNOWN


_ENDINGS = (".ts", ".mts", ".js", ".mjs", ".cjs", ".json")


def _inside(module: _Module, node: Node, scope: Scope) -> Value:
    return module.value(node.named_children[0], scope)


def _number(module: _Module, node: Node, scope: Scope) -> Value:
    text = _text(node)
    return int(text) if text.isdigit() else UNKNOWN


_EVALUATORS: dict[str, Callable[[_Module, Node, Scope], Value]] = {
    "object": _Module.object,
    "array": _Module.array,
    "string": lambda module, node, scope: _string(node),
    "template_string": _Module.template,
    "number": _number,
    "true": lambda module, node, scope: True,
    "false": lambda module, node, scope: False,
    "null": lambda module, node, scope: None,
    "undefined": lambda module, node, scope: UNDEFINED,
    "identifier": lambda module, node, scope: scope.get(_text(node), UNKNOWN),
    "parenthesized_expression": _inside,
    "as_expression": _inside,
    "satisfies_expression": _inside,
    "non_null_expression": _inside,
    "await_expression": _inside,
    "member_expression": _Module.member,
    "subscript_expression": _Module.subscript,
    "binary_expression": _Module.binary,
    "unary_expression": _Module.unary,
    "ternary_expression": _Module.ternary,
    "call_expression": _Module.call,
    "arrow_function": _Module.function,
    "function_expression": _Module.function,
}


def _spread(value: Value) -> dict[str, Value]:
    """Nothing at all spreads nothing."""
    return {} if value is UNDEFINED or value is None or value is False else {_REST: UNKNOWN}


def _truthy_known(value: Value) -> bool:
    return value is not UNKNOWN and _truthy(value)


def _truthy(value: Value) -> bool:
    return value is not UNDEFINED and (isinstance(value, dict | list) or bool(value))


def _field(node: Node, name: str) -> Node:
    found = node.child_by_field_name(name)
    if found is None:
        raise ValueError(f"{node.type} has no {name}")
    return found


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _string(node: Node) -> str:
    return "".join(_unescaped(_text(part)) for part in node.named_children)


def _unescaped(text: str) -> str:
    if not text.startswith("\\"):
        return text
    return {"\\n": "\n", "\\t": "\t"}.get(text, text[1:])
