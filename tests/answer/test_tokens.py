"""Counting tokens never reaches the network."""

from pathlib import Path

from app.answer.tokens import _O200K, estimate, ranks, token_counter


def test_without_ranks_at_hand_an_estimate_counts(tmp_path: Path) -> None:
    count = token_counter({"TIKTOKEN_CACHE_DIR": str(tmp_path)})
    assert count is estimate
    assert 5 <= count("How do I install it?") <= 12


def test_a_corrupt_file_counts_as_absent(tmp_path: Path) -> None:
    (tmp_path / _O200K).write_bytes(b"not the ranks")
    assert ranks({"TIKTOKEN_CACHE_DIR": str(tmp_path)}) is None


def test_the_estimate_grows_with_every_script() -> None:
    for text in ("word ", "слово ", "文档", "🚀"):
        assert estimate(text * 100) > estimate(text * 50) > estimate("")
