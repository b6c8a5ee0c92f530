"""What a daemon says in its log of its starts: seconds from its beginning to its first good poll, by part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def starts_told(log: str) -> list[dict[str, Any]]:
    """What each start said of itself once it was ready."""
    lines = (line for line in log.splitlines() if '"event": "ready"' in line)
    return [json.loads(line) for line in lines]


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not pass; no value between two measured ones."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(starts: Sequence[Mapping[str, Any]]) -> str:
    """Each part's median and 95th percentile, in seconds by the clock and of the processor."""
    lines = [f"  {'seconds':<14}{'p50':>7}{'p95':>7}   {'processor p50':>13}{'p95':>7}"]
    for part in starts[0]["seconds"]:
        clock, processor = (
            [float(one[kind][part]) for one in starts] for kind in ("seconds", "processor_seconds")
        )
        lines.append(
            f"  {part.replace('_', ' '):<14}{quantile(clock, 0.5):7.2f}{quantile(clock, 0.95):7.2f}"
            f"   {quantile(processor, 0.5):13.2f}{quantile(processor, 0.95):7.2f}"
        )
    return "\n".join(lines)
