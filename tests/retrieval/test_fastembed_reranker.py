"""The cross-encoder on this machine, with a model that is made here: it counts what it likes."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app.retrieval.rerankers import RerankerError, open_reranker
from app.retrieval.rerankers.fastembed import FastEmbedReranker, open_fastembed
from tests.conftest import missing
from tests.retrieval.test_fastembed import WORDS, write_tokenizer

MODEL = "Xenova/ms-marco-MiniLM-L-6-v2"
LIKED = {"cat": 3.0, "dog": 1.0, "install": -2.0, "package": -4.0}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a model as fastembed downloads them; a text's score is the sum of its words'."""
    for needed in ("fastembed", "onnx", "tokenizers"):
        try:
            __import__(needed)
        except ImportError:
            missing(needed)
    folder = tmp_path_factory.mktemp("model")
    (folder / "onnx").mkdir()
    _write_network(folder / "onnx" / "model.onnx")
    write_tokenizer(folder)
    return folder


def _write_network(path: Path) -> None:
    import onnx  # noqa: PLC0415 - an extra
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    values = np.array([[LIKED.get(word, 0.0)] for word in WORDS], dtype=np.float32)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])
    table = numpy_helper.from_array(values, "table")
    axis = numpy_helper.from_array(np.array([1], dtype=np.int64), "axis")
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("ReduceSum", ["words", "axis"], ["logits"], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], [table, axis])
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(network)
    onnx.save(network, str(path))


async def test_a_score_for_each_text_in_order(model: Path) -> None:
    async with open_fastembed(MODEL, specific_model_path=str(model)) as reranker:
        assert reranker.name == f"fastembed:{MODEL}"
        found = await reranker.rerank("dog", ["cat cat", "package", "", "日本語"])
    assert found == pytest.approx([7.0, -3.0, 1.0, 1.0])


class Slow:
    """A model whose run takes until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun = threading.Event()
        self.go = threading.Event()

    def rerank(self, query: str, documents: list[str]) -> Iterator[float]:
        self.asked.append(query)
        self.begun.set()
        self.go.wait(10)
        yield from (1.0 for _ in documents)


async def test_searches_that_gave_up_do_not_keep_those_after_them_waiting() -> None:
    slow = Slow()
    with ThreadPoolExecutor(1) as thread:
        reranker = FastEmbedReranker(slow, "slow", thread)
        first = asyncio.create_task(reranker.rerank("first", ["text"]))
        await asyncio.to_thread(slow.begun.wait)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await reranker.rerank("given up", ["text"])
        slow.go.set()
        assert await first == [1.0]
        assert await reranker.rerank("last", ["text"]) == [1.0]
    assert slow.asked == ["first", "last"]


class Broken:
    def rerank(self, query: str, documents: list[str]) -> Iterator[float]:
        raise ValueError(f"{query} {documents}")


async def test_what_its_runtime_raises_is_told_without_the_readers_words() -> None:
    with ThreadPoolExecutor(1) as thread:
        reranker = FastEmbedReranker(Broken(), "fastembed:m", thread)
        with pytest.raises(RerankerError, match=r"fastembed:m failed: .* ValueError") as raised:
            await reranker.rerank("secret", ["text"])
    assert "secret" not in str(raised.value)


@pytest.mark.usefixtures("model")  # for what it needs
async def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Without a network, as on the first start behind a firewall."""
    opening = open_fastembed(MODEL, cache_dir=str(tmp_path), local_files_only=True)
    with pytest.raises(RerankerError, match=f"{MODEL}.*downloads"):
        async with opening:
            pass


@pytest.mark.usefixtures("model")
async def test_an_unknown_model_is_told() -> None:
    with pytest.raises(RerankerError, match=r"no-such/model.*list_supported_models"):
        async with open_reranker("fastembed:no-such/model"):
            pass
