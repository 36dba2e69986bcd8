"""Steps of an answer → ChatKit's events, with ids of our own and UTC times."""

import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

import orjson
from chatkit.errors import CustomStreamError
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientEffectEvent,
    ClientToolCallItem,
    DurationSummary,
    NoticeEvent,
    ProgressUpdateEvent,
    SearchTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    URLSource,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from app.answer.citations import Citation
from app.answer.sources import Sources
from app.answer.steps import (
    Cut,
    Found,
    MessageDone,
    MessageStarted,
    Opened,
    PageAsked,
    Searching,
    Step,
)
from app.context import NAVIGATE, READ_CURRENT_PAGE
from app.retrieval.passages import NumberedPassage
from app.trace import Trace, Traced

NewId = Callable[[Literal["message", "workflow", "tool_call"]], str]

SEARCHING = "Searching the docs"
READING = "Reading this page"
CUT = "This answer was cut at the model's length limit. Ask for the rest to go on."
EMPTY = "The model gave no answer. Please try again."
_EXCERPT = 200


def source(passage: NumberedPassage) -> URLSource:
    text = " ".join(passage.text.split())
    excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return URLSource(title=passage.path, url=passage.url, description=excerpt or None)


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


Event = ThreadStreamEvent | Written | Traced


class Message:
    """An assistant message while it is written; opened by its first piece."""

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

    def write(self, delta: str) -> Iterable[Event]:
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

    def cite(self, sources: Iterable[URLSource]) -> Iterable[Event]:
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


class Search:
    """The workflow item that lists what was searched before a message, and what was found."""

    def __init__(self, item_id: str, thread_id: str) -> None:
        self._started = time.monotonic()
        self._item = WorkflowItem(
            id=item_id,
            thread_id=thread_id,
            created_at=datetime.now(UTC),
            workflow=Workflow(type="custom", tasks=[]),
        )

    def begin(self, query: str) -> Iterable[ThreadStreamEvent]:
        task = SearchTask(
            title=SEARCHING, title_query=query, queries=[query], status_indicator="loading"
        )
        tasks = self._item.workflow.tasks
        tasks.append(task)
        if len(tasks) == 1:
            yield ThreadItemAddedEvent(item=self._item)
        else:
            added = WorkflowTaskAdded(task_index=len(tasks) - 1, task=task)
            yield ThreadItemUpdatedEvent(item_id=self._item.id, update=added)

    def end(self, sources: Iterable[URLSource]) -> Iterable[ThreadStreamEvent]:
        last = len(self._item.workflow.tasks) - 1
        task = self._item.workflow.tasks[last].model_copy(
            update={
                "sources": list({found.url: found for found in sources}.values()),
                "status_indicator": "complete",
            }
        )
        self._item.workflow.tasks[last] = task
        updated = WorkflowTaskUpdated(task_index=last, task=task)
        yield ThreadItemUpdatedEvent(item_id=self._item.id, update=updated)

    def close(self) -> Iterable[ThreadStreamEvent]:
        seconds = round(time.monotonic() - self._started)
        self._item.workflow.summary = DurationSummary(duration=seconds)
        stop_loading(self._item)
        yield ThreadItemDoneEvent(item=self._item)


def stop_loading(item: WorkflowItem) -> None:
    """A search that failed, or whose reader left, goes on for nobody."""
    for task in item.workflow.tasks:
        if task.status_indicator == "loading":
            task.status_indicator = "none"


class EventWriter:
    """Steps → events, incrementally."""

    def __init__(
        self, thread_id: str, new_id: NewId, sources: Sources, trace: Callable[[], Trace]
    ) -> None:
        self._trace = trace
        self._thread = thread_id
        self._new_id = new_id
        self._sources = sources
        self._shown: dict[int, URLSource] = {}
        self._search: Search | None = None
        self._message: Message | None = None
        self.messages: list[str] = []
        """The ids of what was answered."""
        self.page_asked = False

    def write(self, step: Step) -> Iterable[Event]:
        match step:
            case str():
                yield from self._text(step)
            case Citation(numbers):
                yield from self._open().cite(self._source(self._sources[n]) for n in numbers)
            case Searching(query):
                yield from self._begin(query)
            case Found(_, passages) if self._search:
                yield from self._search.end(map(self._source, passages))
            case MessageDone():
                yield from self._close_message()
            case Cut():
                yield NoticeEvent(level="warning", message=CUT)
            case PageAsked():
                yield from self._ask_page()
            case Opened(url):
                yield _navigate(url)
            case MessageStarted() | Found():
                pass

    def unfinished(self) -> Mapping[str, Trace]:
        """The message that is open, if one is, and what it is made from."""
        return {self.messages[-1]: self._trace()} if self._message else {}

    def close(self) -> Iterable[Event]:
        """What is still open, as it is."""
        yield from self._close_search()
        yield from self._close_message()

    def _source(self, passage: NumberedPassage) -> URLSource:
        """One for all that cite it."""
        if passage.number not in self._shown:
            self._shown[passage.number] = source(passage)
        return self._shown[passage.number]

    def _text(self, delta: str) -> Iterable[Event]:
        if delta:
            yield from self._close_search()
            yield from self._open().write(delta)

    def _open(self) -> Message:
        if self._message is None:
            self.messages.append(self._new_id("message"))
            self._message = Message(self.messages[-1], self._thread)
        return self._message

    def _begin(self, query: str) -> Iterable[ThreadStreamEvent]:
        yield ProgressUpdateEvent(icon="search", text=f"{SEARCHING}: {query}"[:120])
        if self._search is None:
            self._search = Search(self._new_id("workflow"), self._thread)
        yield from self._search.begin(query)

    def _ask_page(self) -> Iterable[Event]:
        yield from self.close()
        self.page_asked = True
        call_id = self._new_id("tool_call")
        yield ProgressUpdateEvent(icon="document", text=READING)
        yield ThreadItemDoneEvent(
            item=ClientToolCallItem(
                id=call_id,
                thread_id=self._thread,
                created_at=datetime.now(UTC),
                call_id=call_id,
                name=READ_CURRENT_PAGE,
                arguments={},
            )
        )

    def _close_search(self) -> Iterable[ThreadStreamEvent]:
        if self._search:
            yield from self._search.close()
            self._search = None

    def _close_message(self) -> Iterable[Event]:
        if self._message:
            yield Traced(self.messages[-1], self._trace())
            yield from self._message.close()
            self._message = None


def _navigate(url: str) -> ClientEffectEvent:
    """The path is where a page of the site can go by itself; the address says whose path it is."""
    parts = urlsplit(url)
    path = parts.path + (f"#{parts.fragment}" if parts.fragment else "")
    return ClientEffectEvent(name=NAVIGATE, data={"path": path, "url": url})


async def events(
    steps: AsyncGenerator[Step, None], writer: EventWriter
) -> AsyncGenerator[Event, None]:
    """Raises `CustomStreamError` when the steps end without an answer."""
    async with aclosing(steps):
        try:
            async for step in steps:
                for event in writer.write(step):
                    yield event
        except Exception:
            for event in writer.close():  # what was written stays
                yield event
            raise
    for event in writer.close():
        yield event
    if not (writer.messages or writer.page_asked):
        raise CustomStreamError(EMPTY, allow_retry=True)
