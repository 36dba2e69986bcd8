"""Curves as SVG, both axes logarithmic. No library: a picture of a dozen lines."""

import html
import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 340, 70, 46, 40, 170
COLORS = ("#2563eb", "#059669", "#d97706", "#dc2626", "#7c3aed", "#0891b2")


def curves(title: str, x: str, y: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Every point is (x, y), both above 0."""
    points = [point for line in series.values() for point in line]
    across = _Axis([p[0] for p in points], LEFT, WIDTH - RIGHT)
    up = _Axis([p[1] for p in points], HEIGHT - BOTTOM, TOP)
    drawn = [
        f'<text x="{LEFT}" y="22" class="title">{html.escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" class="m">'
        f"{html.escape(x)}</text>",
        f'<text x="14" y="{HEIGHT / 2}" class="m" '
        f'transform="rotate(-90 14 {HEIGHT / 2})">{html.escape(y)}</text>',
    ]
    for value in up.ticks:
        at = up.at(value)
        drawn.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" class="grid"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" class="e">{value:g}</text>')
    for value in across.ticks:
        at = across.at(value)
        drawn.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" class="m">{value:,g}</text>')
    for number, (name, line) in enumerate(series.items()):
        color = COLORS[number % len(COLORS)]
        places = [(across.at(a), up.at(b)) for a, b in line]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in places)
        drawn.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        drawn += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{color}"/>' for a, b in places]
        height = TOP + 8 + 20 * number
        drawn.append(
            f'<path d="M{WIDTH - RIGHT + 14} {height}h16" stroke="{color}" stroke-width="3"/>'
        )
        drawn.append(f'<text x="{WIDTH - RIGHT + 36}" y="{height + 4}">{html.escape(name)}</text>')
    style = (
        "text{font:12px sans-serif;fill:#475569}.title{font-weight:600;font-size:14px}"
        ".m{text-anchor:middle}.e{text-anchor:end}.grid{stroke:#94a3b8;stroke-opacity:.3}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{html.escape(title)}"><style>{style}</style>'
        f"{''.join(drawn)}</svg>\n"
    )


class _Axis:
    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = (math.log10(pick(values)) for pick in (min, max))
        self._low, self._high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
        self._start, self._end = start, end

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self._low, self._high + 1)]

    def at(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)
