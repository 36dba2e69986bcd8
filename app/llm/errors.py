"""What providers answer instead of an answer → errors with the right word for the reader."""

from typing import Any, cast

import openai

from app.llm import ModelError

MISCONFIGURED = "The assistant is not set up rightly. Please tell the owner of this site."
TOO_LONG = "This conversation has become too long for the model. Please start a new one."
BUSY = "The assistant is busy just now. Please try again in a moment."
UNREACHABLE = "The assistant cannot be reached just now. Please try again in a moment."
CUT_OFF = "The connection to the model broke before the answer was whole. Please try again."
FILTERED = "The model's provider declined to answer this."

_DETAIL = 500  # characters of a provider's text that are worth a log line


def cut_off(model: str) -> ModelError:
    return ModelError(
        f"{model}: the stream ended without a finish reason", message=CUT_OFF, retryable=True
    )


def filtered(model: str) -> ModelError:
    return ModelError(f"{model}: stopped by a filter", message=FILTERED, retryable=False)


def unreachable(model: str, error: Exception) -> ModelError:
    detail = f"{model}: {type(error).__name__}: {error}"
    return ModelError(detail, message=UNREACHABLE, retryable=True)


def interrupted(model: str, error: Exception) -> ModelError:
    detail = f"{model}: {type(error).__name__} in mid-answer: {error}"
    return ModelError(detail, message=CUT_OFF, retryable=True)


def refused(model: str, status: int, said: str) -> ModelError:
    """For an HTTP status, or for the code of an error in mid-stream (trap 25)."""
    detail = f"{model}: status {status}: {said[:_DETAIL]}"
    match status:
        case 429:
            return ModelError(detail, message=BUSY, retryable=True)
        case 408 | 409:
            return ModelError(detail, message=UNREACHABLE, retryable=True)
        case 400 | 413 if is_too_long(said):
            return ModelError(detail, message=TOO_LONG, retryable=False)
        case 403 if "moderation" in said.lower() or "flagged" in said.lower():
            return ModelError(detail, message=FILTERED, retryable=False)
        case _ if status < 500:
            return ModelError(detail, message=MISCONFIGURED, retryable=False)
        case _:
            return ModelError(detail, message=UNREACHABLE, retryable=True)


def is_too_long(said: str) -> bool:
    said = said.lower()
    return "context" in said and any(w in said for w in ("length", "maximum", "window", "exceed"))


def explained(model: str, error: openai.OpenAIError) -> ModelError:
    """Before the first token."""
    if isinstance(error, openai.APIStatusError):
        return refused(model, error.status_code, error.response.text)
    return unreachable(model, error)


def told(model: str, error: Any) -> ModelError:
    """An `error` object in the stream."""
    said: dict[str, Any] = cast("dict[str, Any]", error) if isinstance(error, dict) else {}
    code = said.get("code")
    return refused(model, code if isinstance(code, int) else 500, f"{error}")
