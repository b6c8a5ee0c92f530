"""The picture of a calibration, as SVG and in the terminal: precision, recall and review load by match limit."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sfrouter.journey.calibration import Calibration
    from sfrouter.journey.calibration_figures import Figures

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 440, 60, 50, 20, 70
_PRECISION, _RECALL, _REVIEW = "#1f5fa8", "#d0661a", "#9a9a9a"
_BAR = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"


def svg(found: "Calibration") -> str:
    """The picture as the text of an SVG file. The blue band is where the true precision lies 95 times of 100."""
    rows = [row for row in found.table if row.auto]
    low = min((row.match_above for row in rows), default=50.0)
    high = max(max((row.match_above for row in rows), default=100.0), low + 1)

    def x(limit: float) -> float:
        return round(_LEFT + (limit - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT), 1)

    parts = [*_frame(), *_scale(low, high, x)]
    bounds = [(row.match_above, one) for row in rows if (one := row.precision)]
    ring = [(x(limit), _y(one.high)) for limit, one in bounds]
    ring += [(x(limit), _y(one.low)) for limit, one in reversed(bounds)]
    parts.append(f'<polygon points="{_points(ring)}" fill="{_PRECISION}" opacity="0.18"/>')
    recall = [(x(row.match_above), _y(one.share)) for row in rows if (one := row.recall)]
    review = [(x(row.match_above), _y(row.review_share)) for row in rows]
    precision = [(x(limit), _y(one.share)) for limit, one in bounds]
    for points, colour in ((precision, _PRECISION), (recall, _RECALL), (review, _REVIEW)):
        parts.append(f'<polyline points="{_points(points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
    parts += _mark(x(_within(found.today.match_above, low, high)), "today", 0)
    if found.proposal:
        parts += _mark(x(_within(found.proposal.figures.match_above, low, high)), "proposed", 14)
    parts += _legend(found)
    return "\n".join((*parts, "</svg>", ""))


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _frame() -> Iterable[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" font-family="sans-serif" font-size="12">'
    )
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'


def _scale(low: float, high: float, x: Callable[[float], float]) -> Iterable[str]:
    for share in range(0, 101, 10):
        y = _y(share / 100)
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}" stroke="#e4e4e4"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{share} %</text>'
    for limit in range(int(low), int(high) + 1):
        if limit % 5 == 0:
            yield f'<text x="{x(limit)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{limit}</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - _BOTTOM + 38}" text-anchor="middle">automatic above this score</text>'


def _mark(x: float, word: str, lower: int) -> Iterable[str]:
    y = _TOP - 18 + lower
    yield f'<line x1="{x}" y1="{y + 4}" x2="{x}" y2="{_HEIGHT - _BOTTOM}" stroke="#333" stroke-dasharray="4 3"/>'
    yield f'<text x="{x}" y="{y}" text-anchor="middle">{word}</text>'


def _legend(found: "Calibration") -> Iterable[str]:
    named = (("precision, 95 % interval", _PRECISION), ("recall", _RECALL), ("sent to a person", _REVIEW))
    for place, (word, colour) in enumerate(named):
        x = _LEFT + place * 190
        yield f'<rect x="{x}" y="{_HEIGHT - 24}" width="14" height="4" fill="{colour}"/>'
        yield f'<text x="{x + 20}" y="{_HEIGHT - 18}">{word}</text>'
    yield f'<text x="{_LEFT}" y="16" font-weight="bold">{escape(found.source)}</text>'


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM), 1)


def _points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in pairs)


def chart(rows: Sequence["Figures"]) -> list[str]:
    """A small chart for a terminal: two bars a limit."""
    lines = [f"above  {'precision':{_BAR + 8}}recall"]
    for row in rows:
        precision, recall = row.precision, row.recall
        left = f"{_bar(precision.share)} {precision.share:6.1%}" if precision else " " * (_BAR + 7)
        right = f"{_bar(recall.share)} {recall.share:6.1%}" if recall else ""
        lines.append(f"{row.match_above:5g}  {left} {right}".rstrip())
    return lines


def _bar(share: float) -> str:
    eighths = round(share * _BAR * 8)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[part] if part else "")).ljust(_BAR)
