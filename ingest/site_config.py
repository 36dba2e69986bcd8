"""docusaurus.config.* read without running it.

An evaluator of literals over tree-sitter's syntax tree: objects, arrays, strings, templates,
constants, spreads, JSON and relative imports, a few path functions. Everything else is `UNKNOWN`
and taints only its own key: whoever needs that key asks the owner for it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from tree_sitter import Node

from ingest.config_expressions import Expressions
from ingest.config_syntax import field, parser, string, text
from ingest.config_values import (
    REST,
    UNDEFINED,
    UNKNOWN,
    Scope,
    Value,
    is_list,
    is_object,
    lookup,
    truthy_known,
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
        self._default: Value = UNDEFINED
        tree = parser().parse(path.read_bytes())
        for statement in tree.root_node.named_children:
            self._run(statement, self._scope)

    def exported(self) -> Value:
        if self._default is not UNDEFINED:
            return self._default
        return self._scope.get("module.exports", self._exports or UNKNOWN)

    def named(self, name: str) -> Value:
        whole = self.exported()
        return self._exports.get(name, lookup(whole, name) if is_object(whole) else UNKNOWN)

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
                if truthy_known(self.value(field(node, "condition"), scope)):
                    for statement in field(node, "consequence").named_children:
                        self._run(statement, scope)
            case "function_declaration":
                scope[text(field(node, "name"))] = self.function(node, scope)
            case _:
                pass

    def _declare(self, node: Node, scope: Scope) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or node.type != "variable_declarator":
            return
        given = self.value(value, scope) if value else UNDEFINED
        if name.type == "identifier":
            scope[text(name)] = given
            return
        for part in name.named_children:  # const {a, b} = …
            scope[text(part)] = lookup(given, text(part))

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
            left, right = field(node, "left"), field(node, "right")
            value = self._called(self.value(right, scope))
            if text(left) == "module.exports":
                scope["module.exports"] = value
            elif left.type == "member_expression":
                holder = self.value(field(left, "object"), scope)
                if is_object(holder):
                    holder[text(field(left, "property"))] = value
            elif left.type == "identifier":
                scope[text(left)] = value
        elif node.type == "call_expression":
            self._mutate(node, scope)

    def _mutate(self, node: Node, scope: Scope) -> None:
        """`plugins.push(x)` adds x; what else is done to a list leaves it unknown."""
        function = field(node, "function")
        if function.type != "member_expression":
            return
        holder = self.value(field(function, "object"), scope)
        if is_list(holder):
            given = [self.value(a, scope) for a in field(node, "arguments").named_children]
            pushed = text(field(function, "property")) == "push"
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


_ENDINGS = (".ts", ".mts", ".js", ".mjs", ".cjs", ".json")
