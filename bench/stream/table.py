"""Figures → the table of what was asked for and what there is."""

from typing import Any


def table(figures: dict[str, Any]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in _rows(figures))


def _rows(figures: dict[str, Any]) -> list[tuple[str, ...]]:
    stock, ours = figures["stock"], figures["ours"]
    left = ours["left"]
    own = ours["first"] - ours["search"]
    return [
        ("", "stock", "askdocs", "ratio", "goal"),
        ("---",) * 5,
        _ratio("CPU a token, 100 streams, saturated (µs)", stock, ours, "saturated", 1e6, "≥ 20×"),
        _ratio("CPU a token, 10 streams of 50 tokens/s (µs)", stock, ours, "cpu", 1e6, "≥ 10×"),
        (
            f"… with 100 streams, {ours['merged']:.2f} tokens a frame (µs)",
            "more than it carries",
            f"{ours['busy'] * 1e6:.0f}",
            f"{stock['cpu'] / ours['busy']:.1f}×",
            "",
        ),
        (
            "… of a relay that looks at nothing, 10 and 100 streams (µs)",
            "",
            f"{figures['relay']['cpu'] * 1e6:.0f}, {figures['relay']['busy'] * 1e6:.0f}",
            f"{stock['cpu'] / figures['relay']['cpu']:.1f}×",
            "",
        ),
        (
            "… of uvicorn that passes on what it reads, 10 and 100 streams (µs)",
            "",
            f"{figures['passing']['cpu'] * 1e6:.0f}, {figures['passing']['busy'] * 1e6:.0f}",
            f"{stock['cpu'] / figures['passing']['cpu']:.1f}×",
            "",
        ),
        _ratio("CPU a turn, an answer of one token (ms)", stock, ours, "turn", 1e3, "≥ 3×"),
        _ratio("… of 100 at once (ms)", stock, ours, "crowd", 1e3, ""),
        _turns("… with threads in memory and no title, as stock (ms)", stock, ours["bare"]),
        _turns("… of the given libraries, empty (ms)", stock, figures["empty"]),
        (
            "streams of 50 tokens/s, 99 % of lags ≤ 100 ms",
            str(stock["streams"]),
            str(ours["streams"]),
            f"{ours['streams'] / max(1, stock['streams']):.1f}×",
            "≥ 15×",
        ),
        _ratio("first token, one reader (ms)", stock, ours, "first", 1e3, "≥ 3×"),
        ("… besides the search's own time (ms)", "", f"{own * 1e3:.1f}", "", "≤ 8"),
        _ratio("bytes a token, nothing merged", stock, ours, "sent", 1, "≥ 1×"),
        _ratio("memory an open stream (KB)", stock, ours, "memory", 1e-3, "≥ 1×"),
        _ratio("memory a stalled reader (KB)", stock, ours, "stalled", 1e-3, "≤ 1,000"),
        (
            "1,000 readers leave in mid-answer",
            "",
            f"{left['closed']} closed in {left['within']:.2f} s, {left['stored']} stored, "
            f"{left['tasks']} tasks left",
            "",
            "1,000 in 1 s, 1,000, 0",
        ),
    ]


def _ratio(
    name: str, stock: dict[str, Any], ours: dict[str, Any], key: str, scale: float, goal: str
) -> tuple[str, ...]:
    a, b = stock[key] * scale, ours[key] * scale
    return name, _figure(a), _figure(b), f"{a / b:.1f}×" if b > 0 else "", goal


def _turns(name: str, stock: dict[str, Any], of: dict[str, Any]) -> tuple[str, ...]:
    """One after the other, and a hundred at once."""
    both = [(of[key] * 1e3, stock[key] / of[key]) for key in ("turn", "crowd")]
    times = ", ".join(_figure(time) for time, _ in both)
    return name, "", times, ", ".join(f"{ratio:.1f}×" for _, ratio in both), ""


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
