"""Whether the settings can work, before anything is opened. One line a mistake.

Values that may hold a password are shown without it.
"""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from app.llm import ModelURLError, check_model_url
from app.llm.choice import offered
from app.retrieval.rerankers import RerankerError, check_reranker_url
from app.settings import Settings

EMBEDDERS = ("wordllama:", "openai:", "openrouter:", "fastembed:", "http://", "https://")


def check(settings: Settings) -> list[str]:
    """Everything that a server needs."""
    return [
        *_storage(settings),
        *check_answer(settings),
        *_serving(settings),
    ]


def check_answer(settings: Settings) -> list[str]:
    """What a single answer needs: no threads, no readers."""
    return [*check_search(settings), *_answers(settings)]


def check_search(settings: Settings) -> list[str]:
    """What search needs: neither threads nor a model."""
    return [*check_index(settings), *_reranker(settings)]


def check_index(settings: Settings) -> list[str]:
    """What ingest needs."""
    return [*_data(settings.data), *_collection(settings), *_embedder(settings)]


def _storage(settings: Settings) -> Iterator[str]:
    scheme, mark, _ = settings.database_url.partition("://")
    if not mark or scheme not in {"memory", "sqlite", "postgresql", "postgres"}:
        said = f"starts with {scheme}://" if mark else "is not a URL"
        yield f"DATABASE_URL {said}: it starts with sqlite:///, postgresql:// or memory://"
    elif scheme.startswith("postgres") and not find_spec("psycopg"):
        yield 'DATABASE_URL needs the PostgreSQL driver: pip install "askdocs[postgres]"'


def _data(folder: Path) -> Iterator[str]:
    """The folder need not exist yet; the nearest parent that does must take it in."""
    existing = next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.exists()
    )
    if not existing.is_dir():
        yield f"ASKDOCS_DATA is {str(folder)!r}: {existing} is a file, not a folder"
    elif not os.access(existing, os.W_OK | os.X_OK):
        yield (
            f"ASKDOCS_DATA is {str(folder)!r}: {existing} cannot be written to; "
            "choose another folder or change its owner"
        )


def _collection(settings: Settings) -> Iterator[str]:
    if not settings.qdrant_url.startswith(("file:", "memory://", "http://", "https://")):
        yield (
            f"QDRANT_URL is {shown(settings.qdrant_url)!r}: it starts with file:, http://, "
            "https:// or memory://"
        )
    elif not settings.qdrant_url.startswith("http"):
        for name, count in (
            ("ASKDOCS_QDRANT_SHARDS", settings.qdrant_shards),
            ("ASKDOCS_QDRANT_REPLICAS", settings.qdrant_replicas or 1),
        ):
            if count > 1:
                yield (
                    f"{name} is {count}, and QDRANT_URL is {shown(settings.qdrant_url)!r}, which "
                    "is no cluster: name a server, or leave it out"
                )
    if not re.fullmatch(r"[\w.-]+", settings.collection):
        yield (
            f"ASKDOCS_COLLECTION is {settings.collection!r}: use letters, digits, dots, dashes "
            "and underscores"
        )


def _embedder(settings: Settings) -> Iterator[str]:
    url = settings.embedder
    if not url.startswith(EMBEDDERS):
        known = ", ".join(EMBEDDERS)
        yield f"ASKDOCS_EMBEDDER is {shown(url)!r}: it starts with one of {known}"
    elif url.startswith("fastembed:") and not find_spec("fastembed"):
        yield f'ASKDOCS_EMBEDDER is {url!r}, which is an extra: pip install "askdocs[fastembed]"'
    elif url.startswith("http") and not url.partition("#")[2]:
        yield (
            f"ASKDOCS_EMBEDDER is {shown(url)!r}: name the model after a #, as in "
            "http://localhost:11434/v1#nomic-embed-text"
        )
    else:
        yield from _missing_key("ASKDOCS_EMBEDDER", url, settings)


def _reranker(settings: Settings) -> Iterator[str]:
    url = settings.reranker
    if not url:
        return
    try:
        check_reranker_url(url)
    except RerankerError as error:
        yield shown(str(error))
        return
    if url.startswith("fastembed:") and not find_spec("fastembed"):
        yield f'ASKDOCS_RERANKER is {url!r}, which is an extra: pip install "askdocs[fastembed]"'
    yield from _missing_key("ASKDOCS_RERANKER", url, settings)


def _answers(settings: Settings) -> Iterator[str]:
    try:
        check_model_url(settings.model)
    except ModelURLError as error:
        yield shown(str(error))
    else:
        yield from _missing_key("ASKDOCS_MODEL", settings.model, settings)
    try:
        others = {*offered(settings.model, settings.models).values()} - {settings.model}
    except ModelURLError as error:
        yield shown(str(error))
    else:
        for url in sorted(others):
            yield from _missing_key("ASKDOCS_MODELS", url, settings)


def _serving(settings: Settings) -> Iterator[str]:
    from app.guard.origins import allowed_origins  # noqa: PLC0415 (loads what only a server needs)
    from app.guard.site_tokens import SiteKeyError, SiteTokens  # noqa: PLC0415 (as above)

    try:
        allowed_origins(settings.origins)
    except ValueError as error:
        yield from str(error).splitlines()
    key = settings.session_key
    if key and len(key.get_secret_value().encode()) < 32:
        yield (
            "ASKDOCS_SESSION_KEY is shorter than 32 characters: make it long and random, or "
            "leave it out"
        )
    try:
        if settings.jwt_key:
            SiteTokens(settings.jwt_key)
    except SiteKeyError as error:
        yield str(error)


def _missing_key(name: str, url: str, settings: Settings) -> Iterator[str]:
    scheme = url.partition(":")[0]
    if scheme in {"openrouter", "openai", "cohere", "jina"} and not settings.key_for(url):
        yield f"{name} is {url!r}: it needs a key, set {scheme.upper()}_API_KEY"


def shown(url: str) -> str:
    """A URL without the user name and password that it may hold."""
    return re.sub(r"//[^/@]*@", "//…@", url)
