"""Names that a declaration or a parameter binds, destructuring and defaults included."""

from collections.abc import Callable

from tree_sitter import Node

from ingest.config_syntax import field, string, text
from ingest.config_values import REST, UNDEFINED, UNKNOWN, Scope, Value, is_list, is_object, lookup

Evaluate = Callable[[Node, Scope], Value]


def bind(pattern: Node, value: Value, scope: Scope, evaluate: Evaluate) -> None:
    """`evaluate` gives the defaults."""
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            scope[text(pattern)] = value
        case "required_parameter" | "optional_parameter":
            default = pattern.child_by_field_name("value")
            if value is UNDEFINED and default:
                value = evaluate(default, scope)
            bind(field(pattern, "pattern"), value, scope, evaluate)
        case "assignment_pattern" | "object_assignment_pattern":
            if value is UNDEFINED:
                value = evaluate(field(pattern, "right"), scope)
            bind(field(pattern, "left"), value, scope, evaluate)
        case "object_pattern":
            _bind_object(pattern, value, scope, evaluate)
        case "array_pattern":
            for at, part in enumerate(pattern.named_children):
                if part.type == "rest_pattern":
                    rest = value[at:] if is_list(value) else UNKNOWN
                    bind(part.named_children[0], rest, scope, evaluate)
                else:
                    bind(part, lookup(value, at), scope, evaluate)
        case _:
            pass


def _bind_object(pattern: Node, value: Value, scope: Scope, evaluate: Evaluate) -> None:
    taken: set[str] = set()
    for part in pattern.named_children:
        if part.type == "rest_pattern":
            rest: Value = {REST: UNKNOWN}
            if is_object(value):
                rest = {key: inner for key, inner in value.items() if key not in taken}
            bind(part.named_children[0], rest, scope, evaluate)
            continue
        target = part
        if part.type == "pair_pattern":
            key, target = field(part, "key"), field(part, "value")
        else:
            key = field(part, "left") if part.type == "object_assignment_pattern" else part
        name = string(key) if key.type == "string" else text(key)
        taken.add(name)
        bind(target, lookup(value, name), scope, evaluate)
