"""uvicorn that passes on what the provider says, as it comes: nothing is decoded, cited, stored or
framed. What a token costs here, nothing that uvicorn serves can undercut."""

import sys
from typing import Any, cast

import httpx2

from app.cli.server import listening
from app.llm.transport import StreamTransport
from bench.stream.worker import serve


def passing(provider: str) -> Any:
    transport = StreamTransport(connect=10, read=90)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        body = (await receive())["body"]
        asked = httpx2.Request("POST", f"{provider}/v1/chat/completions", content=body)
        answer = await transport.handle_async_request(asked)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            async for read in cast("httpx2.AsyncByteStream", answer.stream):
                await send({"type": "http.response.body", "body": read, "more_body": True})
        finally:
            await answer.aclose()
        await send({"type": "http.response.body"})

    return app


if __name__ == "__main__":
    serve(passing(sys.argv[1]), listening("127.0.0.1", 0))
