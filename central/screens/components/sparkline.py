"""A small plot of one figure over time, drawn as vectors, with its least, largest and latest value in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

_WIDTH, _HEIGHT = 240.0, 48.0
_GAP_S = 180.0  # figures come once a minute; a longer silence is a hole in the line


@dataclass(frozen=True, slots=True)
class Curve:
    """A figure over time: `points` in order of time, `text` how its values are written."""

    title: str
    points: Sequence[tuple[datetime, float]]
    unit: str = ""
    digits: int = 0

    def text(self, value: float) -> str:
        """A value with its unit."""
        return f"{value:.{self.digits}f} {self.unit}".strip()


def sparkline(curve: Curve, least: str, largest: str) -> Markup:
    """The plot; `least` and `largest` are the words for its smallest and largest value."""
    if not curve.points:
        return Markup("")
    values = [value for _, value in curve.points]
    low, high = min(values), max(values)
    return Markup(
        '<figure class="spark"><figcaption>{} <strong>{}</strong></figcaption>'
        '<svg viewBox="0 0 {:.0f} {:.0f}" preserveAspectRatio="none" role="img" aria-label="{}: {}"><path d="{}"/></svg>'
        '<small class="muted">{} {} · {} {}</small></figure>'
    ).format(
        curve.title,
        curve.text(values[-1]),
        _WIDTH,
        _HEIGHT,
        curve.title,
        curve.text(values[-1]),
        _path(curve.points, low, high),
        least,
        curve.text(low),
        largest,
        curve.text(high),
    )


def _path(points: Sequence[tuple[datetime, float]], low: float, high: float) -> str:
    begin, end = points[0][0], points[-1][0]
    seconds = max(1.0, (end - begin).total_seconds())
    span = max(high - low, 1e-9)
    parts: list[str] = []
    before: datetime | None = None
    for at, value in points:
        x = _WIDTH * (at - begin).total_seconds() / seconds
        y = _HEIGHT - 4 - (_HEIGHT - 8) * (value - low) / span
        whole = before is not None and (at - before).total_seconds() <= _GAP_S
        parts.append(f"{'L' if whole else 'M'}{x:.1f} {y:.1f}")
        before = at
    return "".join(parts)
