"""Counting tokens for the budget of a model call, without ever reaching the network."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from app.retrieval.tokens import estimated_tokens

TokenCounter = Callable[[str], int]

_O200K = "fb374d419588a4632f3f557e76b4b70aebbca790"  # sha1 of its URL: tiktoken's file name
_O200K_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_MARGIN = 1.3  # covers the estimate in every script measured


def ranks(environment: Mapping[str, str]) -> Path | None:
    """Where tiktoken would find its ranks without a download; None when they are not there.

    A corrupt file counts as absent: tiktoken would delete it and go to the network.
    """
    folder = environment.get("TIKTOKEN_CACHE_DIR") or environment.get("DATA_GYM_CACHE_DIR")
    path = Path(folder or Path(tempfile.gettempdir()) / "data-gym-cache") / _O200K
    if not path.is_file():
        return None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return path if digest == _O200K_SHA256 else None


def token_counter(environment: Mapping[str, str]) -> TokenCounter:
    """Exact where the ranks are at hand (0.4 s to load: call it in a thread), else an estimate."""
    if ranks(environment) is None:
        return estimate
    import tiktoken  # noqa: PLC0415 - half a second that the estimate need not pay

    encoding = tiktoken.get_encoding("o200k_base")
    return lambda text: len(encoding.encode_ordinary(text))


def estimate(text: str) -> int:
    return int(estimated_tokens(text) * _MARGIN) + 1
