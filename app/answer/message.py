"""An assistant message while it is written: ChatKit's events for its text and citations."""

from collections.abc import Iterable
from datetime import UTC, datetime

import orjson
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    URLSource,
)


class Written:
    """Text of a message as it is written: what a `ThreadItemUpdatedEvent` with a text delta says.

    A model of pydantic's for each would cost more than all else that happens to a delta.
    """

    __slots__ = ("_opening", "delta", "item_id")

    def __init__(self, item_id: str, delta: str, opening: bytes) -> None:
        self.item_id = item_id
        self.delta = delta
        self._opening = opening

    def event(self) -> ThreadItemUpdatedEvent:
        update = AssistantMessageContentPartTextDelta(content_index=0, delta=self.delta)
        return ThreadItemUpdatedEvent(item_id=self.item_id, update=update)

    def json(self) -> bytes:
        """The event's, byte for byte."""
        return b"%b%b}}" % (self._opening, orjson.dumps(self.delta))


class Message:
    """Opened by its first piece."""

    def __init__(self, item_id: str, thread_id: str) -> None:
        self._id = item_id
        self._thread = thread_id
        self._created = datetime.now(UTC)
        self._text: list[str] = []
        self._annotations: list[Annotation] = []
        self._length = 0  # in UTF-16 code units, as browsers count (trap 39)
        whole = Written(item_id, "", b"").event().model_dump_json(exclude_none=True)
        self._opening = whole.removesuffix('""}}').encode()

    @property
    def empty(self) -> bool:
        return not self._text

    def write(self, delta: str) -> Iterable[ThreadStreamEvent | Written]:
        if self.empty:
            yield ThreadItemAddedEvent(item=self._item([]))
            yield self._updated(
                AssistantMessageContentPartAdded(
                    content_index=0, content=AssistantMessageContent(text="")
                )
            )
        self._text.append(delta)
        self._length += len(delta) if delta.isascii() else len(delta.encode("utf-16-le")) // 2
        yield Written(self._id, delta, self._opening)

    def cite(self, sources: Iterable[URLSource]) -> Iterable[ThreadStreamEvent | Written]:
        if self.empty:
            yield from self.write("")
        for cited in sources:
            annotation = Annotation(source=cited, index=self._length)
            self._annotations.append(annotation)
            yield self._updated(
                AssistantMessageContentPartAnnotationAdded(
                    content_index=0,
                    annotation_index=len(self._annotations) - 1,
                    annotation=annotation,
                )
            )

    def close(self) -> Iterable[ThreadStreamEvent]:
        if self.empty:
            return
        content = AssistantMessageContent(text="".join(self._text), annotations=self._annotations)
        yield self._updated(AssistantMessageContentPartDone(content_index=0, content=content))
        yield ThreadItemDoneEvent(item=self._item([content]))

    def _item(self, content: list[AssistantMessageContent]) -> AssistantMessageItem:
        return AssistantMessageItem(
            id=self._id, thread_id=self._thread, created_at=self._created, content=content
        )

    def _updated(
        self,
        update: AssistantMessageContentPartAdded
        | AssistantMessageContentPartAnnotationAdded
        | AssistantMessageContentPartDone,
    ) -> ThreadItemUpdatedEvent:
        return ThreadItemUpdatedEvent(item_id=self._id, update=update)
