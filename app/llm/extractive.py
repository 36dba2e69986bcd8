"""A model that needs no key: it searches, then quotes the best sentences it was given."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from agents import Model

from app.llm.assembly import Assembly
from app.llm.extract import answer, closest
from app.llm.pieces import Piece, PieceModel
from app.retrieval.passages import DOUBTED, NumberedPassage, parsed

NAME = "extractive"

_WORDS = re.compile(r"\s*\S+")
_SEARCH = "search_docs"


class ExtractiveModel(PieceModel):
    """Does not understand, does not invent: the words are the documentation's own."""

    async def pieces(
        self,
        system_instructions: str | None,
        input: Any,  # noqa: A002 - the SDK's name
        *args: Any,
        **kwargs: Any,
    ) -> AsyncGenerator[Piece, None]:
        question, passages, doubted = _read(input)
        assembly = Assembly(NAME)
        if passages is None:
            call = {"name": _SEARCH, "arguments": json.dumps({"query": question})}
            for piece in assembly.add([_chunk(tool_calls=[{"index": 0, "function": call}])]):
                yield piece
        else:
            for word in _WORDS.findall(
                closest(passages) if doubted else answer(question, passages)
            ):
                for piece in assembly.add([_chunk(content=word)]):
                    yield piece
                await asyncio.sleep(0)  # a long answer shares the loop
        for event in assembly.close():
            yield event


def _chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta}]}


def _read(items: Any) -> tuple[str, list[NumberedPassage] | None, bool]:
    """The question, the passages found for it (None before a search), and whether they were
    handed over as no answer."""
    if isinstance(items, str):
        return items, None, False
    question = ""
    passages: list[NumberedPassage] | None = None
    doubted = False
    for item in cast("list[dict[str, Any]]", items):
        if item.get("role") == "user":
            question, passages = str(item["content"]), None
        elif item.get("type") == "function_call" and item["name"] == _SEARCH:
            question = json.loads(item["arguments"]).get("query") or question
        elif item.get("type") == "function_call_output":
            output = str(item["output"])
            passages = [*(passages or []), *parsed(output)]
            doubted = output.startswith(DOUBTED)
    return question, passages, doubted


@asynccontextmanager
async def open_extractive() -> AsyncGenerator[Model, None]:
    yield ExtractiveModel()
