"""Why a turn failed, as its reader is told."""

import logging

from chatkit.errors import CustomStreamError
from chatkit.types import ErrorEvent

from app.closing import StreamsEndedError
from app.llm import ModelError
from app.retrieval import RetrievalError

logger = logging.getLogger(__name__)

RESTARTING = "The server is being restarted. Please try again in a moment."
UNEXPECTED = "Something went wrong on the server. Please try again."


def explained(error: Exception) -> ErrorEvent:
    match error:
        case StreamsEndedError():
            message, allow_retry = RESTARTING, True
        case CustomStreamError():
            message, allow_retry = error.message, error.allow_retry
        case ModelError() | RetrievalError():
            logger.warning("no answer: %s", error)
            message, allow_retry = error.message, error.retryable
        case _:
            logger.error("no answer", exc_info=error)
            message, allow_retry = UNEXPECTED, True
    return ErrorEvent(code="custom", message=message, allow_retry=allow_retry)
