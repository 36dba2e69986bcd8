"""What a browser and askdocs say to each other, held against the SDK's own models on the way."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from chatkit.types import ChatKitReq, Page, Thread, ThreadItem, ThreadStreamEvent
from pydantic import TypeAdapter, ValidationError

REQUEST: TypeAdapter[Any] = TypeAdapter(ChatKitReq)
EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)
REPLIES: dict[str, TypeAdapter[Any]] = {
    "threads.get_by_id": TypeAdapter(Thread),
    "threads.update": TypeAdapter(Thread),
    "threads.list": TypeAdapter(Page[Thread]),
    "items.list": TypeAdapter(Page[ThreadItem]),
}


@dataclass
class Wire:
    """An application, with every request and answer of /chatkit parsed as it passes.

    A model that reads an answer must also write it back as it was: what it does not know, it
    would drop without a word.
    """

    app: Any
    seen: Counter[str] = field(default_factory=Counter[str])
    """Types of requests and events."""
    wrong: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != "/chatkit":
            return await self.app(scope, receive, send)
        asked, answered = bytearray(), _Answer()

        async def received() -> Any:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                answered.start(message)
            else:
                answered.body.extend(message.get("body", b""))
                if answered.streamed:
                    self._events(answered.body)
                elif not message.get("more_body") and answered.status == 200:
                    self._reply(bytes(asked), bytes(answered.body))
            await send(message)

        return await self.app(scope, received, sent)

    def _events(self, body: bytearray) -> None:
        """Takes the whole frames off the body."""
        while (end := body.find(b"\n\n")) >= 0:
            frame = bytes(body[:end])
            del body[: end + 2]
            for line in frame.splitlines():
                if line.startswith(b"data: "):
                    self._parsed(EVENT, json.loads(line[6:]), "event")

    def _reply(self, asked: bytes, body: bytes) -> None:
        request = json.loads(asked)
        self._parsed(REQUEST, request, "request", loose=True)
        if model := REPLIES.get(request["type"]):
            self._parsed(model, json.loads(body), f"reply to {request['type']}")

    def _parsed(
        self, model: TypeAdapter[Any], said: Any, kind: str, *, loose: bool = False
    ) -> None:
        self.seen[said.get("type", kind)] += 1
        try:
            value = model.validate_python(said)
        except ValidationError as error:
            self.wrong.append(f"{kind} {json.dumps(said)[:300]}: {error}")
            return
        written = model.dump_python(value, mode="json", by_alias=True, exclude_none=True)
        if lost := [] if loose else [*_lost(said, written)]:
            self.wrong.append(f"{kind} {json.dumps(said)[:300]}: not known to the SDK: {lost}")


class _Answer:
    def __init__(self) -> None:
        self.status = 0
        self.streamed = False
        self.body = bytearray()

    def start(self, message: Any) -> None:
        self.status = message["status"]
        types = [v for n, v in message["headers"] if n.lower() == b"content-type"]
        self.streamed = any(v.startswith(b"text/event-stream") for v in types)


def _lost(said: Any, written: Any, place: str = "") -> Any:
    """Places of what was said and is not written again."""
    match said, written:
        case dict(), dict():
            for name, value in said.items():
                if name not in written:
                    yield f"{place}.{name}"
                else:
                    yield from _lost(value, written[name], f"{place}.{name}")
        case list(), list():
            for at, (before, after) in enumerate(zip(said, written, strict=False)):
                yield from _lost(before, after, f"{place}[{at}]")
        case _:
            pass
