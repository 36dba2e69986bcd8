"""The transformer on this machine, with a model that is made here: two dimensions of meaning."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.retrieval.embedders import EmbedderError, open_embedder
from app.retrieval.embedders.fastembed import open_fastembed
from tests.conftest import missing

MODEL = "BAAI/bge-small-en-v1.5"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cat", "dog", "install", "package"]
MEANINGS = [[0, 0, 0], [0, 0, 3], [0, 0, 2], [0, 0, 1], [5, 0, 0], [4, 1, 0], [0, 5, 0], [1, 4, 0]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a model as fastembed downloads them; each token means a row of a table, and a
    text what its first token hears of all the others: their mean."""
    for needed in ("fastembed", "onnx", "tokenizers"):
        try:
            __import__(needed)
        except ImportError:
            missing(needed)
    folder = tmp_path_factory.mktemp("model")
    (folder / "onnx").mkdir()
    _write_network(folder / "onnx" / "model.onnx")
    (folder / "model_optimized.onnx").write_bytes((folder / "onnx" / "model.onnx").read_bytes())
    write_tokenizer(folder)
    return folder


def _write_network(path: Path) -> None:
    import onnx  # noqa: PLC0415 - an extra
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    ids, hidden = ["batch", "tokens"], ["batch", "tokens", 3]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ids)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, hidden)
    table = numpy_helper.from_array(np.array(MEANINGS, dtype=np.float32), "table")
    axis = numpy_helper.from_array(np.array([1], dtype=np.int64), "axis")
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("ReduceSum", ["words", "axis"], ["sum"], keepdims=1),
        helper.make_node("Add", ["words", "sum"], ["last_hidden_state"]),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], [table, axis])
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(network)
    onnx.save(network, str(path))


def write_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: PLC0415

    words = {word: place for place, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]"}
    limits = {"model_max_length": 64, "pad_token": "[PAD]"}
    for name, content in {
        "config.json": {"pad_token_id": 0},
        "special_tokens_map.json": special,
        "tokenizer_config.json": limits,
    }.items():
        (folder / name).write_text(json.dumps(content))


async def test_its_vectors_have_unit_length_and_the_models_meaning(model: Path) -> None:
    async with open_fastembed(MODEL, specific_model_path=str(model)) as embedder:
        assert embedder.name == f"fastembed:{MODEL}"
        assert embedder.dimension == 3
        question = await embedder.embed_question("cat")
        dog, package = await embedder.embed(["dog dog dog", "install package"])
    for vector in (question, dog, package):
        assert math.hypot(*vector) == pytest.approx(1)
    assert sum(a * b for a, b in zip(question, dog, strict=True)) > sum(
        a * b for a, b in zip(question, package, strict=True)
    )


async def test_the_company_of_a_text_does_not_matter(model: Path) -> None:
    texts = ["cat", "install " * 500, "", "a\0b 日本語"]
    async with open_fastembed(MODEL, specific_model_path=str(model)) as embedder:
        together = await embedder.embed(texts)
        for text, vector in zip(texts, together, strict=True):
            assert vector == pytest.approx((await embedder.embed([text]))[0], abs=1e-5)
        assert await embedder.embed([]) == []


@pytest.mark.usefixtures("model")  # for what it needs
async def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Without a network, as on the first start behind a firewall."""
    opening = open_fastembed(MODEL, cache_dir=str(tmp_path), local_files_only=True)
    with pytest.raises(EmbedderError, match=f"{MODEL}.*downloads"):
        async with opening:
            pass


@pytest.mark.usefixtures("model")
async def test_an_unknown_model_is_told() -> None:
    with pytest.raises(EmbedderError, match=r"no-such/model.*list_supported_models"):
        async with open_embedder("fastembed:no-such/model"):
            pass


def test_it_is_only_imported_when_it_is_chosen() -> None:
    asking = "import sys, app.retrieval.retriever; print('fastembed' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asking], capture_output=True, check=True)
    assert told.stdout.strip() == b"False"
