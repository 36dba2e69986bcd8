"""Bytes of a provider's answer → the chunks in it."""

from typing import Any, cast

import orjson

from app.llm.sse import SSEDecoder
from app.llm.template import Template

Chunk = dict[str, Any] | str
"""A string is what a chunk says that says nothing else."""

_DONE = b"[DONE]"
_SHOWN = 120  # bytes of something that is no chunk


class ChunkDecoder:
    """Incremental, no I/O. What comes after `[DONE]` or an error is passed over."""

    def __init__(self) -> None:
        self.done = False
        self.error: Any = None
        """What the provider said went wrong, after it had answered with success (trap 25)."""
        self.seen = False
        """Whether this has been an event stream at all."""
        self._events = SSEDecoder()
        self._template = Template()

    def decode(self, read: bytes) -> list[Chunk]:
        return self._chunks(self._events.decode(read))

    def flush(self) -> list[Chunk]:
        return self._chunks(self._events.flush())

    def _chunks(self, events: list[bytes]) -> list[Chunk]:
        several = len(events) > 1 and not (self.done or self.error)
        if several and (texts := self._template.texts(events)):
            return [*texts]
        chunks: list[Chunk] = []
        for data in events:
            if self.done or self.error:
                break
            self.seen = True
            if text := self._template.text(data):
                chunks.append(text)
            elif data.strip() == _DONE:
                self.done = True
            elif chunk := self._chunk(data):
                chunks.append(chunk)
        return chunks

    def _chunk(self, data: bytes) -> dict[str, Any] | None:
        try:
            chunk = orjson.loads(data)
        except orjson.JSONDecodeError:
            chunk = None
        if not isinstance(chunk, dict):
            self.error = {"code": 502, "message": f"not a chunk: {data[:_SHOWN]!r}"}
            return None
        chunk = cast("dict[str, Any]", chunk)
        self.error = chunk.get("error")
        self._template.learn(data, chunk)
        return None if self.error else chunk
