"""A model of the Agents SDK that says what a test tells it to."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from agents import Model, ModelResponse, Usage
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)
from openai.types.responses.response import IncompleteDetails


@dataclass
class Call:
    name: str
    arguments: dict[str, Any] | str

    @property
    def written(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass
class Cutoff:
    """The length limit, at the end of a script."""


Piece = str | Call | Exception | asyncio.Event | Cutoff


class FakeModel(Model):
    """Each call takes the next script: deltas, calls, failures, and gates to wait at. A call for
    a title, which asks of one string, takes the next of `titles`."""

    def __init__(
        self,
        scripts: list[list[Piece]] | None = None,
        *,
        titles: list[list[Piece]] | None = None,
    ) -> None:
        self.scripts = scripts or []
        self.titles = titles or []
        self.inputs: list[list[Any]] = []
        self.instructions: list[str | None] = []
        self.tools: list[list[str]] = []
        self.closed = asyncio.Event()
        """Set when a stream ends, whichever way."""
        self.sent = 0
        self._ids = count(1)

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        async for event in self.stream_response(*args, **kwargs):
            if isinstance(event, ResponseCompletedEvent):
                return ModelResponse(event.response.output, Usage(), None)
        raise AssertionError("a script without an end")

    async def stream_response(
        self,
        system_instructions: Any,
        input: Any,  # noqa: A002 - the SDK's name
        model_settings: Any,
        tools: Any,
        *_: Any,
        **__: Any,
    ) -> AsyncIterator[Any]:
        if isinstance(input, str):
            async for event in self._played(self.titles.pop(0)):
                yield event
            return
        self.inputs.append(input)
        self.instructions.append(system_instructions)
        self.tools.append([tool.name for tool in tools])
        script = self.scripts.pop(0)
        try:
            async for event in self._played(script):
                yield event
        finally:
            self.closed.set()

    async def _played(self, script: list[Piece]) -> AsyncIterator[Any]:
        output: list[Any] = []
        text: list[str] = []
        message = self._message([])
        for piece in script:
            match piece:
                case asyncio.Event():
                    await piece.wait()
                case Exception():
                    raise piece
                case str():
                    if not text:
                        yield ResponseOutputItemAddedEvent(
                            type="response.output_item.added",
                            item=message,
                            output_index=0,
                            sequence_number=0,
                        )
                    text.append(piece)
                    self.sent += 1
                    yield ResponseTextDeltaEvent(
                        type="response.output_text.delta",
                        content_index=0,
                        delta=piece,
                        item_id=message.id,
                        logprobs=[],
                        output_index=0,
                        sequence_number=0,
                    )
                case Call():
                    output.append(
                        ResponseFunctionToolCall(
                            type="function_call",
                            call_id=f"call_{next(self._ids)}",
                            name=piece.name,
                            arguments=piece.written,
                        )
                    )
                case Cutoff():
                    pass
        if text:
            output.insert(0, self._message(text, message.id))
        for item in output:
            yield ResponseOutputItemDoneEvent(
                type="response.output_item.done", item=item, output_index=0, sequence_number=0
            )
        cut = any(isinstance(piece, Cutoff) for piece in script)
        yield ResponseCompletedEvent(
            type="response.completed",
            response=Response(
                id=f"resp_{next(self._ids)}",
                created_at=0,
                model="fake",
                object="response",
                output=output,
                tool_choice="auto",
                tools=[],
                parallel_tool_calls=False,
                incomplete_details=IncompleteDetails(reason="max_output_tokens") if cut else None,
            ),
            sequence_number=0,
        )

    def _message(self, text: list[str], item_id: str = "") -> ResponseOutputMessage:
        content = [ResponseOutputText(type="output_text", text="".join(text), annotations=[])]
        return ResponseOutputMessage(
            id=item_id or f"item_{next(self._ids)}",
            type="message",
            role="assistant",
            status="completed",
            content=content if text else [],
        )
