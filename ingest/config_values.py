"""Values of a configuration that is not run: what is not literal is `UNKNOWN`."""

from typing import Any, Final, TypeGuard


class Unknown:
    """A value that only running the code would give."""

    def __repr__(self) -> str:
        return "UNKNOWN"


class _Undefined(Unknown):
    def __repr__(self) -> str:
        return "UNDEFINED"


class _Code(Unknown):
    def __repr__(self) -> str:
        return "CODE"


UNKNOWN: Final = Unknown()
CODE: Final = _Code()  # what a package or a module gives: functions and classes, as a rule
UNDEFINED: Final = _Undefined()
REST: Final = "…"  # the key of an object that an unknown was spread into

Value = Any
Scope = dict[str, Value]


def lookup(value: Value, *keys: str | int) -> Value:
    """The value under the keys; `UNDEFINED` where there is none, `UNKNOWN` where none can say."""
    for key in keys:
        if is_object(value):
            missing: Value = UNKNOWN if REST in value else UNDEFINED
            value = value.get(str(key), missing)
        elif isinstance(key, int) and is_list(value):
            value = value[key] if -len(value) <= key < len(value) else UNDEFINED
        elif value is UNDEFINED or value is None:
            return UNDEFINED
        else:
            return CODE if value is CODE else UNKNOWN
    return value


def is_object(value: Value) -> TypeGuard[dict[str, Value]]:
    return isinstance(value, dict)


def is_list(value: Value) -> TypeGuard[list[Value]]:
    return isinstance(value, list)


def spread_in(value: Value) -> dict[str, Value]:
    """Nothing at all spreads nothing."""
    return {} if value is UNDEFINED or value is None or value is False else {REST: UNKNOWN}


def truthy(value: Value) -> bool:
    return value is not UNDEFINED and (isinstance(value, dict | list) or bool(value))
