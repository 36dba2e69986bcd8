"""Items of a response while they are written, and the events that say so."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

from openai.types.responses import (
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseOutputItem,
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

from app.llm.pieces import Delta, Mark, Piece

TEXT = "text"
REFUSAL = "refusal"
REASONING = "reasoning"

Pieces = Iterable[Piece]


class MessageInProgress:
    """A message of at most two parts, text and refusal, each opened by its first delta."""

    def __init__(self, index: int, sequence: Iterator[int]) -> None:
        self._id = f"msg_{uuid4().hex}"
        self._index = index
        self._sequence = sequence
        self._parts: dict[str, list[str]] = {}

    def open(self) -> Pieces:
        yield added(lambda: self.item("in_progress"), self._index, self._sequence, message="begun")

    def write(self, kind: str, text: str) -> Iterable[Piece]:
        if kind not in self._parts:
            self._parts[kind] = []
            yield Mark(
                lambda: ResponseContentPartAddedEvent.model_construct(
                    type="response.content_part.added", part=_part(kind, ""), **self._place(kind)
                )
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

    def close(self) -> Pieces:
        for kind in self._parts:
            yield Mark(lambda kind=kind: self._ended(kind))
            yield Mark(
                lambda kind=kind: ResponseContentPartDoneEvent.model_construct(
                    type="response.content_part.done", part=self._part(kind), **self._place(kind)
                )
            )

    def _ended(self, kind: str) -> ResponseStreamEvent:
        part = self._part(kind)
        if isinstance(part, ResponseOutputText):
            return ResponseTextDoneEvent.model_construct(
                type="response.output_text.done",
                text=part.text,
                logprobs=[],
                **self._place(kind),
            )
        return ResponseRefusalDoneEvent.model_construct(
            type="response.refusal.done", refusal=part.refusal, **self._place(kind)
        )

    def item(self, status: Any = "completed") -> ResponseOutputMessage:
        content = [self._part(kind) for kind in self._parts]
        return ResponseOutputMessage(
            id=self._id, type="message", role="assistant", status=status, content=list(content)
        )

    def _part(self, kind: str) -> ResponseOutputText | ResponseOutputRefusal:
        return _part(kind, "".join(self._parts[kind]))

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

    def open(self) -> Pieces:
        yield added(self.item, self._index, self._sequence)
        yield Mark(
            lambda: ResponseReasoningSummaryPartAddedEvent.model_construct(
                type="response.reasoning_summary_part.added",
                part=part_added.Part(text="", type="summary_text"),
                **self._place(),
            )
        )

    def write(self, text: str) -> Iterable[Piece]:
        self._deltas.append(text)
        yield Delta(REASONING, text, lambda: self._written(text))

    def _written(self, delta: str) -> ResponseStreamEvent:
        return ResponseReasoningSummaryTextDeltaEvent.model_construct(
            type="response.reasoning_summary_text.delta", delta=delta, **self._place()
        )

    def close(self) -> Pieces:
        text = "".join(self._deltas)
        yield Mark(
            lambda: ResponseReasoningSummaryTextDoneEvent.model_construct(
                type="response.reasoning_summary_text.done", text=text, **self._place()
            )
        )
        yield Mark(
            lambda: ResponseReasoningSummaryPartDoneEvent.model_construct(
                type="response.reasoning_summary_part.done",
                part=part_done.Part(text=text, type="summary_text"),
                **self._place(),
            )
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


def added(
    item: Callable[[], ResponseOutputItem],
    index: int,
    sequence: Iterator[int],
    *,
    message: str = "",
) -> Mark:
    return Mark(
        lambda: ResponseOutputItemAddedEvent.model_construct(
            type="response.output_item.added",
            item=item(),
            output_index=index,
            sequence_number=next(sequence),
        ),
        message,
    )


def _part(kind: str, text: str) -> ResponseOutputText | ResponseOutputRefusal:
    if kind == TEXT:
        return ResponseOutputText(type="output_text", text=text, annotations=[])
    return ResponseOutputRefusal(type="refusal", refusal=text)
