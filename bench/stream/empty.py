"""The libraries that are given, with nothing of ours: FastAPI, sse-starlette, ChatKit's models, and
one run of the Agents SDK whose model answers at once. No provider, search, store or identity.

What a turn costs here, no server of these libraries can undercut.
"""

import socket
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ChatKitReq,
    ThreadItemUpdatedEvent,
    ThreadsCreateReq,
)
from fastapi import FastAPI, Request, Response
from openai.types.responses import ResponseOutputMessage, ResponseOutputText
from pydantic import TypeAdapter
from sse_starlette import EventSourceResponse

from bench.stream.worker import serve

_QUIET = RunConfig(tracing_disabled=True)


class AtOnce(Model):
    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        text = ResponseOutputText(type="output_text", text=" 00000", annotations=[])
        said = ResponseOutputMessage(
            id="msg_1", type="message", role="assistant", status="completed", content=[text]
        )
        return ModelResponse([said], Usage(), None)

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        raise NotImplementedError


def create_app() -> FastAPI:
    app = FastAPI()
    requests: TypeAdapter[Any] = TypeAdapter(ChatKitReq)
    agent = Agent[None](name="docs", instructions="You answer questions.", model=AtOnce())

    async def answered(request: ThreadsCreateReq) -> AsyncGenerator[bytes, None]:
        asked = request.params.input.content[0].text
        result = await Runner.run(agent, asked, run_config=_QUIET)
        update = AssistantMessageContentPartTextDelta(content_index=0, delta=result.final_output)
        event = ThreadItemUpdatedEvent(item_id="msg_1", update=update)
        yield b"data: %b\n\n" % event.model_dump_json(exclude_none=True).encode()

    @app.post("/chatkit")
    async def chatkit(request: Request) -> Response:
        return EventSourceResponse(answered(requests.validate_json(await request.body())))

    return app


if __name__ == "__main__":
    serve(create_app(), socket.create_server(("127.0.0.1", 0)))
