"""The stack as the samples have it: FastAPI, StreamingResponse, a store in memory, the SDK's own
model for Chat Completions, and `stream_agent_response`."""

import socket
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

from agents import Agent, OpenAIChatCompletionsModel, Runner
from chatkit.agents import AgentContext, simple_to_agent_input, stream_agent_response
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError, Store
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata, UserMessageItem
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI

from bench.stream.worker import serve

Context = dict[str, Any]


class MemoryStore(Store[Context]):
    def __init__(self) -> None:
        self.threads: dict[str, ThreadMetadata] = {}
        self.items: defaultdict[str, list[ThreadItem]] = defaultdict(list)

    async def load_thread(self, thread_id: str, context: Context) -> ThreadMetadata:
        if thread_id not in self.threads:
            raise NotFoundError(thread_id)
        return self.threads[thread_id].model_copy(deep=True)

    async def save_thread(self, thread: ThreadMetadata, context: Context) -> None:
        self.threads[thread.id] = thread.model_copy(deep=True)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Context
    ) -> Page[ThreadItem]:
        items = [item.model_copy(deep=True) for item in self.items[thread_id]]
        items.sort(key=lambda item: item.created_at, reverse=order == "desc")
        ids = [item.id for item in items]
        start = ids.index(after) + 1 if after in ids else 0
        data = items[start : start + limit]
        more = start + limit < len(items)
        return Page(data=data, has_more=more, after=data[-1].id if more else None)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Context) -> None:
        self.items[thread_id].append(item.model_copy(deep=True))

    async def save_item(self, thread_id: str, item: ThreadItem, context: Context) -> None:
        items = self.items[thread_id]
        for at, known in enumerate(items):
            if known.id == item.id:
                items[at] = item.model_copy(deep=True)
                return
        items.append(item.model_copy(deep=True))

    async def load_item(self, thread_id: str, item_id: str, context: Context) -> ThreadItem:
        for item in self.items[thread_id]:
            if item.id == item_id:
                return item.model_copy(deep=True)
        raise NotFoundError(item_id)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Context
    ) -> Page[ThreadMetadata]:
        return Page(data=list(self.threads.values())[:limit])

    async def delete_thread(self, thread_id: str, context: Context) -> None:
        self.threads.pop(thread_id, None)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Context) -> None:
        self.items[thread_id] = [i for i in self.items[thread_id] if i.id != item_id]

    async def save_attachment(self, attachment: Attachment, context: Context) -> None:
        raise NotImplementedError

    async def load_attachment(self, attachment_id: str, context: Context) -> Attachment:
        raise NotImplementedError

    async def delete_attachment(self, attachment_id: str, context: Context) -> None:
        raise NotImplementedError


class StockServer(ChatKitServer[Context]):
    def __init__(self, provider: str) -> None:
        super().__init__(MemoryStore())
        client = AsyncOpenAI(base_url=f"{provider}/v1", api_key="none")
        self.agent = Agent[AgentContext[Context]](
            name="docs",
            instructions="You answer questions of readers of the documentation.",
            model=OpenAIChatCompletionsModel("bench", client),
        )

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Context
    ) -> AsyncIterator[Any]:
        items = await self.store.load_thread_items(thread.id, None, 20, "asc", context)
        asked = await simple_to_agent_input(items.data)
        agent_context = AgentContext(thread=thread, store=self.store, request_context=context)
        result = Runner.run_streamed(self.agent, asked, context=agent_context)
        async for event in stream_agent_response(agent_context, result):
            yield event


def create_app(provider: str) -> FastAPI:
    app = FastAPI()
    server = StockServer(provider)

    @app.post("/chatkit")
    async def chatkit(request: Request) -> Response:
        result = await server.process(await request.body(), {})
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(result.json, media_type="application/json")

    return app


if __name__ == "__main__":
    serve(create_app(sys.argv[1]), socket.create_server(("127.0.0.1", 0)))
