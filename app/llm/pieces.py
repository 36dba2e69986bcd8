"""What a model says, before it costs a model of pydantic's."""

from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from agents import Model, ModelResponse, Usage
from openai.types.responses import ResponseCompletedEvent, ResponseStreamEvent


class Delta:
    """Text that arrived together. Becomes the SDK's event for whoever asks for one."""

    __slots__ = ("event", "kind", "text")

    def __init__(self, kind: str, text: str, event: Callable[[], ResponseStreamEvent]) -> None:
        self.kind = kind
        self.text = text
        self.event = event


Piece = Delta | ResponseStreamEvent


class PieceModel(Model):
    """A model that gives its deltas as they are; as a `Model` it gives events, one for each."""

    @abstractmethod
    def pieces(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Piece, None]:
        """As `stream_response`."""

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        async with aclosing(self.pieces(*args, **kwargs)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ResponseCompletedEvent):
                    return whole(piece)
        raise RuntimeError("a model ended without a response")

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[ResponseStreamEvent, None]:
        async with aclosing(self.pieces(*args, **kwargs)) as pieces:
            async for piece in pieces:
                yield piece.event() if isinstance(piece, Delta) else piece


def whole(event: ResponseCompletedEvent) -> ModelResponse:
    used = event.response.usage
    usage = Usage(requests=1)
    if used:
        usage = Usage(
            requests=1,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            total_tokens=used.total_tokens,
            input_tokens_details=used.input_tokens_details,
            output_tokens_details=used.output_tokens_details,
        )
    return ModelResponse(list(event.response.output), usage, event.response.id)
