"""ChatKit requests: parsed and checked before anything is done."""

from collections.abc import Collection
from typing import Any

from chatkit.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    ChatKitReq,
    InferenceOptions,
    InputTranscribeReq,
    NonStreamingReq,
    StreamingReq,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsCustomActionReq,
    ThreadsSyncCustomActionReq,
    UserMessageInput,
)
from pydantic import TypeAdapter, ValidationError

from app.context import READ_CURRENT_PAGE

LONGEST_MESSAGE = 20_000  # characters
LONGEST_QUOTE = 20_000
READER_TOOLS = frozenset({READ_CURRENT_PAGE})
"""Those that a reader may ask for, where the page offers them."""

_REQUEST: TypeAdapter[StreamingReq | NonStreamingReq] = TypeAdapter(ChatKitReq)  # trap 18


class RequestError(Exception):
    """A request that cannot be served: an HTTP status and a sentence for its sender.

    `retry_after` is in seconds, where the same request may be served later.
    """

    def __init__(self, status: int, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after


def parse(body: bytes) -> StreamingReq | NonStreamingReq:
    """Raises `RequestError` (400) naming the first value that is wrong."""
    try:
        return _REQUEST.validate_json(body)
    except ValidationError as error:
        raise RequestError(400, _explained(error)) from None


def _explained(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return f"The body is not JSON: {first['ctx']['error']}."
    if first["type"] in ("union_tag_not_found", "union_tag_invalid"):
        tag = first.get("ctx", {}).get("tag")
        asked = f"{tag!r} is not a request type" if tag else "The body has no request type"
        return f"{asked} of ChatKit."
    place = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return f"{place}: {first['msg']}, got {_short(first['input'])}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def check_message(
    message: UserMessageInput, *, models: Collection[str], tools: Collection[str]
) -> None:
    """Raises `RequestError` for what no answer could be given to, and for a choice that nobody
    offered: what a browser names never reaches a provider."""
    if message.attachments:
        raise RequestError(
            400, f"Attachments are not offered here; the message has {len(message.attachments)}."
        )
    _check_choices(message.inference_options, models, tools)
    text = "".join(part.text for part in message.content)
    if not text.strip():
        raise RequestError(400, "The message is empty.")
    for name, length, limit in (
        ("message", len(text), LONGEST_MESSAGE),
        ("quoted text", len(message.quoted_text or ""), LONGEST_QUOTE),
    ):
        if length > limit:
            raise RequestError(
                400, f"The {name} has {length:,} characters; at most {limit:,} can be read."
            )


def _check_choices(
    chosen: InferenceOptions, models: Collection[str], tools: Collection[str]
) -> None:
    if chosen.model is not None and chosen.model not in models:
        there_are = f"choose one of {', '.join(models)}." if models else "there is no choice."
        raise RequestError(400, f"There is no model {_short(chosen.model)}: {there_are}")
    if chosen.tool_choice and chosen.tool_choice.id not in READER_TOOLS & set(tools):
        raise RequestError(400, f"There is no tool {_short(chosen.tool_choice.id)} on this page.")


def not_offered(request: StreamingReq | NonStreamingReq) -> RequestError:
    match request:
        case AttachmentsCreateReq() | AttachmentsDeleteReq():
            sentence = "Attachments are not offered here."
        case InputTranscribeReq():
            sentence = "Dictation is not offered here."
        case ThreadsAddClientToolOutputReq():
            sentence = f"Thread {request.params.thread_id} has no client tool call to answer."
        case ThreadsAddStructuredInputReq():
            sentence = f"Item {request.params.item_id} asks for no structured input."
        case ThreadsCustomActionReq() | ThreadsSyncCustomActionReq():
            sentence = f"There is no action {request.params.action.type!r}."
        case _:
            sentence = f"{request.type} is not offered here."
    return RequestError(400, sentence)
