"""The end of a response: what was said, why it ended and what it cost."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from agents import ModelResponse, Usage
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseOutputItem,
    ResponseUsage,
)
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

_INCOMPLETE: dict[str | None, Literal["max_output_tokens", "content_filter"]] = {
    "length": "max_output_tokens",
    "content_filter": "content_filter",
}


@dataclass(frozen=True, slots=True)
class Completed:
    model: str
    output: list[ResponseOutputItem]
    finish_reason: str | None
    usage: dict[str, Any] | None
    sequence: Iterator[int]

    @property
    def cut(self) -> bool:
        return self.finish_reason in _INCOMPLETE

    def response(self) -> ModelResponse:
        used = _usage(self.usage) if self.usage else None
        return model_response(self.output, used, f"resp_{uuid4().hex}")

    def event(self) -> ResponseCompletedEvent:
        """Also where `incomplete_details` says that it was cut: the SDK's runner raises on an
        event of type response.incomplete, and what was written would be lost (trap 22)."""
        reason = _INCOMPLETE.get(self.finish_reason)
        response = Response.model_construct(
            id=f"resp_{uuid4().hex}",
            created_at=time.time(),
            model=self.model,
            object="response",
            output=self.output,
            tool_choice="auto",
            tools=[],
            parallel_tool_calls=False,
            status="incomplete" if reason else "completed",
            incomplete_details=IncompleteDetails(reason=reason) if reason else None,
            usage=_usage(self.usage) if self.usage else None,
        )
        return ResponseCompletedEvent.model_construct(
            type="response.completed", response=response, sequence_number=next(self.sequence)
        )


def model_response(
    output: list[ResponseOutputItem], used: ResponseUsage | None, id_: str
) -> ModelResponse:
    if used is None:
        return ModelResponse(output, Usage(requests=1), id_)
    usage = Usage(
        requests=1,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        total_tokens=used.total_tokens,
        input_tokens_details=used.input_tokens_details,
        output_tokens_details=used.output_tokens_details,
    )
    return ModelResponse(output, usage, id_)


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
