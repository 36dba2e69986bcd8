"""Which models a reader may choose from."""

from app.llm import ModelURLError, check_model_url

SETTING = "ASKDOCS_MODELS"


def offered(model: str, models: str) -> dict[str, str]:
    """Names → URLs, the default `model` first. Readers' browsers see the names alone.

    `models` is NAME=URL, comma-separated; one of them may be `model` itself, which then has that
    name. Raises `ModelURLError`.
    """
    named = [_named(part) for part in models.split(",") if part.strip()]
    if model not in (url for _, url in named):
        named.insert(0, (called(model), model))
    named.sort(key=lambda pair: pair[1] != model)  # the others stay in their order
    choices = dict(named)
    if len(choices) < len(named):
        raise ModelURLError(f"{SETTING} is {models!r}: two models have the same name.")
    return choices


def called(url: str) -> str:
    """A model's own name."""
    name = url.partition("#")[2] or url.partition(":")[2]
    return name.rpartition("/")[2] or "Quotations"  # what extractive: gives


def _named(part: str) -> tuple[str, str]:
    name, equals, url = (word.strip() for word in part.partition("="))
    if not (name and equals and url):
        raise ModelURLError(f"{SETTING} has {part.strip()!r}: write each as NAME=MODEL.")
    check_model_url(url, SETTING)
    return name, url
