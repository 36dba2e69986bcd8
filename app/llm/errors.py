"""What providers answer instead of an answer → errors with the right word for the reader."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx2

from app.llm import ModelError

MISCONFIGURED = "The assistant is not set up rightly. Please tell the owner of this site."
TOO_LONG = "This conversation has become too long for the model. Please start a new one."
BUSY = "The assistant is busy just now. Please try again in a moment."
UNREACHABLE = "The assistant cannot be reached just now. Please try again in a moment."
CUT_OFF = "The connection to the model broke before the answer was whole. Please try again."
FILTERED = "The model's provider declined to answer this."

_DETAIL = 500  # characters of a provider's text that are worth a log line
_TOO_LONG = re.compile(
    r"context[_ ]?(length|window|size)|available context|too long|too many tokens"
    r"|(maximum|max) (number of |input )?tokens|reduce the length|request too large",
    re.IGNORECASE,
)
_MODERATED = re.compile(r"moderation|flagged|content[_ ]?(filter|policy)", re.IGNORECASE)
_CODES = {"rate_limit_exceeded": 429, "context_length_exceeded": 400, "invalid_api_key": 401}


class ProviderError(ModelError):
    """`retry_after` is what the provider asks for, in seconds."""

    retry_after: float | None = None


class Explainer:
    """Names the model in every error, and never the key: providers quote it in their answers."""

    def __init__(self, model: str, key: str) -> None:
        self._model = model
        self._key = key

    def cut_off(self) -> ProviderError:
        return self._error("the stream ended without a finish reason", CUT_OFF, retryable=True)

    def filtered(self) -> ProviderError:
        return self._error("stopped by a filter", FILTERED, retryable=False)

    def odd(self, error: Exception) -> ProviderError:
        detail = f"a chunk of an unknown shape: {type(error).__name__}: {error}"
        return self._error(detail, CUT_OFF, retryable=True)

    def no_stream(self, content_type: str) -> ProviderError:
        detail = (
            f"answered with {content_type or 'no content type'} instead of an event stream: "
            "is the URL's path right? It usually ends in /v1"
        )
        return self._error(detail, MISCONFIGURED, retryable=False)

    def interrupted(self, error: Exception) -> ProviderError:
        detail = f"{type(error).__name__} in mid-answer: {error}"
        return self._error(detail, CUT_OFF, retryable=True)

    def unreachable(self, error: Exception) -> ProviderError:
        detail = f"{type(error).__name__}: {error}"
        return self._error(detail, UNREACHABLE, retryable=True)

    def refused(self, response: httpx2.Response) -> ProviderError:
        """Before there was an answer. The response was read."""
        explained = self._status(response.status_code, response.text)
        explained.retry_after = _retry_after(response.headers.get("retry-after", ""))
        return explained

    def told(self, error: Any) -> ProviderError:
        """An `error` in the stream."""
        said = cast("dict[str, Any]", error) if isinstance(error, dict) else {}
        code = str(said.get("code") or said.get("type"))
        status = int(code) if code.isdecimal() else _CODES.get(code, 500)
        return self._status(status, f"{error}")

    def _status(self, status: int, said: str) -> ProviderError:
        message, retryable = _verdict(status, said)
        return self._error(f"status {status}: {said[:_DETAIL]}", message, retryable=retryable)

    def _error(self, detail: str, message: str, *, retryable: bool) -> ProviderError:
        detail = detail.replace(self._key, "…") if self._key else detail
        return ProviderError(f"{self._model}: {detail}", message=message, retryable=retryable)


def _verdict(status: int, said: str) -> tuple[str, bool]:
    """What the reader is told, and whether another try may help (trap 26)."""
    match status:
        case 429 if "insufficient_quota" in said:  # OpenAI's word for an unpaid bill
            return MISCONFIGURED, False
        case 429:
            return BUSY, True
        case 408 | 409 | 425:
            return UNREACHABLE, True
        case 413:
            return TOO_LONG, False
        case 400 | 422 if _TOO_LONG.search(said):
            return TOO_LONG, False
        case 400 | 403 if _MODERATED.search(said):
            return FILTERED, False
        case _ if 300 <= status < 500:
            return MISCONFIGURED, False
        case _:
            return UNREACHABLE, True


def _retry_after(value: str) -> float | None:
    """Seconds, from seconds or a date (RFC 9110, section 10.2.3)."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
