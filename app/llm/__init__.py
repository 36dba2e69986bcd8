"""Models of the Agents SDK. One URL chooses the model."""

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    from agents import Model

SCHEMES = "extractive:, openrouter:MODEL, openai:MODEL, http(s)://HOST/v1#MODEL"


class ModelError(Exception):
    """The model could not answer. `str(error)` is for the owner's log; the reader gets `message`.

    `retryable` says whether asking again may help (a rate limit, a cut connection) or not
    (a bad key, an unknown model, a context that is too long).
    """

    def __init__(self, detail: str, *, message: str, retryable: bool) -> None:
        super().__init__(detail)
        self.message = message
        self.retryable = retryable


class ModelURLError(ValueError):
    """A model's URL that names none. The message names the value and the remedy."""


def check_model_url(url: str, setting: str = "ASKDOCS_MODEL") -> None:
    """Raises `ModelURLError`, naming the setting."""
    scheme, _, rest = url.partition(":")
    match scheme:
        case "extractive" if not rest:
            return
        case "openrouter" | "openai" if rest:
            return
        case "http" | "https" if rest.partition("#")[2]:
            return
        case "http" | "https":
            problem = "name the model after a #, as in http://localhost:11434/v1#llama3.2"
        case _:
            problem = f"use one of {SCHEMES}"
    raise ModelURLError(f"{setting} is {url!r}: {problem}.")


def open_model(
    url: str, *, api_key: SecretStr | None = None
) -> AbstractAsyncContextManager["Model"]:
    """Raises `ModelURLError`. A provider is not reached before the first question."""
    check_model_url(url)
    if url == "extractive:":
        from app.llm.extractive import open_extractive  # noqa: PLC0415 - the chosen one alone

        return open_extractive()
    from app.llm.chat_completions import open_chat_completions  # noqa: PLC0415 - as above

    return open_chat_completions(url, api_key)
