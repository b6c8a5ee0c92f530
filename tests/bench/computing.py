"""Lets the router's own computing take simulated time, for benchmarks in which calls are simulated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import House
from sfrouter.localorg.exchange import Response
from tests.bench.calls import Scene, live, running, scene
from tests.bench.catching_up import LOADING
from tests.simulation.clock import SimulatedClock
from tests.simulation.history import Process
from tests.simulation.transport import Call
from tests.simulation.world import configuration


@dataclass
class Computing:
    """Lets simulated time pass for what the router computed between two calls; the org's work is not counted."""

    clock: SimulatedClock
    seconds: float = 0.0
    _since: float | None = None

    def count(self) -> None:
        """What was computed since the last time this was asked, or since the last call."""
        if self._since is not None:
            spent = time.process_time() - self._since
            self.seconds += spent
            self.clock.advance(spent)
            self._since = time.process_time()

    def strike(self, _call: Call, proceed: Callable[[], Response]) -> Response:
        """Before a call: the computing since the one before it."""
        self.count()
        try:
            return proceed()
        finally:
            self._since = time.process_time()

    @contextmanager
    def between_slices(self) -> Iterator[None]:
        """Count it also where the router asks, between two slices of decisions, whether to send now."""
        with patch.object(Process, "_getting_on", lambda _process: self.count()):
            yield


@contextmanager
def loaded(seed: int) -> Iterator[tuple[Scene, House, Settings, Computing]]:
    """The standard scene after its first load, with the notices of the demo; from here on computing counts."""
    one = scene(seed)
    with running(one) as (house, settings):
        house.desk.policy = replace(house.desk.policy, notices=configuration().policy.notices)
        live(one, house, settings, LOADING)
        computing = Computing(one.clock)
        one.wire.strike = computing.strike
        yield one, house, settings, computing
