"""The end of a response: why it ended and what it cost."""

import time
from typing import Any, Literal
from uuid import uuid4

from openai.types.responses import Response, ResponseOutputItem, ResponseUsage
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

_INCOMPLETE: dict[str | None, Literal["max_output_tokens", "content_filter"]] = {
    "length": "max_output_tokens",
    "content_filter": "content_filter",
}


def response(
    model: str,
    output: list[ResponseOutputItem],
    finish_reason: str | None,
    usage: dict[str, Any] | None,
) -> Response:
    reason = _INCOMPLETE.get(finish_reason)
    return Response.model_construct(
        id=f"resp_{uuid4().hex}",
        created_at=time.time(),
        model=model,
        object="response",
        output=output,
        tool_choice="auto",
        tools=[],
        parallel_tool_calls=False,
        status="incomplete" if reason else "completed",
        incomplete_details=IncompleteDetails(reason=reason) if reason else None,
        usage=_usage(usage) if usage else None,
    )


def _usage(usage: dict[str, Any]) -> ResponseUsage:
    asked = usage.get("prompt_tokens") or 0
    answered = usage.get("completion_tokens") or 0
    of_asked: dict[str, Any] = usage.get("prompt_tokens_details") or {}
    of_answered: dict[str, Any] = usage.get("completion_tokens_details") or {}
    return ResponseUsage(
        input_tokens=asked,
        input_tokens_details=InputTokensDetails(
            cached_tokens=of_asked.get("cached_tokens") or 0,
            cache_write_tokens=of_asked.get("cache_write_tokens") or 0,
        ),
        output_tokens=answered,
        output_tokens_details=OutputTokensDetails(
            reasoning_tokens=of_answered.get("reasoning_tokens") or 0
        ),
        total_tokens=usage.get("total_tokens") or asked + answered,
    )
