"""A cross-encoder on this machine, by fastembed (an extra); downloaded at first use."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from app.retrieval.rerankers import Reranker, RerankerError


class FastEmbedReranker:
    """One question at a time, in a thread of its own: a run that is under way cannot be stopped,
    but those that wait behind it go with the searches that gave up on them."""

    def __init__(self, model: Any, name: str, thread: Executor) -> None:
        self.name = name
        self._model = model
        self._thread = thread

    async def rerank(self, question: str, texts: Sequence[str]) -> list[float]:
        def run() -> list[float]:
            return [float(score) for score in self._model.rerank(question, list(texts))]

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, run)
        except Exception as error:  # its runtime raises whatever it likes
            raise RerankerError(
                f"The reranker {self.name} failed: its model raised {type(error).__name__}."
            ) from error


@asynccontextmanager
async def open_fastembed(model: str, **loading: Any) -> AsyncGenerator[Reranker, None]:
    """`loading` goes to fastembed's `TextCrossEncoder`, such as the folder of a model at hand."""
    try:
        from fastembed.rerank.cross_encoder import TextCrossEncoder  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise RerankerError(
            f"ASKDOCS_RERANKER is 'fastembed:{model}', which needs an extra: "
            'pip install "askdocs[fastembed]".'
        ) from error
    thread = ThreadPoolExecutor(1, "reranker")
    try:
        try:
            loaded = await asyncio.to_thread(lambda: TextCrossEncoder(model_name=model, **loading))
        except Exception as error:  # its loaders raise whatever the hub's client raises
            raise RerankerError(
                f"The model {model!r} cannot be loaded by fastembed: {error}. Its first use "
                "downloads it; names are listed by TextCrossEncoder.list_supported_models()."
            ) from error
        yield FastEmbedReranker(loaded, f"fastembed:{model}", thread)
    finally:
        thread.shutdown(wait=False, cancel_futures=True)
