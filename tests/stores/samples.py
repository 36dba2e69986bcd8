"""Threads and items as ChatKit makes them."""

from datetime import UTC, datetime, timedelta

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    HiddenContextItem,
    InferenceOptions,
    ThreadItem,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
)

from app.context import RequestContext

ANA = RequestContext(owner="guest_ana")
BEN = RequestContext(owner="guest_ben")
NOBODY = RequestContext()
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def thread(id_: str = "thr_1", minutes: float = 0, title: str | None = None) -> ThreadMetadata:
    return ThreadMetadata(id=id_, created_at=NOON + timedelta(minutes=minutes), title=title)


def question(id_: str, thread_id: str = "thr_1", minutes: float = 0) -> UserMessageItem:
    return UserMessageItem(
        id=id_,
        thread_id=thread_id,
        created_at=NOON + timedelta(minutes=minutes),
        content=[UserMessageTextContent(text=f"Question {id_}?")],
        inference_options=InferenceOptions(),
    )


def answer(
    id_: str, thread_id: str = "thr_1", minutes: float = 0, text: str = "Yes."
) -> AssistantMessageItem:
    return AssistantMessageItem(
        id=id_,
        thread_id=thread_id,
        created_at=NOON + timedelta(minutes=minutes),
        content=[AssistantMessageContent(text=text)],
    )


def hidden(id_: str, thread_id: str = "thr_1", minutes: float = 0) -> HiddenContextItem:
    created = NOON + timedelta(minutes=minutes)
    return HiddenContextItem(id=id_, thread_id=thread_id, created_at=created, content={"a": 1})


def ids(items: list[ThreadItem] | list[ThreadMetadata]) -> list[str]:
    return [item.id for item in items]
