"""Chunks that are read by what they have in common say what they say."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from app.llm.chunks import ChunkDecoder

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['"', "\\", '"}', '","', '","content":"', "\n", "\u2028", "🚀", '\\"', " "]
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


ALIKE = st.builds(
    lambda texts, ascii_: [
        json.dumps(
            {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]},
            ensure_ascii=ascii_,
        )
        for text in texts
    ],
    st.lists(TEXTS, max_size=6),
    st.booleans(),
)
"""As a provider sends them: what came before differs in nothing but the text."""

READS = st.lists(st.lists(CHUNKS, max_size=4) | ALIKE, max_size=6)


@given(READS)
def test_a_chunk_that_is_like_one_before_says_what_it_says(reads: list[list[str]]) -> None:
    decoder = ChunkDecoder()
    decoded = [
        chunk
        for read in reads
        for chunk in decoder.decode("".join(f"data: {chunk}\n\n" for chunk in read).encode())
    ]
    assert decoder.error is None
    chunks = [chunk for read in reads for chunk in read]
    assert [told(chunk) for chunk in decoded] == [told(json.loads(chunk)) for chunk in chunks]


@given(
    st.lists(
        st.sampled_from([b"one", b'a","b', b'a"', b"a\\", b'a\\"', b',"b', b'"', b""]), max_size=5
    )
)
@example([b"a\\", b',"b'])
@example([b'a","b', b"a\\", b"a"])
def test_what_is_no_string_is_not_taken_for_one(written: list[bytes]) -> None:
    """Nor for two of them, however it fits together with its neighbours."""
    chunk = b'{"choices":[{"index":0,"delta":{"content":"%b"},"finish_reason":null}]}'
    chunks = [chunk % text for text in (b"first", *written)]
    decoder = ChunkDecoder()
    first = decoder.decode(b"data: %b\n\n" % chunks[0])
    decoded = decoder.decode(b"".join(b"data: %b\n\n" % chunk for chunk in chunks[1:]))
    expected: list[Any] = []
    for chunk in chunks:
        try:
            expected.append(told(json.loads(chunk)))
        except ValueError:
            break
    assert [told(chunk) for chunk in [*first, *decoded]] == expected
    assert (decoder.error is None) == (len(expected) == len(chunks))


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
