"""Items of a response while they are written, and the events that say so."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from openai.types.responses import (
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
    ResponseReasoningSummaryPartAddedEvent,
    ResponseReasoningSummaryPartDoneEvent,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningSummaryTextDoneEvent,
    ResponseRefusalDeltaEvent,
    ResponseRefusalDoneEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)
from openai.types.responses import (
    response_reasoning_summary_part_added_event as part_added,
)
from openai.types.responses import (
    response_reasoning_summary_part_done_event as part_done,
)

from app.llm.pieces import Delta, Piece

TEXT = "text"
REFUSAL = "refusal"
REASONING = "reasoning"

Events = Iterable[ResponseStreamEvent]


class MessageInProgress:
    """A message of at most two parts, text and refusal, each opened by its first delta."""

    def __init__(self, index: int, sequence: Iterator[int]) -> None:
        self._id = f"msg_{uuid4().hex}"
        self._index = index
        self._sequence = sequence
        self._parts: dict[str, list[str]] = {}

    def open(self) -> Events:
        yield ResponseOutputItemAddedEvent.model_construct(
            type="response.output_item.added",
            item=self.item("in_progress"),
            output_index=self._index,
            sequence_number=next(self._sequence),
        )

    def write(self, kind: str, text: str) -> Iterable[Piece]:
        if kind not in self._parts:
            self._parts[kind] = []
            yield ResponseContentPartAddedEvent.model_construct(
                type="response.content_part.added", part=_part(kind, ""), **self._place(kind)
            )
        self._parts[kind].append(text)
        yield Delta(kind, text, lambda: self._written(kind, text))

    def _written(self, kind: str, delta: str) -> ResponseStreamEvent:
        if kind == TEXT:
            return ResponseTextDeltaEvent.model_construct(
                type="response.output_text.delta", delta=delta, logprobs=[], **self._place(kind)
            )
        return ResponseRefusalDeltaEvent.model_construct(
            type="response.refusal.delta", delta=delta, **self._place(kind)
        )

    def close(self) -> Events:
        for kind, deltas in self._parts.items():
            part = _part(kind, "".join(deltas))
            if isinstance(part, ResponseOutputText):
                yield ResponseTextDoneEvent.model_construct(
                    type="response.output_text.done",
                    text=part.text,
                    logprobs=[],
                    **self._place(kind),
                )
            else:
                yield ResponseRefusalDoneEvent.model_construct(
                    type="response.refusal.done", refusal=part.refusal, **self._place(kind)
                )
            yield ResponseContentPartDoneEvent.model_construct(
                type="response.content_part.done", part=part, **self._place(kind)
            )

    def item(self, status: Any = "completed") -> ResponseOutputMessage:
        content = [_part(kind, "".join(deltas)) for kind, deltas in self._parts.items()]
        return ResponseOutputMessage(
            id=self._id, type="message", role="assistant", status=status, content=list(content)
        )

    def _place(self, kind: str) -> dict[str, Any]:
        return {
            "item_id": self._id,
            "output_index": self._index,
            "content_index": list(self._parts).index(kind),
            "sequence_number": next(self._sequence),
        }


class ReasoningInProgress:
    """What the model thought, as a summary. The SDK gives it back to models that insist on it,
    which it knows by the model's name."""

    def __init__(self, model: str, index: int, sequence: Iterator[int]) -> None:
        self._id = f"rs_{uuid4().hex}"
        self._model = model
        self._index = index
        self._sequence = sequence
        self._deltas: list[str] = []

    def open(self) -> Events:
        yield ResponseOutputItemAddedEvent.model_construct(
            type="response.output_item.added",
            item=self.item(),
            output_index=self._index,
            sequence_number=next(self._sequence),
        )
        yield ResponseReasoningSummaryPartAddedEvent.model_construct(
            type="response.reasoning_summary_part.added",
            part=part_added.Part(text="", type="summary_text"),
            **self._place(),
        )

    def write(self, text: str) -> Iterable[Piece]:
        self._deltas.append(text)
        yield Delta(REASONING, text, lambda: self._written(text))

    def _written(self, delta: str) -> ResponseStreamEvent:
        return ResponseReasoningSummaryTextDeltaEvent.model_construct(
            type="response.reasoning_summary_text.delta", delta=delta, **self._place()
        )

    def close(self) -> Events:
        text = "".join(self._deltas)
        yield ResponseReasoningSummaryTextDoneEvent.model_construct(
            type="response.reasoning_summary_text.done", text=text, **self._place()
        )
        yield ResponseReasoningSummaryPartDoneEvent.model_construct(
            type="response.reasoning_summary_part.done",
            part=part_done.Part(text=text, type="summary_text"),
            **self._place(),
        )

    def item(self) -> ResponseReasoningItem:
        text = "".join(self._deltas)
        return ResponseReasoningItem.model_validate(
            {
                "id": self._id,
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": text}] if text else [],
                "provider_data": {"model": self._model},
            }
        )

    def _place(self) -> dict[str, Any]:
        return {
            "item_id": self._id,
            "output_index": self._index,
            "summary_index": 0,
            "sequence_number": next(self._sequence),
        }


def _part(kind: str, text: str) -> ResponseOutputText | ResponseOutputRefusal:
    if kind == TEXT:
        return ResponseOutputText(type="output_text", text=text, annotations=[])
    return ResponseOutputRefusal(type="refusal", refusal=text)
