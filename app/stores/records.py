"""How threads, items and attachments are written: as JSON, with times in UTC."""

import json
import logging
from datetime import UTC, datetime, timedelta

from chatkit.types import (
    AssistantMessageItem,
    Attachment,
    HiddenContextItem,
    ThreadItem,
    ThreadMetadata,
)
from pydantic import TypeAdapter, ValidationError

from app.trace import Trace

logger = logging.getLogger(__name__)

THREAD = TypeAdapter[ThreadMetadata](ThreadMetadata)
ITEM = TypeAdapter[ThreadItem](ThreadItem)
ATTACHMENT = TypeAdapter[Attachment](Attachment)
TRACE = TypeAdapter[Trace](Trace)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(time: datetime) -> int:
    """Since 1970, exactly. A naive time is local."""
    return (time.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def time_of(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def plain(text: str) -> str:
    """Text for a column of its own: PostgreSQL takes no NUL, which JSON would have escaped."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def thread_text(thread: ThreadMetadata) -> str:
    """The metadata alone: ChatKit also saves a `Thread`, whose items live elsewhere."""
    fields = {name: getattr(thread, name) for name in ThreadMetadata.model_fields}
    fields["created_at"] = thread.created_at.astimezone(UTC)
    return THREAD.dump_json(ThreadMetadata.model_construct(**fields)).decode()


def item_text(thread_id: str, item: ThreadItem) -> str:
    created = item.created_at.astimezone(UTC)
    item = item.model_copy(update={"created_at": created, "thread_id": thread_id})
    return ITEM.dump_json(item).decode()


def attachment_text(attachment: Attachment) -> str:
    return ATTACHMENT.dump_json(attachment).decode()


def trace_text(trace: Trace) -> str:
    return TRACE.dump_json(trace).decode()


def trace_from(text: str | None) -> Trace | None:
    return None if text is None else TRACE.validate_json(text)


def said_in(text: str) -> str:
    """The words of a stored item; empty for what is no answer."""
    item = item_from(text)
    if not isinstance(item, AssistantMessageItem):
        return ""
    return plain("".join(part.text for part in item.content))


def thread_from(text: str) -> ThreadMetadata:
    """A thread with a part that this SDK does not know keeps its id, time and title."""
    try:
        return THREAD.validate_json(text)
    except ValidationError as error:
        logger.warning("A stored thread is only partly readable: %s", error)
        known = {"id", "created_at", "title"}
        return THREAD.validate_python({k: v for k, v in json.loads(text).items() if k in known})


def item_from(text: str) -> ThreadItem:
    """An item that this SDK does not know, or no longer, is hidden: its thread stays readable."""
    try:
        return ITEM.validate_json(text)
    except ValidationError as error:
        stored = json.loads(text)
        logger.warning("The stored item %s is not readable: %s", stored["id"], error)
        return HiddenContextItem(
            id=stored["id"],
            thread_id=stored["thread_id"],
            created_at=stored["created_at"],
            content=f"An item of type {stored.get('type')!r} that this version cannot read.",
        )


def attachment_from(text: str) -> Attachment:
    return ATTACHMENT.validate_json(text)
