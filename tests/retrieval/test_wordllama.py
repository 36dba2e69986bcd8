"""The packaged embedder: without a network, and on every text."""

import math
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.retrieval.embedders import Embedder, open_embedder

NO_NETWORK = """
import socket

def refused(*_):
    raise AssertionError("the network was asked")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refused
"""
EMBED = """
import asyncio
from app.retrieval.embedders import open_embedder

async def main():
    async with open_embedder("wordllama:") as embedder:
        print(len(await embedder.embed_question("How do I install it?")))

asyncio.run(main())
"""


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    async with open_embedder("wordllama:") as embedder:
        yield embedder


def cosine(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_it_loads_and_embeds_without_a_network(tmp_path: Path) -> None:
    """In a home without any cache, where every connection is an error and, if this machine lets
    us, there is no network at all."""
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", EMBED]
    if (
        shutil.which("unshare")
        and subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode
        == 0
    ):
        command = ["unshare", "-rn", *command]
    paths = os.pathsep.join([str(tmp_path), str(root)])
    told = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": paths, "HOME": str(tmp_path), "HF_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == "256"


def test_the_guard_of_that_test_refuses(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    asking = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    told = subprocess.run(
        [sys.executable, "-c", asking],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the network was asked" in told.stderr


async def test_like_texts_are_near(embedder: Embedder) -> None:
    question = await embedder.embed_question("How do I install the package?")
    near, far = await embedder.embed(
        ["Installation: run npm install to add the package.", "The colour of a border."]
    )
    assert cosine(question, near) > cosine(question, far) + 0.2
    assert embedder.name == "wordllama:l2_supercat-256-zipf"


async def test_the_company_of_a_text_does_not_matter(embedder: Embedder) -> None:
    texts = ["short", "a text of some more words", "word " * 2_000, "ünï¢ødé 日本語 🚀", "a\0b"]
    together = await embedder.embed(texts)
    for text, vector in zip(texts, together, strict=True):
        alone = await embedder.embed_question(text)
        assert vector == pytest.approx(alone, abs=1e-4)
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-4)
        assert len(vector) == embedder.dimension


@pytest.mark.parametrize("text", ["", " ", "\0", "\u200b", "\U0010ffff"])
async def test_a_text_without_words_has_length_one_or_none(embedder: Embedder, text: str) -> None:
    [vector] = await embedder.embed([text])
    length = math.hypot(*vector)
    assert length == 0 or length == pytest.approx(1, abs=1e-4)


async def test_no_texts(embedder: Embedder) -> None:
    assert await embedder.embed([]) == []
