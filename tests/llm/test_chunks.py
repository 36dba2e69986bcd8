"""Chunks that are read by what they have in common say what they say."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.llm.chunks import ChunkDecoder

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['"', "\\", '"}', '","content":"', "\n", "\u2028", "🚀", '\\"', " "]
)
DELTAS = st.one_of(
    st.fixed_dictionaries({"content": TEXTS}),
    st.fixed_dictionaries({"role": st.just("assistant"), "content": TEXTS}),
    st.fixed_dictionaries({"content": TEXTS, "reasoning": TEXTS}),
    st.fixed_dictionaries({"content": TEXTS, "tool_calls": st.just([{"index": 0}])}),
    st.fixed_dictionaries({"reasoning_details": st.just([{"content": "x"}]), "content": TEXTS}),
    st.just({"content": None}),
)
CHUNKS = st.builds(
    lambda delta, finish, index, noise, ascii_: json.dumps(
        {
            "id": "gen-1",
            "choices": [{"index": index, "delta": delta, "finish_reason": finish}],
            **noise,
        },
        ensure_ascii=ascii_,
    ),
    DELTAS,
    st.sampled_from([None, None, None, "stop"]),
    st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([{}, {}, {}, {"usage": {"total_tokens": 1}}, {"obfuscation": "x"}]),
    st.booleans(),
)


@given(st.lists(CHUNKS, max_size=12))
def test_a_chunk_that_is_like_one_before_says_what_it_says(chunks: list[str]) -> None:
    decoder = ChunkDecoder()
    decoded = decoder.decode("".join(f"data: {chunk}\n\n" for chunk in chunks).encode())
    assert decoder.error is None
    assert [told(chunk) for chunk in decoded] == [told(json.loads(chunk)) for chunk in chunks]


def told(chunk: Any) -> Any:
    """All that an answer is made of."""
    if isinstance(chunk, str):
        return [(0, {"content": chunk}, None)], None
    return [
        (
            choice["index"],
            {k: v for k, v in choice["delta"].items() if v and k != "role"},
            choice["finish_reason"],
        )
        for choice in chunk["choices"]
    ], chunk.get("usage")


def test_most_chunks_of_a_stream_are_not_read_whole() -> None:
    stream = [{"id": "1", "choices": [{"delta": {"content": f"word {n}"}}]} for n in range(9)]
    decoded = ChunkDecoder().decode("".join(f"data: {json.dumps(c)}\n\n" for c in stream).encode())
    assert decoded[1:] == [f"word {n}" for n in range(1, 9)]
