"""Chunks of a Chat Completions stream → pieces, which become the Responses API's events."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from operator import itemgetter
from typing import Any, cast

from openai.types.responses import ResponseOutputItem, ResponseOutputItemDoneEvent

from app.llm.calls import ToolCalls
from app.llm.chunks import Chunk
from app.llm.items import (
    REASONING,
    REFUSAL,
    TEXT,
    MessageInProgress,
    ReasoningInProgress,
    added,
)
from app.llm.pieces import Mark, Piece
from app.llm.response import Completed


class Assembly:
    """Incremental, no I/O: `add` gives the pieces of what arrived together, `close` those of
    the end.

    Deltas of one kind that arrived together leave together: one piece, not one each (trap 28).
    Every item has an id of its own, which the providers' streams do not give (trap 3).
    """

    def __init__(self, model: str, taken: frozenset[str] = frozenset()) -> None:
        self.finish_reason: str | None = None
        self._model = model
        self._calls = ToolCalls(model, taken)
        self._reasoning: ReasoningInProgress | None = None
        self._message: MessageInProgress | None = None
        self._output: list[ResponseOutputItem] = []
        self._usage: dict[str, Any] | None = None
        self._sequence = count()

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet that an answer is made of."""
        return not (self._message or self._calls)

    def add(self, chunks: Sequence[Chunk]) -> Iterable[Piece]:
        texts = [chunk for chunk in chunks if isinstance(chunk, str)]
        if len(texts) == len(chunks):  # nearly always
            if texts:
                yield from self._write(TEXT, "".join(texts))
            return
        for kind, deltas in groupby(self._deltas(chunks), key=itemgetter(0)):
            text = "".join(delta for _, delta in deltas)
            if kind != REASONING:
                yield from self._write(kind, text)
            elif self._message is None:  # afterthoughts are passed over
                yield from self._reason(text)

    def close(self) -> Iterable[Piece]:
        yield from self._close_reasoning()
        if self._message:
            yield from self._message.close()
            yield self._done(self._message.item(), "done")
        for call in self._calls.finished():
            yield added(lambda call=call: call, len(self._output), self._sequence)
            yield self._done(call)
        yield Completed(self._model, self._output, self.finish_reason, self._usage, self._sequence)

    def _deltas(self, chunks: Iterable[Chunk]) -> Iterator[tuple[str, str]]:
        """What is written; calls, usage and the finish reason are noted on the way."""
        for chunk in chunks:
            if isinstance(chunk, str):
                yield TEXT, chunk
                continue
            self._usage = chunk.get("usage") or self._usage
            choices: list[dict[str, Any]] = chunk.get("choices") or []
            for choice in choices:
                if not choice.get("index"):
                    yield from self._choice(choice)

    def _choice(self, choice: dict[str, Any]) -> Iterator[tuple[str, str]]:
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        delta: dict[str, Any] = choice.get("delta") or choice.get("message") or {}
        if text := delta.get("reasoning_content") or delta.get("reasoning"):
            yield REASONING, str(text)
        if text := delta.get("content"):
            yield TEXT, text if isinstance(text, str) else _text(text)
        if text := delta.get("refusal"):
            yield REFUSAL, str(text)
        calls: list[dict[str, Any]] = delta.get("tool_calls") or []
        for call in calls:
            self._calls.add(call)

    def _write(self, kind: str, text: str) -> Iterable[Piece]:
        if self._message is None:
            yield from self._close_reasoning()
            self._message = MessageInProgress(len(self._output), self._sequence)
            yield from self._message.open()
        yield from self._message.write(kind, text)

    def _reason(self, text: str) -> Iterable[Piece]:
        if self._reasoning is None:
            self._reasoning = ReasoningInProgress(self._model, len(self._output), self._sequence)
            yield from self._reasoning.open()
        yield from self._reasoning.write(text)

    def _close_reasoning(self) -> Iterable[Piece]:
        if self._reasoning:
            yield from self._reasoning.close()
            yield self._done(self._reasoning.item())
            self._reasoning = None

    def _done(self, item: ResponseOutputItem, message: str = "") -> Mark:
        self._output.append(item)
        index = len(self._output) - 1
        return Mark(
            lambda: ResponseOutputItemDoneEvent.model_construct(
                type="response.output_item.done",
                item=item,
                output_index=index,
                sequence_number=next(self._sequence),
            ),
            message,
        )


def _text(parts: Any) -> str:
    """Mistral's reasoning models write content in parts."""
    texts = cast("list[dict[str, Any]]", parts)
    return "".join(part["text"] for part in texts if part.get("type") == "text")
