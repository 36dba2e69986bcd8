"""A message in a thread → the events of its answer."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

from chatkit.types import ClientToolCallItem, ThreadItem, ThreadMetadata, UserMessageItem

from app.answer.agent import DocsAgent
from app.answer.events import EventWriter, events
from app.answer.history import Message, asked, remembered
from app.answer.question import Question
from app.answer.reading import Reading, reading
from app.answer.sources import Sources
from app.answer.title import named, shortened
from app.answer.tokens import TokenCounter
from app.context import RequestContext
from app.stores.base import ThreadStore
from app.trace import Trace, Traced
from app.turn import Events

_REMEMBERED = 50  # newest items looked at for the model's context


class Responder:
    """Threads are named by the model, or else called by their first question.

    `choices` are the URLs of the models that readers may name; `model` answers by default.
    `budget` is the tokens of a thread that the model is given.
    """

    def __init__(
        self,
        store: ThreadStore,
        agent: DocsAgent,
        *,
        model: str,
        choices: Mapping[str, str],
        titled_by_model: bool,
        count: TokenCounter,
        budget: int,
    ) -> None:
        self._store = store
        self._agent = agent
        self._model = model
        self._choices = choices
        self._titled_by_model = titled_by_model
        self._count = count
        self._budget = budget

    def read(self, result: object) -> Reading:
        """What a reader's page said of itself; half of the budget is for it."""
        return reading(result, budget=self._budget // 2, count=self._count)

    def name(
        self, thread: ThreadMetadata, message: UserMessageItem, context: RequestContext
    ) -> None:
        """Before it is stored, where no model is to name it: that saves storing it again."""
        if not self._titled_by_model:
            thread.title = shortened(asked(message, context.page, context.tools).text)

    async def respond(
        self,
        thread: ThreadMetadata,
        message: UserMessageItem | None,
        context: RequestContext,
        read: Reading | None = None,
        *,
        new: bool = False,
    ) -> Events:
        """`read` is what the reader's page said when it was asked; in a `new` thread nothing was
        said before. Nothing answers no message."""
        if message is None:
            return
        question = asked(message, context.page, context.tools)
        history = [] if new else await self._history(message, question, context)
        sources = Sources()
        model = self._choices.get(question.model, self._model)
        writer = EventWriter(
            thread.id,
            lambda kind: self._store.generate_item_id(kind, thread, context),
            sources,
            lambda: Trace(question.text, model, sources.traced, sources.doubted),
        )
        naming = self._name(thread, question.text)
        try:
            steps = self._agent.answer(question, history, sources, reading=read)
            async with aclosing(events(steps, writer)) as answered:
                async for event in answered:
                    if isinstance(event, Traced) and naming and naming.done():
                        thread.title = await named(naming, question.text)  # stored with the answer
                    yield event
            if naming and not thread.title:
                thread.title = await named(naming, question.text)
        finally:
            if naming:
                naming.cancel()
            if traces := writer.unfinished():
                await self._store.save_together(thread.id, context, traces=traces)

    async def _history(
        self, message: UserMessageItem, question: Question, context: RequestContext
    ) -> list[Message]:
        earlier = await self._store.load_thread_items(
            message.thread_id, message.id, _REMEMBERED, "desc", context
        )
        await self._forget_unanswered(earlier.data[:1], context)
        budget = self._budget - self._count(question.text)
        return remembered(earlier.data, budget=budget, count=self._count)

    async def _forget_unanswered(self, last: list[ThreadItem], context: RequestContext) -> None:
        """A page that never answered its tool's call will not: the reader has asked on."""
        for item in last:
            if isinstance(item, ClientToolCallItem) and item.status == "pending":
                await self._store.delete_thread_item(item.thread_id, item.id, context)

    def _name(self, thread: ThreadMetadata, question: str) -> asyncio.Task[str] | None:
        if not self._titled_by_model:
            thread.title = thread.title or shortened(question)
        return None if thread.title else asyncio.create_task(self._agent.title(question))
