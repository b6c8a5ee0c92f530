"""One time for all: the router's clock, the org's clock, and everything that is appointed for a moment."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sfrouter.daemon.schedule import Clockwork
from sfrouter.localorg.clock import OrgClock

Deed = Callable[[], None]


@dataclass(order=True)
class _Appointment:
    at: float
    number: int
    deed: Deed = field(compare=False)


class SimulatedClock:
    """Moves only when told; on the way it lets everything happen that is due, in its order.

    `now` is the machine's clock, which may differ from the org's by `skew`; `org` is the org's own. Nobody ever
    waits for real: `sleep` moves the time on, and people go on working meanwhile.
    """

    def __init__(self, start: datetime) -> None:
        self.org = OrgClock(start)
        self.skew = timedelta(0)
        self._start = start
        self._elapsed = 0.0
        self._waiting: list[_Appointment] = []
        self._count = 0
        self._busy = False

    def now(self) -> datetime:
        return self.org.now() + self.skew

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self.advance(max(0.0, seconds))

    def at(self, elapsed: float, deed: Deed) -> None:
        """Let something happen so many seconds after the start."""
        self._count += 1
        heapq.heappush(self._waiting, _Appointment(elapsed, self._count, deed))

    def advance(self, seconds: float) -> None:
        """Let time pass, with all that happens in it."""
        target = self._elapsed + seconds
        if self._busy:  # somebody's deed takes time itself: what is due meanwhile follows it
            self._move(target)
            return
        self._busy = True
        try:
            while self._waiting and self._waiting[0].at <= target:
                one = heapq.heappop(self._waiting)
                self._move(max(one.at, self._elapsed))
                one.deed()
            self._move(max(target, self._elapsed))
        finally:
            self._busy = False

    def _move(self, elapsed: float) -> None:
        # Whole microseconds, counted from the start: the same seed gives the same times on every machine.
        self._elapsed = round(elapsed, 6)
        self.org.set(self._start + timedelta(seconds=self._elapsed))


@dataclass(slots=True)
class _Job:
    name: str
    due: float
    every: float | None
    run: Deed


class SimulatedClockwork(Clockwork):
    """The daemon's appointments on the simulated clock: one job at a time, a late one as soon as it can.

    It goes by elapsed time, where the real one goes by the machine's clock. At its end it asks whether life
    `goes_on` up to another one; `pace` tells how long an interval really is.
    """

    def __init__(
        self,
        clock: SimulatedClock,
        ends: Callable[[], float],
        over: Callable[[], bool],
        goes_on: Callable[[], bool] = lambda: False,
        pace: Callable[[float], float] = lambda seconds: seconds,
    ) -> None:
        self._clock = clock
        self._ends = ends
        self._over = over
        self._goes_on = goes_on
        self._pace = pace
        self._jobs: dict[str, _Job] = {}

    def every(self, seconds: float, name: str, job: Deed, *, first_in: float = 0) -> None:
        """A job at an interval."""
        self._jobs[name] = _Job(name, self._clock.monotonic() + first_in, seconds, job)

    def once_at(self, moment: datetime, name: str, job: Deed) -> None:
        """A job once; the moment is by the machine's clock."""
        wait = max(0.0, (moment - self._clock.now()).total_seconds())
        self._jobs[name] = _Job(name, self._clock.monotonic() + wait, None, job)

    def appointment(self, name: str) -> datetime | None:
        """When a job is next due."""
        job = self._jobs.get(name)
        if job is None:
            return None
        return self._clock.now() + timedelta(seconds=job.due - self._clock.monotonic())

    def start(self) -> None:
        """Work until the end of the time or of the daemon."""
        while not self._over():
            job = min(self._jobs.values(), key=lambda one: (one.due, one.name))
            ends = self._ends()
            if job.due > ends:
                self._clock.advance(max(0.0, ends - self._clock.monotonic()))
                if not self._goes_on():
                    return
                continue
            self._clock.advance(max(0.0, job.due - self._clock.monotonic()))
            if job.every is None:
                del self._jobs[job.name]
            else:
                every = self._pace(job.every)
                missed = max(0.0, self._clock.monotonic() - job.due) // every
                job.due += (missed + 1) * every
            job.run()

    def stop(self) -> None:
        """Nothing runs beside us that could be stopped."""
