"""What a model says, before it costs a model of pydantic's: the SDK's events, made for whoever asks
for them."""

from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from agents import Model, ModelResponse
from openai.types.responses import ResponseStreamEvent

from app.llm.response import Completed


class Delta:
    """Text that arrived together."""

    __slots__ = ("event", "kind", "text")

    def __init__(self, kind: str, text: str, event: Callable[[], ResponseStreamEvent]) -> None:
        self.kind = kind
        self.text = text
        self.event = event


class Mark:
    """A beginning or an end. `message` is "begun" or "done" where it is a whole message's."""

    __slots__ = ("event", "message")

    def __init__(self, event: Callable[[], ResponseStreamEvent], message: str = "") -> None:
        self.event = event
        self.message = message


Piece = Delta | Mark | Completed


class PieceModel(Model):
    """A model that gives its deltas as they are; as a `Model` it gives events, one for each."""

    @abstractmethod
    def pieces(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Piece, None]:
        """As `stream_response`. The last piece is the one that is `Completed`."""

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        response: ModelResponse | None = None
        async with aclosing(self.pieces(*args, **kwargs)) as pieces:
            async for piece in pieces:  # to the end: then the connection can be used again
                if isinstance(piece, Completed):
                    response = piece.response()
        if response is None:
            raise RuntimeError("a model ended without a response")
        return response

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[ResponseStreamEvent, None]:
        async with aclosing(self.pieces(*args, **kwargs)) as pieces:
            async for piece in pieces:
                yield piece.event()
