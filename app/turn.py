"""One streamed turn: what happens to its events between the answer and the wire."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import anyio
from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientToolCallItem,
    HiddenContextItem,
    Page,
    SDKHiddenContextItem,
    Thread,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    WorkflowItem,
)
from pydantic import BaseModel

from app.answer.events import Event
from app.answer.message import Written
from app.answer.search_item import stop_loading
from app.context import RequestContext
from app.stores.base import ThreadStore
from app.trace import Trace, Traced

Events = AsyncGenerator[Event, None]

_Items = Page[ThreadItem]  # looked up once
_SAVING = 10.0  # seconds that saving a partial answer may take


class Recorder:
    """Keeps the store in step with the events that pass.

    Updates of an open item are only remembered; they are folded when the turn is left early.
    """

    def __init__(self, store: ThreadStore, thread: ThreadMetadata, context: RequestContext) -> None:
        self._store = store
        self._thread = thread
        self._context = context
        self._saved: str = thread.model_dump_json()  # as the store has it
        self._told: str = self._saved  # as the reader has it
        self._held: list[ThreadItem] = []  # stored with the message that they lead to
        self._traces: dict[str, Trace] = {}
        self._open: dict[str, tuple[ThreadItem, list[ThreadItemUpdate | str]]] = {}

    def traced(self, event: Traced) -> None:
        self._traces[event.item_id] = event.trace

    def written(self, event: Written) -> None:
        self._open[event.item_id][1].append(event.delta)

    async def record(self, event: ThreadStreamEvent) -> None:
        thread, context = self._thread.id, self._context
        match event:
            case ThreadItemUpdatedEvent():
                if event.item_id in self._open:
                    self._open[event.item_id][1].append(event.update)
            case ThreadItemAddedEvent():
                self._open[event.item.id] = (event.item.model_copy(), [])
            case ThreadItemDoneEvent(item=WorkflowItem()):
                self._held.append(event.item)
                self._open.pop(event.item.id, None)
            case ThreadItemDoneEvent():
                await self.flush(event.item)
                self._open.pop(event.item.id, None)
            case ThreadItemReplacedEvent():
                await self._store.save_item(thread, event.item, context)
                self._open.pop(event.item.id, None)
            case ThreadItemRemovedEvent():
                if self._open.pop(event.item_id, None) is None:  # else it was never stored
                    await self._store.delete_thread_item(thread, event.item_id, context)
            case _:
                pass

    async def updated(self) -> ThreadUpdatedEvent | None:
        """The event for a thread that was changed since the last call, saved first."""
        now = self._thread.model_dump_json()
        if now == self._told:
            return None
        if now != self._saved:
            await self._store.save_thread(self._thread, self._context)
        self._saved = now
        self._told = now
        return ThreadUpdatedEvent(thread=shown(self._thread))

    async def flush(self, *items: ThreadItem) -> None:
        """Store these, and all that waits, in one step."""
        now = self._thread.model_dump_json()
        changed = self._thread if now != self._saved else None
        items = (*self._held, *items)
        if not (items or changed or self._traces):
            return
        await self._store.save_together(
            self._thread.id, self._context, thread=changed, items=items, traces=self._traces
        )
        self._saved = now
        self._held = []
        self._traces = {}

    def pending(self) -> list[ThreadItem]:
        """Items that were begun and not finished, as far as they were streamed."""
        return [_folded(item, updates) for item, updates in self._open.values()]


async def recorded(
    events: Events, recorder: Recorder, cancelled: Callable[[list[ThreadItem]], Awaitable[None]]
) -> Events:
    """Events on their way to the reader, stored as they pass; hidden items stay here.

    When the reader stops or leaves, `cancelled` gets what was unfinished. Both ways of leaving
    end here: a cancelled task, and a generator closed while the server was blocked in a send
    (traps 2 and 17). Starlette cancels again at every await, hence the shield.
    """
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Written):
                    recorder.written(event)
                    yield event
                    continue
                if isinstance(event, Traced):
                    recorder.traced(event)
                    continue
                await recorder.record(event)
                if not _hidden(event):
                    yield event
                if not isinstance(event, ThreadItemUpdatedEvent) and (
                    update := await recorder.updated()
                ):
                    yield update
            await recorder.flush()
            if update := await recorder.updated():
                yield update
    except (asyncio.CancelledError, GeneratorExit):
        with anyio.move_on_after(_SAVING, shield=True):
            await recorder.flush()
            await cancelled(recorder.pending())
        raise
    except Exception:
        await recorder.flush()
        raise


async def replacing(answer: Events, forget: Callable[[], Awaitable[None]]) -> Events:
    """The old answer goes when the new one begins: a failed retry costs nothing. What is done
    before, the search, waits for that."""
    held: list[ThreadItemDoneEvent] | None = []
    async with aclosing(answer):
        async for event in answer:
            match event:
                case ThreadItemDoneEvent(item=WorkflowItem()) if held is not None:
                    held.append(event)
                    continue
                case (
                    ThreadItemAddedEvent(item=AssistantMessageItem())
                    | ThreadItemDoneEvent(item=ClientToolCallItem())
                ) if held is not None:
                    await forget()
                    for earlier in held:
                        yield earlier
                    held = None
                case _:
                    pass
            yield event


def shown(thread: ThreadMetadata, items: Page[ThreadItem] | None = None) -> Thread:
    """A thread as its reader gets it."""
    return Thread(
        id=thread.id,
        title=thread.title,
        created_at=thread.created_at,
        status=thread.status,
        allowed_image_domains=thread.allowed_image_domains,
        items=items or _Items(),
    )


def dumped(model: BaseModel) -> bytes:
    """JSON as ChatKit's clients expect it: no nulls, no integration-only metadata."""
    return model.model_dump_json(
        by_alias=True, exclude_none=True, context={"exclude_metadata": True}
    ).encode()


async def frames(events: Events) -> AsyncGenerator[bytes, None]:
    """Server-sent events: no names, no end marker; the end is the close."""
    async with aclosing(events):
        async for event in events:
            if not isinstance(event, Traced):
                said = event.json() if isinstance(event, Written) else dumped(event)
                yield b"data: %b\n\n" % said


def _hidden(event: ThreadStreamEvent) -> bool:
    return isinstance(event, ThreadItemDoneEvent) and isinstance(
        event.item, HiddenContextItem | SDKHiddenContextItem
    )


def _folded(item: ThreadItem, updates: list[ThreadItemUpdate | str]) -> ThreadItem:
    """An assistant message with its updates applied; other items as they were added."""
    if isinstance(item, WorkflowItem):
        stop_loading(item)
    if not isinstance(item, AssistantMessageItem):
        return item
    parts = {index: part.model_copy(deep=True) for index, part in enumerate(item.content)}
    for update in updates:
        match update:
            case str():
                parts[0].text += update
            case AssistantMessageContentPartAdded() | AssistantMessageContentPartDone():
                parts[update.content_index] = update.content.model_copy(deep=True)
            case AssistantMessageContentPartTextDelta():
                parts[update.content_index].text += update.delta
            case AssistantMessageContentPartAnnotationAdded():
                parts[update.content_index].annotations.append(update.annotation)
            case _:
                pass
    item.content = [parts[index] for index in sorted(parts)]
    return item
