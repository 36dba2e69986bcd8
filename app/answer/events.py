"""Steps of an answer → ChatKit's events, with ids of our own and UTC times."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from chatkit.errors import CustomStreamError
from chatkit.types import (
    ClientEffectEvent,
    ClientToolCallItem,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
    ThreadStreamEvent,
    URLSource,
)

from app.answer.citations import Citation
from app.answer.message import Message, Written
from app.answer.search_item import SEARCHING, Search, source
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

READING = "Reading this page"
CUT = "This answer was cut at the model's length limit. Ask for the rest to go on."
EMPTY = "The model gave no answer. Please try again."


Event = ThreadStreamEvent | Written | Traced


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
