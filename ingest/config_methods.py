"""Methods of JavaScript's own that configurations call, for values that are known."""

from collections.abc import Callable
from functools import reduce
from typing import Final, TypeGuard, cast

from ingest.config_values import (
    CODE,
    REST,
    UNDEFINED,
    UNKNOWN,
    Unknown,
    Value,
    is_list,
    is_object,
    truthy,
)

Function = Callable[..., Value]


def method(value: Value, name: str) -> Function:
    """The value's method; what is not known to be one gives `UNKNOWN` when it is called."""
    found = _LISTS.get(name) if is_list(value) else None
    found = _STRINGS.get(name) if isinstance(value, str) else found
    if found is None:
        return _unknown
    known = found

    def call(*given: Value) -> Value:
        try:
            return known(value, *given)
        except (TypeError, ValueError, AttributeError):  # given what these can't work on
            return UNKNOWN

    return call


def called(function: Value, *given: Value) -> Value:
    if callable(function):
        return cast("Function", function)(*given)
    return CODE if function is CODE else UNKNOWN


def _unknown(*_: Value) -> Value:
    return UNKNOWN


def _filtered(values: list[Value], test: Value) -> Value:
    """Whoever can't be tested may be there, so that it is unknown itself."""
    kept: list[Value] = []
    for at, value in enumerate(tuple(values)):
        passed = called(test, value, at)
        if isinstance(passed, Unknown) and passed is not UNDEFINED:
            kept.append(UNKNOWN)
        elif truthy(passed):
            kept.append(value)
    return kept


def _flat(values: list[Value]) -> Value:
    return [inner for value in values for inner in (value if is_list(value) else [value])]


def _found(values: list[Value], test: Value) -> Value:
    for at, value in enumerate(tuple(values)):
        passed = called(test, value, at)
        if isinstance(passed, Unknown) and passed is not UNDEFINED:
            return UNKNOWN
        if truthy(passed):
            return value
    return UNDEFINED


def _reduced(values: list[Value], function: Value, *initial: Value) -> Value:
    if not values and not initial:
        return UNKNOWN
    return reduce(lambda made, value: called(function, made, value), tuple(values), *initial)


def _pushed(values: list[Value], *given: Value) -> Value:
    values.extend(given)
    return len(values)


def _unshifted(values: list[Value], *given: Value) -> Value:
    values[:0] = given
    return len(values)


def _mapped(values: list[Value], function: Value) -> list[Value]:
    return [called(function, value, at) for at, value in enumerate(tuple(values))]


def _for_each(values: list[Value], function: Value) -> Value:
    _mapped(values, function)
    return UNDEFINED


def _sliced(values: Value, *bounds: Value) -> Value:
    if not all(isinstance(bound, int) for bound in bounds):
        return UNKNOWN
    start, end, *_ = (*bounds, None, None)
    return values[start:end]


def _joined(values: list[Value], separator: Value = ",") -> Value:
    if not all(isinstance(value, str | int) for value in (*values, separator)):
        return UNKNOWN
    return str(separator).join(map(str, values))


def _included(values: Value, wanted: Value) -> Value:
    if isinstance(wanted, Unknown) or (is_list(values) and UNKNOWN in values):
        return UNKNOWN
    return wanted in values


def _at(values: list[Value], at: int) -> Value:
    return values[at] if -len(values) <= at < len(values) else UNDEFINED


def _concatenated(values: list[Value], *more: Value) -> Value:
    return values + _flat(list(more))


def _flat_mapped(values: list[Value], function: Value) -> Value:
    return _flat(_mapped(values, function))


def _replaced(written: str, old: str, new: str) -> str:
    return written.replace(old, new, 1)


_LISTS: dict[str, Function] = {
    "at": _at,
    "concat": _concatenated,
    "filter": _filtered,
    "find": _found,
    "flat": _flat,
    "flatMap": _flat_mapped,
    "forEach": _for_each,
    "includes": _included,
    "join": _joined,
    "map": _mapped,
    "push": _pushed,
    "reduce": _reduced,
    "slice": _sliced,
    "unshift": _unshifted,
}
_STRINGS: dict[str, Function] = {
    "endsWith": str.endswith,
    "includes": _included,
    "replace": _replaced,
    "replaceAll": str.replace,
    "slice": _sliced,
    "split": str.split,
    "startsWith": str.startswith,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
}


def _entries(value: Value) -> Value:
    return [[key, inner] for key, inner in value.items()] if _whole(value) else UNKNOWN


def _keys(value: Value) -> Value:
    return list(value) if _whole(value) else UNKNOWN


def _values(value: Value) -> Value:
    return list(value.values()) if _whole(value) else UNKNOWN


def _whole(value: Value) -> TypeGuard[dict[str, Value]]:
    return is_object(value) and REST not in value


def _object_from(entries: Value) -> Value:
    if not is_list(entries):
        return UNKNOWN
    return {str(entry[0]): entry[1] for entry in entries if is_list(entry) and len(entry) > 1}


def _boolean(value: Value, *_: Value) -> Value:
    return UNKNOWN if value is UNKNOWN else truthy(value)


GLOBALS: Final[dict[str, Value]] = {
    "Boolean": _boolean,
    "Object": {
        "entries": _entries,
        "fromEntries": _object_from,
        "keys": _keys,
        "values": _values,
    },
}
