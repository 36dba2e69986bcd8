"""Question and passages → how well each passage answers. One URL chooses the reranker."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.retrieval import RetrievalError

SCHEMES = (
    "cohere:MODEL, jina:MODEL, fastembed:MODEL, http(s)://HOST/rerank, "
    "http(s)://HOST/v1/rerank#MODEL"
)
_HOSTED = {"cohere": "https://api.cohere.com/v2/rerank", "jina": "https://api.jina.ai/v1/rerank"}


class RerankerError(RetrievalError):
    """Passages could not be judged, or the reranker could not be opened."""


class Reranker(Protocol):
    name: str
    """As the settings have it, without what may be secret."""

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, in order: the higher the better, on a scale that is the model's
        own. Raises `RerankerError` with a message for the owner."""
        ...


def check_reranker_url(url: str) -> None:
    """Raises `RerankerError` for a URL that names none."""
    scheme, _, rest = url.partition(":")
    hosted = scheme in {*_HOSTED, "fastembed"} and rest
    if not hosted and not (scheme in {"http", "https"} and _host(url)):
        raise RerankerError(f"ASKDOCS_RERANKER is {url!r}: use one of {SCHEMES}.")


def open_reranker(
    url: str, *, api_key: SecretStr | None = None
) -> AbstractAsyncContextManager[Reranker]:
    """Raises `RerankerError`, here for a URL that names none, on entering for a model that cannot
    be loaded. An endpoint is not reached before the first question."""
    check_reranker_url(url)
    if url.startswith("fastembed:"):
        from app.retrieval.rerankers.fastembed import open_fastembed  # noqa: PLC0415 - if chosen

        return open_fastembed(url.removeprefix("fastembed:"))
    from app.retrieval.rerankers.http import open_http  # noqa: PLC0415 - if chosen

    address, model = endpoint(url)
    return open_http(address, model, api_key, name=_named(url))


def endpoint(url: str) -> tuple[str, str]:
    """Address and model; the model is empty for an endpoint that has but one, as TEI's."""
    scheme, _, model = url.partition(":")
    if scheme in _HOSTED:
        return _HOSTED[scheme], model
    address, _, model = url.partition("#")
    return address, model


def _named(url: str) -> str:
    """Without a user name, a password and a query, where keys may stand."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="").geturl()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
