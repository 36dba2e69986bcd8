"""Tool calls as they arrive in pieces → whole ones that the SDK and the provider can take."""

import json
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from openai.types.responses import ResponseFunctionToolCall


@dataclass(slots=True)
class _Call:
    call_id: str
    name: str = ""
    arguments: str = ""
    signature: str = ""


class ToolCalls:
    """Incremental. `taken` are the call ids of the history: providers that count from zero in
    every answer would have the SDK take a new call for an old one (trap 3)."""

    def __init__(self, model: str, taken: frozenset[str]) -> None:
        self._model = model
        self._taken = set(taken)
        self._calls: list[_Call] = []
        self._at: dict[int, _Call] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, piece: dict[str, Any]) -> None:
        function: dict[str, Any] = piece.get("function") or {}
        name: str = function.get("name") or ""
        call = self._continued(piece.get("index"), piece.get("id") or "", name)
        call.name = name or call.name
        arguments = function.get("arguments") or ""
        call.arguments += arguments if isinstance(arguments, str) else json.dumps(arguments)
        extra: dict[str, Any] = piece.get("extra_content") or {}
        google: dict[str, Any] = extra.get("google") or {}
        call.signature = google.get("thought_signature") or call.signature

    def finished(self) -> list[ResponseFunctionToolCall]:
        return [self._finished(call) for call in self._calls]

    def _continued(self, index: int | None, call_id: str, name: str) -> _Call:
        """Pieces of one call share an index. Where it is left out, or is the same for every call,
        another id begins another call."""
        if index is None:
            index = -1
            name = name or "?"
        call = self._at.get(index)
        if call is None or (name and call_id and call.call_id and call_id != call.call_id):
            call = self._at[index] = _Call(call_id)
            self._calls.append(call)
        call.call_id = call.call_id or call_id
        return call

    def _finished(self, call: _Call) -> ResponseFunctionToolCall:
        call_id = call.call_id
        if not call_id or call_id in self._taken:
            call_id = f"call_{uuid4().hex}"
        self._taken.add(call_id)
        origin = {"model": self._model, "thought_signature": call.signature}  # Gemini wants it back
        return ResponseFunctionToolCall.model_validate(
            {
                "id": f"fc_{uuid4().hex}",
                "type": "function_call",
                "call_id": call_id,
                "name": call.name or "unnamed",
                "arguments": json_object(call.arguments),
                "status": "completed",
            }
            | ({"provider_data": origin} if call.signature else {})
        )


def json_object(arguments: str) -> str:
    """Arguments go back to the provider with the history: malformed JSON would be refused there.

    An object encoded twice is decoded once, what follows an object is dropped; of anything else
    an empty object remains, and the tool says what it misses (trap 24).
    """
    try:
        value, end = json.JSONDecoder().raw_decode(arguments.strip())
        if isinstance(value, str):
            value, end = json.loads(value), 0
    except ValueError:
        return "{}"
    if not isinstance(value, dict):
        return "{}"
    whole = end == len(arguments.strip())
    return arguments if whole else json.dumps(cast("dict[str, Any]", value))
