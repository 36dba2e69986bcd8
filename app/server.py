"""ChatKit's server: every request of the protocol, answered from the docs."""

import logging
from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime

from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.store import NotFoundError
from chatkit.types import (
    ClientToolCallItem,
    StreamingReq,
    StreamOptionsEvent,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    UserMessageInput,
    UserMessageItem,
    is_streaming_req,
)

from app.answer.agent import DocsAgent
from app.answer.reading import Reading
from app.answer.tokens import TokenCounter
from app.closing import Closing
from app.context import RequestContext
from app.failures import RESTARTING, explained
from app.recent import RecentMessages, Sent, tracked
from app.replies import FULL_THREAD, reply
from app.requests import RequestError, check_message, not_offered, parse
from app.responder import Responder
from app.stores.base import ThreadStore
from app.turn import Events, Recorder, frames, recorded, replacing, shown

logger = logging.getLogger(__name__)

ANSWERING = "This message is being answered already."
_NEWEST = 50  # items among which a page's answer finds its question


class DocsServer(ChatKitServer[RequestContext]):
    """`Responder` says what the settings mean; `grace` is the seconds that streams have to end."""

    def __init__(
        self,
        store: ThreadStore,
        agent: DocsAgent,
        *,
        model: str,
        choices: Mapping[str, str] | None = None,
        titled_by_model: bool,
        count: TokenCounter,
        budget: int,
        grace: float = 10,
    ) -> None:
        super().__init__(store)
        self.closing = Closing(grace)
        self.threads = store
        self._choices = choices or {}
        self._responder = Responder(
            store,
            agent,
            model=model,
            choices=self._choices,
            titled_by_model=titled_by_model,
            count=count,
            budget=budget,
        )
        self._recent = RecentMessages()

    async def process(
        self, request: str | bytes | bytearray, context: RequestContext
    ) -> StreamingResult | NonStreamingResult:
        """Raises `RequestError` or `NotFoundError` before any byte of a stream is sent."""
        parsed = parse(request.encode() if isinstance(request, str) else bytes(request))
        logger.info("request %s", parsed.type)
        if is_streaming_req(parsed):
            if self.closing.begun:
                raise RequestError(503, RESTARTING, retry_after=5)
            return StreamingResult(frames(await self._begin(parsed, context)))
        return NonStreamingResult(await reply(parsed, self.threads, context))

    def respond(  # pyright: ignore[reportIncompatibleMethodOverride] - deltas are lighter
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: RequestContext,
        read: Reading | None = None,
        *,
        new: bool = False,
    ) -> Events:
        """As `Responder.respond`."""
        return self._responder.respond(thread, input_user_message, context, read, new=new)

    async def _begin(self, request: StreamingReq, context: RequestContext) -> Events:
        match request:
            case ThreadsCreateReq(params=params):
                return await self._message(params.input, None, context)
            case ThreadsAddUserMessageReq(params=params):
                thread = await self.store.load_thread(params.thread_id, context)
                return await self._message(params.input, thread, context)
            case ThreadsRetryAfterItemReq(params=params):
                thread = await self.store.load_thread(params.thread_id, context)
                found = await self.store.load_item(thread.id, params.item_id, context)
                if not isinstance(found, UserMessageItem):
                    raise RequestError(400, f"Item {params.item_id} is not a user's message.")
                answer = self._replacing(thread, found, context)
                return self._answered(answer, thread, context)
            case ThreadsAddClientToolOutputReq(params=params):
                thread = await self.store.load_thread(params.thread_id, context)
                call, question = await self._page_asked(thread, context)
                if not (call and question):
                    raise not_offered(request)
                read = self._responder.read(params.result)
                answer = self._told(thread, call, question, read, context)
                return self._answered(answer, thread, context)
            case ThreadsAddStructuredInputReq() | ThreadsCustomActionReq():
                await self.store.load_thread(request.params.thread_id, context)
                raise not_offered(request)

    async def _message(
        self, message: UserMessageInput, known: ThreadMetadata | None, context: RequestContext
    ) -> Events:
        """What a message in a thread, or in a new one, sets off."""
        check_message(message, models=self._choices, tools=context.tools)
        # The same words on another page are another question.
        said, place = f"{context.page} {message.model_dump_json()}", known.id if known else ""
        if answer := await self._again(said, place, context):
            return answer
        thread = known or ThreadMetadata(
            id=self.store.generate_thread_id(context), created_at=datetime.now(UTC)
        )
        item = self._user_message(message, thread, context)
        sent = self._recent.sent(said, place, context, (thread.id, item.id))
        return tracked(self._asked(thread, item, context, new=known is None), sent)

    async def _again(self, message: str, thread_id: str, context: RequestContext) -> Events | None:
        """The answer to a message that was sent a moment ago: the same one, or another try where
        it was cut. None for a message that is new. Raises `RequestError` (409) while it is being
        answered."""
        sent = self._recent.again(message, thread_id, context)
        if sent is None:
            return None
        if sent.running:
            raise RequestError(409, ANSWERING)
        try:
            thread = await self.store.load_thread(sent.thread_id, context)
            item = await self.store.load_item(thread.id, sent.item_id, context)
        except NotFoundError:  # deleted since
            return None
        if not isinstance(item, UserMessageItem):
            return None
        logger.info("a message was sent again")
        sent.running = True
        return tracked(self._repeated(thread, item, sent, context, new=not thread_id), sent)

    async def _repeated(
        self,
        thread: ThreadMetadata,
        item: UserMessageItem,
        sent: Sent,
        context: RequestContext,
        *,
        new: bool,
    ) -> Events:
        if new:
            yield ThreadCreatedEvent(thread=shown(thread))
        yield ThreadItemDoneEvent(item=item)
        if not sent.answered:
            answer = self._replacing(thread, item, context)
            async with aclosing(self._answered(answer, thread, context)) as answered:
                async for event in answered:
                    yield event
            return
        later = await self.threads.load_visible_items(
            thread.id, item.id, FULL_THREAD, "asc", context
        )
        for stored in later.data:
            yield ThreadItemDoneEvent(item=stored)

    def _user_message(
        self, message: UserMessageInput, thread: ThreadMetadata, context: RequestContext
    ) -> UserMessageItem:
        return UserMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=message.content,
            quoted_text=message.quoted_text or None,
            inference_options=message.inference_options,
        )

    async def _asked(
        self, thread: ThreadMetadata, item: UserMessageItem, context: RequestContext, *, new: bool
    ) -> Events:
        if new:
            self._responder.name(thread, item, context)
        await self.threads.save_together(
            thread.id, context, thread=thread if new else None, items=[item]
        )
        if new:
            yield ThreadCreatedEvent(thread=shown(thread))
        yield ThreadItemDoneEvent(item=item)
        answer = self.respond(thread, item, context, new=new)
        async with aclosing(self._answered(answer, thread, context)) as answered:
            async for event in answered:
                yield event

    async def _page_asked(
        self, thread: ThreadMetadata, context: RequestContext
    ) -> tuple[ClientToolCallItem | None, UserMessageItem | None]:
        """The call that the thread waits for the reader's page with, and the question behind it."""
        newest = await self.threads.load_thread_items(thread.id, None, _NEWEST, "desc", context)
        call = newest.data[0] if newest.data else None
        if not isinstance(call, ClientToolCallItem) or call.status != "pending":
            return None, None
        asked = (item for item in newest.data if isinstance(item, UserMessageItem))
        return call, next(asked, None)

    async def _told(
        self,
        thread: ThreadMetadata,
        call: ClientToolCallItem,
        question: UserMessageItem,
        read: Reading,
        context: RequestContext,
    ) -> Events:
        """What the page said is kept in its call, so that no second output is taken for it."""
        output = {"title": read.title, "url": read.url, "text": read.text}
        done = call.model_copy(update={"status": "completed", "output": output})
        await self.threads.save_item(thread.id, done, context)
        async with aclosing(self.respond(thread, question, context, read)) as answer:
            async for event in answer:
                yield event

    def _replacing(
        self, thread: ThreadMetadata, item: UserMessageItem, context: RequestContext
    ) -> Events:
        return replacing(
            self.respond(thread, item, context),
            lambda: self.threads.delete_items_after(thread.id, item.id, context),
        )

    async def _answered(
        self, answer: Events, thread: ThreadMetadata, context: RequestContext
    ) -> Events:
        """The answer's events, stored as they pass; failures become an error for the reader."""
        yield StreamOptionsEvent(stream_options=self.get_stream_options(thread, context))
        recorder = Recorder(self.threads, thread, context)

        async def cancelled(pending: list[ThreadItem]) -> None:
            await self.handle_stream_cancelled(thread, pending, context)

        try:
            async with (
                self.closing.stream(),
                aclosing(recorded(answer, recorder, cancelled)) as stored,
            ):
                async for event in stored:
                    yield event
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader gets a sentence
            yield explained(error)
