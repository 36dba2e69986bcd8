"""Messages of the last seconds: one that is sent again is not answered again.

Known to this process alone: behind a balancer a copy may reach another one.
"""

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from chatkit.types import ErrorEvent

from app.context import RequestContext
from app.turn import Events

_SECONDS = 10.0
_MOST = 10_000


@dataclass(slots=True)
class Sent:
    """One message, as it was first sent."""

    thread_id: str
    item_id: str
    at: float
    running: bool = True
    answered: bool = False


class RecentMessages:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: dict[tuple[str, str, str], Sent] = {}  # the oldest first

    def again(self, message: str, thread_id: str, context: RequestContext) -> Sent | None:
        """The same message of the same reader in the same thread ("" for a new one); None for
        one that is new, or whose sender nobody knows."""
        now = self._clock()
        while self._sent and (len(self._sent) > _MOST or self._oldest().at < now - _SECONDS):
            del self._sent[next(iter(self._sent))]
        if context.anonymous and not thread_id:
            return None
        return self._sent.get((context.owner, thread_id, message))

    def sent(
        self,
        message: str,
        thread_id: str,
        context: RequestContext,
        stored: tuple[str, str],
    ) -> Sent:
        """`stored` are the ids of the thread and the item that it became."""
        sent = Sent(*stored, at=self._clock())
        key = (context.owner, thread_id, message)
        self._sent.pop(key, None)
        self._sent[key] = sent
        return sent

    def _oldest(self) -> Sent:
        return next(iter(self._sent.values()))


async def tracked(events: Events, sent: Sent) -> Events:
    """Notes whether the message was answered."""
    failed = False
    try:
        async with aclosing(events):
            async for event in events:
                failed = failed or isinstance(event, ErrorEvent)
                yield event
        sent.answered = not failed
    finally:
        sent.running = False
