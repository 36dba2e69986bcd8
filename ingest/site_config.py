"""docusaurus.config.* read without running it.

An evaluator of literals over tree-sitter's syntax tree: objects, arrays, strings, templates,
constants, spreads, JSON and relative imports, a few path functions. Everything else is `UNKNOWN`
and taints only its own key: whoever needs that key asks the owner for it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tree_sitter import Node

from ingest.config_expressions import Expressions
from ingest.config_patterns import bind
from ingest.config_syntax import field, parser, string, text
from ingest.config_values import (
    CODE,
    REST,
    UNDEFINED,
    UNKNOWN,
    Scope,
    Value,
    is_list,
    is_object,
    lookup,
    truthy,
)

NAMES = tuple(f"docusaurus.config.{end}" for end in ("ts", "mts", "cts", "js", "mjs", "cjs"))


def find_config(folder: Path) -> Path | None:
    return next((path for name in NAMES if (path := folder / name).is_file()), None)


def read_config(path: Path) -> Mapping[str, Value]:
    """The exported object; values that are not literal are `UNKNOWN`. Raises OSError."""
    exported = _Module(path, path.parent, ()).exported()
    return exported if is_object(exported) else {REST: UNKNOWN}


class _Module(Expressions):
    """One file of the site's configuration."""

    def __init__(self, path: Path, root: Path, importing: tuple[Path, ...]) -> None:
        self._path = path
        self.folder = path.parent
        self._root = root
        self._importing = (*importing, path)
        self._scope: Scope = {"__dirname": str(path.parent), "undefined": UNDEFINED}
        self._exports: Scope = {}
        self._depth = 0
        self._default: Value = UNDEFINED
        tree = parser().parse(path.read_bytes())
        self._body(tree.root_node.named_children, self._scope)

    def exported(self) -> Value:
        if self._default is not UNDEFINED:
            return self._default
        return self._scope.get("module.exports", self._exports or UNKNOWN)

    def named(self, name: str) -> Value:
        whole = self.exported()
        return self._exports.get(name, lookup(whole, name) if is_object(whole) else UNKNOWN)

    def _body(self, statements: Sequence[Node], scope: Scope) -> Value:
        """What they return; `_GO_ON` where they don't. Functions are there from the start."""
        for statement in statements:
            if statement.type == "function_declaration":
                scope[text(field(statement, "name"))] = self.function(statement, scope)
        for statement in statements:
            returned = self._run(statement, scope)
            if returned is not _GO_ON:
                return returned
        return _GO_ON

    def _run(self, node: Node, scope: Scope) -> Value:
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
                return self._if(node, scope)
            case "for_in_statement":
                return self._for(node, scope)
            case "return_statement":
                returned = node.named_children
                return self.value(returned[0], scope) if returned else UNDEFINED
            case _:
                pass
        return _GO_ON

    def _if(self, node: Node, scope: Scope) -> Value:
        condition = self.value(field(node, "condition"), scope)
        if condition is UNKNOWN:
            return UNKNOWN if b"return" in (node.text or b"") else _GO_ON
        if truthy(condition):
            return self._body(_statements(field(node, "consequence")), scope)
        other = node.child_by_field_name("alternative")
        return self._body(_statements(other.named_children[0]), scope) if other else _GO_ON

    def _for(self, node: Node, scope: Scope) -> Value:
        """Each of a list; of what is no list, none."""
        values = self.value(field(node, "right"), scope)
        if not is_list(values) or text(field(node, "operator")) != "of":
            return _GO_ON
        for value in tuple(values):
            bind(field(node, "left"), value, scope, self.value)
            returned = self._body(_statements(field(node, "body")), scope)
            if returned is not _GO_ON:
                return returned
        return _GO_ON

    def _declare(self, node: Node, scope: Scope) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and node.type == "variable_declarator":
            given = self.value(value, scope) if value else UNDEFINED
            bind(name, given, scope, self.value)

    def _import(self, node: Node, scope: Scope) -> None:
        source = string(field(node, "source"))
        clause = next((c for c in node.named_children if c.type == "import_clause"), None)
        for part in clause.named_children if clause else ():
            if part.type == "identifier":
                scope[text(part)] = self.required(source)
            elif part.type == "named_imports":
                for item in part.named_children:
                    name = text(field(item, "name"))
                    alias = item.child_by_field_name("alias")
                    scope[text(alias) if alias else name] = self.required(source, name)
            else:  # import * as path
                scope[text(part.named_children[0])] = UNKNOWN

    def required(self, source: str, name: str | None = None) -> Value:
        """A JSON file or a module of the site's own; packages are not opened."""
        if not source.startswith("."):
            return CODE
        base = (self._path.parent / source).resolve()
        for path in (base, *(base.parent / (base.name + end) for end in _ENDINGS)):
            if not path.is_file():
                continue
            if path in self._importing or not path.is_relative_to(self._root.resolve()):
                return UNKNOWN
            if path.suffix == ".json":
                return lookup(json.loads(path.read_text("utf-8")), *([name] if name else []))
            module = _Module(path, self._root, self._importing)
            given = module.named(name) if name else module.exported()
            return CODE if given is UNKNOWN else given
        return CODE

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
            left, right = field(node, "left"), field(node, "right")
            value = self._called(self.value(right, scope))
            if text(left) == "module.exports":
                scope["module.exports"] = value
            elif left.type in {"member_expression", "subscript_expression"}:
                holder = self.value(field(left, "object"), scope)
                if is_object(holder):
                    holder[self._property(left, scope)] = value
            elif left.type == "identifier":
                scope[text(left)] = value
        elif node.type == "call_expression":
            self._mutate(node, scope)

    def _property(self, node: Node, scope: Scope) -> str:
        if node.type == "member_expression":
            return text(field(node, "property"))
        return str(self.value(field(node, "index"), scope))

    def _mutate(self, node: Node, scope: Scope) -> None:
        """A list that something unknown is done to is unknown from there on."""
        function = field(node, "function")
        done = self.value(node, scope)
        if function.type == "member_expression" and done is UNKNOWN:
            holder = self.value(field(function, "object"), scope)
            if is_list(holder):
                holder.append(UNKNOWN)

    def function(self, node: Node, scope: Scope) -> Value:
        body = node.child_by_field_name("body")
        listed = node.child_by_field_name("parameters")
        single = node.child_by_field_name("parameter")
        parameters = listed.named_children if listed else [single] if single else []

        def call(*given: Value) -> Value:
            if body is None or self._depth == _DEEPEST:
                return UNKNOWN
            self._depth += 1
            try:
                return self._result(body, parameters, given, dict(scope))
            finally:
                self._depth -= 1

        return call

    def _result(
        self, body: Node, parameters: Sequence[Node], given: Sequence[Value], scope: Scope
    ) -> Value:
        for at, parameter in enumerate(parameters):
            bind(parameter, given[at] if at < len(given) else UNDEFINED, scope, self.value)
        if body.type != "statement_block":
            return self.value(body, scope)
        returned = self._body(body.named_children, scope)
        return UNDEFINED if returned is _GO_ON else returned


def _statements(node: Node) -> Sequence[Node]:
    return node.named_children if node.type == "statement_block" else [node]


_GO_ON = object()
_DEEPEST = 20  # calls in calls: these are few, and may have no end
_ENDINGS = (".ts", ".mts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js")
