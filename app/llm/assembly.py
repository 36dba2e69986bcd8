"""Chunks of a Chat Completions stream → events of the Responses API, which the SDK reads."""

import json
import time
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseRefusalDeltaEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails


class Assembly:
    """Incremental, no I/O: `add` gives the events of a chunk, `close` those of the end.

    Every item has an id of its own, which the providers' streams do not give (trap 3).
    Reasoning is not an output here: it is passed over.
    """

    def __init__(self, model: str, taken: frozenset[str] = frozenset()) -> None:
        self.finish_reason: str | None = None
        self._model = model
        self._taken = set(taken)
        self._id = f"msg_{uuid4().hex}"
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: dict[int, dict[str, str]] = {}
        self._usage: dict[str, Any] | None = None
        self._sequence = 0

    @property
    def empty(self) -> bool:
        return not (self._text or self._refusal or self._calls)

    def add(self, chunk: dict[str, Any]) -> Iterable[ResponseStreamEvent]:
        if usage := chunk.get("usage"):
            self._usage = usage
        choices: list[dict[str, Any]] = chunk.get("choices") or []
        for choice in choices:
            if choice.get("index"):
                continue
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
            delta: dict[str, Any] = choice.get("delta") or {}
            if text := delta.get("content"):
                yield from self._write(text)
            if refusal := delta.get("refusal"):
                yield from self._refuse(refusal)
            calls: list[dict[str, Any]] = delta.get("tool_calls") or []
            for call in calls:
                self._call(call)

    def close(self) -> Iterable[ResponseStreamEvent]:
        output: list[ResponseOutputItem] = []
        if self._text or self._refusal:
            message = self._message()
            for index, part in enumerate(message.content):
                yield from self._part_done(index, part)
            output.append(message)
            yield self._done(message, 0)
        for call in self._finished_calls():
            yield ResponseOutputItemAddedEvent.model_construct(
                type="response.output_item.added",
                item=call,
                output_index=len(output),
                sequence_number=self._next(),
            )
            output.append(call)
            yield self._done(call, len(output) - 1)
        yield ResponseCompletedEvent.model_construct(
            type="response.completed", response=self._response(output), sequence_number=self._next()
        )

    def _write(self, text: str) -> Iterable[ResponseStreamEvent]:
        if not self._text:
            yield from self._opened(ResponseOutputText(type="output_text", text="", annotations=[]))
        self._text.append(text)
        yield ResponseTextDeltaEvent.model_construct(
            type="response.output_text.delta",
            content_index=0,
            delta=text,
            item_id=self._id,
            logprobs=[],
            output_index=0,
            sequence_number=self._next(),
        )

    def _refuse(self, refusal: str) -> Iterable[ResponseStreamEvent]:
        if not self._refusal:
            yield from self._opened(ResponseOutputRefusal(type="refusal", refusal=""))
        self._refusal.append(refusal)
        yield ResponseRefusalDeltaEvent.model_construct(
            type="response.refusal.delta",
            content_index=1 if self._text else 0,
            delta=refusal,
            item_id=self._id,
            output_index=0,
            sequence_number=self._next(),
        )

    def _opened(
        self, part: ResponseOutputText | ResponseOutputRefusal
    ) -> Iterable[ResponseStreamEvent]:
        first = not (self._text or self._refusal)
        if first:
            yield ResponseOutputItemAddedEvent.model_construct(
                type="response.output_item.added",
                item=self._message(status="in_progress"),
                output_index=0,
                sequence_number=self._next(),
            )
        yield ResponseContentPartAddedEvent.model_construct(
            type="response.content_part.added",
            content_index=0 if first else 1,
            item_id=self._id,
            output_index=0,
            part=part,
            sequence_number=self._next(),
        )

    def _call(self, piece: dict[str, Any]) -> None:
        """Pieces of one call share an index; where it is left out, a new id begins one."""
        index = piece.get("index")
        if index is None:
            begins = piece.get("id") or not self._calls
            index = len(self._calls) if begins else len(self._calls) - 1
        call = self._calls.setdefault(index, {"id": "", "name": "", "arguments": ""})
        function: dict[str, Any] = piece.get("function") or {}
        call["id"] = call["id"] or piece.get("id") or ""
        call["name"] += function.get("name") or ""
        call["arguments"] += function.get("arguments") or ""

    def _finished_calls(self) -> Iterable[ResponseFunctionToolCall]:
        for _, call in sorted(self._calls.items()):
            call_id = call["id"]
            if not call_id or call_id in self._taken:
                call_id = f"call_{uuid4().hex}"
            self._taken.add(call_id)
            yield ResponseFunctionToolCall(
                id=f"fc_{uuid4().hex}",
                type="function_call",
                call_id=call_id,
                name=call["name"] or "unnamed",
                arguments=_object(call["arguments"]),
                status="completed",
            )

    def _message(self, status: Any = "completed") -> ResponseOutputMessage:
        content: list[ResponseOutputText | ResponseOutputRefusal] = []
        if self._text:
            text = "".join(self._text)
            content.append(ResponseOutputText(type="output_text", text=text, annotations=[]))
        if self._refusal:
            content.append(ResponseOutputRefusal(type="refusal", refusal="".join(self._refusal)))
        return ResponseOutputMessage(
            id=self._id, type="message", role="assistant", status=status, content=list(content)
        )

    def _part_done(
        self, index: int, part: ResponseOutputText | ResponseOutputRefusal
    ) -> Iterable[ResponseStreamEvent]:
        if isinstance(part, ResponseOutputText):
            yield ResponseTextDoneEvent.model_construct(
                type="response.output_text.done",
                content_index=index,
                item_id=self._id,
                logprobs=[],
                output_index=0,
                sequence_number=self._next(),
                text=part.text,
            )
        yield ResponseContentPartDoneEvent.model_construct(
            type="response.content_part.done",
            content_index=index,
            item_id=self._id,
            output_index=0,
            part=part,
            sequence_number=self._next(),
        )

    def _done(self, item: ResponseOutputItem, index: int) -> ResponseOutputItemDoneEvent:
        return ResponseOutputItemDoneEvent.model_construct(
            type="response.output_item.done",
            item=item,
            output_index=index,
            sequence_number=self._next(),
        )

    def _response(self, output: list[ResponseOutputItem]) -> Response:
        incomplete = None
        if self.finish_reason == "length":
            incomplete = IncompleteDetails(reason="max_output_tokens")
        elif self.finish_reason == "content_filter":
            incomplete = IncompleteDetails(reason="content_filter")
        return Response.model_construct(
            id=f"resp_{uuid4().hex}",
            created_at=time.time(),
            model=self._model,
            object="response",
            output=output,
            tool_choice="auto",
            tools=[],
            parallel_tool_calls=False,
            status="incomplete" if incomplete else "completed",
            incomplete_details=incomplete,
            usage=_usage(self._usage),
        )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence


def _object(arguments: str) -> str:
    """Arguments go back to the provider with the history: malformed JSON would be refused there.
    An empty object makes the tool say what it misses (trap 24)."""
    try:
        parsed = json.loads(arguments)
    except ValueError:
        return "{}"
    return arguments if isinstance(parsed, dict) else "{}"


def _usage(usage: dict[str, Any] | None) -> ResponseUsage | None:
    if not usage:
        return None
    asked = usage.get("prompt_tokens") or 0
    answered = usage.get("completion_tokens") or 0
    of_asked: dict[str, Any] = usage.get("prompt_tokens_details") or {}
    of_answered: dict[str, Any] = usage.get("completion_tokens_details") or {}
    return ResponseUsage(
        input_tokens=asked,
        input_tokens_details=InputTokensDetails(
            cached_tokens=of_asked.get("cached_tokens") or 0, cache_write_tokens=0
        ),
        output_tokens=answered,
        output_tokens_details=OutputTokensDetails(
            reasoning_tokens=of_answered.get("reasoning_tokens") or 0
        ),
        total_tokens=usage.get("total_tokens") or asked + answered,
    )
