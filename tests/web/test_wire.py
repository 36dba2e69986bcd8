"""The check of every event can fail."""

import json
from typing import Any

import httpx

from tests.fakes.servers import running
from tests.web.wire import Wire

PROGRESS = {"type": "progress_update", "text": "Searching"}


async def wrong(*events: dict[str, Any]) -> list[str]:
    async def says(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for event in events:
            frame = f"data: {json.dumps(event)}\n\n".encode()
            for half in (frame[:9], frame[9:]):
                await send({"type": "http.response.body", "body": half, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    wire = Wire(says)
    async with running(wire, lifespan="off") as url, httpx.AsyncClient() as client:
        await client.post(f"{url}/chatkit", content=b"{}")
    assert wire.seen.total() == len(events)
    return wire.wrong


async def test_a_good_event_passes() -> None:
    assert await wrong(PROGRESS, PROGRESS) == []


async def test_an_event_that_the_sdk_would_not_read_is_found() -> None:
    (found,) = await wrong(PROGRESS, {"type": "progress"})
    assert "progress" in found


async def test_a_field_that_the_sdk_would_drop_is_found() -> None:
    (found,) = await wrong(PROGRESS | {"percent": 50})
    assert "not known to the SDK: ['.percent']" in found
