"""How long a start took until the first good poll, and where the time went: told once in the log (L2)."""

import time
from collections.abc import Callable

from sfrouter.base.clock import Clock, process_age


class StartTimes:
    """The parts of one start: each ends where the next begins.

    Two figures for each: seconds by the clock, and those of the processor, which no other process makes longer.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        age: float | None = None,
        processor: Callable[[], float] = time.process_time,
        again: bool = False,
    ) -> None:
        """`age`: seconds that the process has lived so far, all for its imports; None: as the system says.
        `again`: the process begins again, after a reload or with a new mirror, and imports nothing.
        """
        self._clock, self._processor = clock, processor
        self._last, self._worked = clock.monotonic(), processor()
        self._parts: dict[str, tuple[float, float]] = {}
        if not again:
            self._parts["imports"] = (process_age() if age is None else age, self._worked)

    def ended(self, part: str) -> None:
        """A part of the start is over."""
        now, worked = self._clock.monotonic(), self._processor()
        seconds, processor = self._parts.get(part, (0.0, 0.0))
        self._parts[part] = (seconds + now - self._last, processor + worked - self._worked)
        self._last, self._worked = now, worked

    def figures(self) -> dict[str, dict[str, float]]:
        """`seconds` and `processor_seconds`: all together, then by part, in hundredths of a second."""
        return {name: self._column(place) for place, name in enumerate(("seconds", "processor_seconds"))}

    def _column(self, place: int) -> dict[str, float]:
        values = {part: found[place] for part, found in self._parts.items()}
        return {part: round(value, 2) for part, value in {"all": sum(values.values()), **values}.items()}
