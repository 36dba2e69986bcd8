"""Figures → an SVG: what a token costs, and how the lag grows with the streams."""

from collections.abc import Iterable
from typing import Any

_BARS = (
    ("a token, saturated", "saturated", 1e6, "µs"),
    ("a token, 50 a second", "cpu", 1e6, "µs"),
    ("a turn of one token", "turn", 1e3, "ms"),
)
_STOCK, _OURS = "#9aa5b1", "#2563eb"
_STYLE = "font-family='system-ui, sans-serif' font-size='13' fill='#64748b'"


def plotted(figures: dict[str, Any]) -> str:
    stock, ours = figures["stock"], figures["ours"]
    return "\n".join(
        (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 720 420' {_STYLE}>",
            "<title>CPU of the stock stack and of askdocs, and lag by streams</title>",
            *_legend(),
            *_bars(stock, ours),
            *_lags(stock["lags"], ours["lags"]),
            "</svg>\n",
        )
    )


def _legend() -> Iterable[str]:
    for x, colour, name in ((20, _STOCK, "stock"), (90, _OURS, "askdocs")):
        yield f"<rect x='{x}' y='12' width='12' height='12' fill='{colour}'/>"
        yield f"<text x='{x + 18}' y='23'>{name}</text>"


def _bars(stock: dict[str, Any], ours: dict[str, Any]) -> Iterable[str]:
    for row, (name, key, scale, unit) in enumerate(_BARS):
        y = 44 + row * 52
        widest = max(stock[key], ours[key])
        yield f"<text x='20' y='{y + 20}'>CPU {name}</text>"
        for line, (figure, colour) in enumerate(((stock[key], _STOCK), (ours[key], _OURS))):
            width = max(2, 400 * figure / widest)
            top = y + line * 18
            yield f"<rect x='220' y='{top}' width='{width:.0f}' height='14' fill='{colour}'/>"
            label = f"{figure * scale:,.1f} {unit}"
            yield f"<text x='{226 + width:.0f}' y='{top + 12}'>{label}</text>"


def _lags(stock: list[list[float]], ours: list[list[float]]) -> Iterable[str]:
    most = max(n for n, _ in (*stock, *ours))
    yield "<text x='20' y='222'>99th percentile of lag (ms) by streams of 50 tokens/s</text>"
    yield "<path d='M60 240V380H700' fill='none' stroke='#cbd5e1'/>"
    limit = _height(0.1)
    yield f"<path d='M60 {limit:.0f}H700' stroke='#dc2626' stroke-dasharray='4'/>"
    yield f"<text x='16' y='{limit + 4:.0f}'>100</text>"
    yield f"<text x='660' y='400'>{most}</text><text x='60' y='400'>0</text>"
    for points, colour in ((stock, _STOCK), (ours, _OURS)):
        path = " ".join(f"{60 + 620 * n / most:.0f},{_height(lag):.0f}" for n, lag in points)
        yield f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>"


def _height(lag: float) -> float:
    return 380 - 140 * min(lag, 0.2) / 0.2
