"""A model's URL → where it lives and how it wants to be asked."""

from dataclasses import dataclass

from app.llm import check_model_url

OPENROUTER = "https://openrouter.ai/api/v1"
OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Provider:
    base_url: str
    model: str
    limit: str = "max_tokens"
    """The endpoint's name for the longest answer."""
    attributes: bool = False
    """Whether it lists the applications that use it, by their headers."""


def provider(url: str) -> Provider:
    """Raises `ModelURLError`."""
    check_model_url(url)
    scheme, _, model = url.partition(":")
    match scheme:
        case "openai":
            return Provider(OPENAI, model, limit="max_completion_tokens")
        case "openrouter":
            return Provider(OPENROUTER, model, attributes=True)
        case _:
            base_url, _, model = url.partition("#")
            return Provider(base_url, model)
