"""A provider of models over real HTTP, which plays what a test scripts.

As a process of its own: `python -m tests.fakes.provider --port 0` prints its base URL and answers
from the passages it is given.
"""

import argparse
import asyncio
import base64
import json
import re
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zlib import crc32

import uvicorn

from app.retrieval.passages import parsed


@dataclass(frozen=True)
class Status:
    """An answer that is none. First in a script."""

    code: int
    body: Any = field(default_factory=lambda: {"error": {"message": "scripted"}})
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """The connection breaks."""


Step = dict[str, Any] | bytes | float | asyncio.Event | Status | Cut | Sequence[Any]
"""A chunk, raw bytes, seconds to wait, a gate, an error, a break; several chunks and bytes in a
list leave in one write. A gate that comes first holds back the head of the answer too. A script
that ends closes the stream properly, whatever it said."""

Script = list[Step]
DONE = b"data: [DONE]\n\n"
PROCESSING = b": OPENROUTER PROCESSING\n\n"


def chunk(*, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def text(*deltas: str) -> Script:
    return [chunk(content=delta) for delta in deltas]


def call(name: str, arguments: str, *, id: str = "call_1", index: int = 0) -> Script:  # noqa: A002 - the protocol's name
    """A tool call whose arguments arrive in pieces of five characters."""
    pieces = [arguments[at : at + 5] for at in range(0, len(arguments), 5)]
    first = {"index": index, "id": id, "type": "function", "function": {"name": name}}
    return [
        chunk(tool_calls=[first]),
        *(chunk(tool_calls=[{"index": index, "function": {"arguments": p}}]) for p in pieces),
    ]


def usage(asked: int, answered: int) -> dict[str, Any]:
    counts = {"prompt_tokens": asked, "completion_tokens": answered}
    return {"choices": [], "usage": counts | {"total_tokens": asked + answered}}


def end(reason: str = "stop") -> Script:
    return [chunk(finish=reason), DONE]


def answer(*deltas: str) -> Script:
    return [*text(*deltas), *end()]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    client: tuple[str, int]
    """Two requests over one connection have the same."""


@dataclass
class FakeProvider:
    """Each chat request plays the next script, and `otherwise` when there is none left."""

    scripts: list[Script] = field(default_factory=list)
    otherwise: Callable[[dict[str, Any]], Script] = lambda _: answer("Hello", " there.")
    dimension: int = 16
    requests: list[Request] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by each request."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client goes before its answer is whole."""
    open: int = 0
    """Answers under way."""
    sent: int = 0
    """Writes that a client's connection took."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await lifespan(receive, send)
        body = json.loads(await body_of(receive) or b"{}")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append(Request(scope["path"], headers, body, tuple(scope["client"])))
        self.asked.set()
        match scope["path"].removeprefix("/v1"):
            case "/chat/completions":
                script = self.scripts.pop(0) if self.scripts else self.otherwise(body)
                await self._answer(script, body, receive, send)
            case "/embeddings":
                await self._embed(body, send)
            case "/models":
                await respond(send, 200, {"object": "list", "data": [{"id": "fake"}]})
            case path:
                await respond(send, 404, {"error": {"message": f"no such path: {path}"}})
        return None

    async def _answer(self, script: Script, body: dict[str, Any], receive: Any, send: Any) -> None:
        self.open += 1

        async def counted(message: Any) -> None:
            await send(message)
            self.sent += 1
            await asyncio.sleep(0)  # uvicorn takes everything, at once, for a client that left

        play = asyncio.create_task(_play(script, stream=bool(body.get("stream")), send=counted))
        leave = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait([play, leave], return_when=asyncio.FIRST_COMPLETED)
            if not play.done():
                self.left.set()
        finally:
            self.open -= 1
            for task in (play, leave):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await play

    async def _embed(self, body: dict[str, Any], send: Any) -> None:
        if self.scripts and isinstance(self.scripts[0][0], Status):
            status = self.scripts.pop(0)[0]
            return await respond(send, status.code, status.body, status.headers)
        asked = body["input"]
        texts = [asked] if isinstance(asked, str) else asked
        vectors = [_vector(t, body.get("dimensions") or self.dimension) for t in texts]
        if body.get("encoding_format") == "base64":
            vectors = [base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode() for v in vectors]
        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(vectors)
        ]
        spent = sum(len(t.split()) for t in texts)
        counts = {"prompt_tokens": spent, "total_tokens": spent}
        whole = {"object": "list", "model": body["model"], "data": data, "usage": counts}
        return await respond(send, 200, whole)


async def _play(script: Script, *, stream: bool, send: Any) -> None:
    if script and isinstance(script[0], Status):
        status = script[0]
        return await respond(send, status.code, status.body, status.headers)
    if not stream:
        return await respond(send, 200, _whole(script))
    if script and isinstance(script[0], asyncio.Event):
        await script[0].wait()
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for step in script:
        match step:
            case float() | int():
                await asyncio.sleep(step)
            case asyncio.Event():
                await step.wait()
            case Cut():
                return None  # uvicorn breaks a connection whose answer was not ended
            case _:
                await send({"type": "http.response.body", "body": _bytes(step), "more_body": True})
    return await send({"type": "http.response.body", "body": b""})


def _bytes(step: Any) -> bytes:
    if isinstance(step, bytes):
        return step
    if isinstance(step, dict):
        return b"data: " + json.dumps({"id": "gen-1", **step}).encode() + b"\n\n"
    return b"".join(_bytes(part) for part in step)


def _whole(script: Script) -> dict[str, Any]:
    """The text of a script as one answer that is not streamed."""
    chunks = [step for step in script if isinstance(step, dict)]
    deltas = [c["choices"][0]["delta"] for c in chunks if c["choices"]]
    message = {"role": "assistant", "content": "".join(d.get("content") or "" for d in deltas)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "gen-1", "object": "chat.completion", "created": 0, "model": "fake"} | {
        "choices": [choice]
    }


async def respond(send: Any, code: int, body: Any, headers: Mapping[str, str] = {}) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content-type": "application/json", "content-length": str(len(raw))} | dict(headers)
    pairs = [(name.encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": code, "headers": pairs})
    await send({"type": "http.response.body", "body": raw})


async def body_of(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def lifespan(receive: Any, send: Any) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": message["type"] + ".complete"})
    await send({"type": "lifespan.shutdown.complete"})


def _vector(words: str, dimension: int) -> list[float]:
    """Follows from the words alone: texts that share words are near each other."""
    vector = [0.01] * dimension
    for word in words.lower().split():
        vector[crc32(word.encode()) % dimension] += 1.0
    length = sum(x * x for x in vector) ** 0.5
    return [x / length for x in vector]


_ids = count(1)


def answer_from_passages(body: dict[str, Any], *, delay: float = 0.0, said: str = "") -> Script:
    """What a well-behaved model does with a request of ours: searches if nobody has, then quotes
    the first two passages with their numbers."""
    last = body["messages"][-1]
    tools = [tool["function"]["name"] for tool in body.get("tools") or ()]
    question = next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user")
    if last["role"] == "tool":
        passages = parsed(last["content"])[:2]
        quoted = " ".join(f"{_opening(p.text)} [{p.number}]" for p in passages)
        return _paced(said or quoted or "The docs do not seem to answer this.", delay)
    if "search_docs" in tools:
        query = json.dumps({"query": question[-200:]})
        return [*call("search_docs", query, id=f"call_{next(_ids)}"), *end("tool_calls")]
    return _paced(" ".join(question.split()[:6]), 0)


def _opening(passage: str) -> str:
    prose = re.sub(r"(?s)```.*?```", " ", passage)
    return re.split(r"(?<=[.!?])\s", " ".join(prose.split()))[0][:400]


def _paced(words: str, delay: float) -> Script:
    script: Script = [PROCESSING]
    for word in re.findall(r"\s*\S+", words):
        script += [delay, *text(word)]
    return [*script, *end()]


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--port", type=int, default=0)
    cli.add_argument("--delay", type=float, default=0.02, help="seconds between two words")
    cli.add_argument("--answer", default="", help="said instead of quoting the passages")
    args = cli.parse_args()

    def play(body: dict[str, Any]) -> Script:
        return answer_from_passages(body, delay=args.delay, said=args.answer)

    with socket.create_server(("127.0.0.1", args.port)) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", flush=True)
        config = uvicorn.Config(FakeProvider(otherwise=play), log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
