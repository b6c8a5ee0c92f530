"""Looks at the running daemon for those who watch it: figures for Prometheus, and is it alive and ready."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from sfrouter import __version__
from sfrouter.base.clock import Clock
from sfrouter.base.database import StoreDamagedError
from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import logger
from sfrouter.daemon.doorway import Answers
from sfrouter.daemon.exposition import Measure, exposition
from sfrouter.daemon.heartbeat import Pulse, unhealthy
from sfrouter.daemon.measures import (
    Holdings,
    call_measures,
    clock_measures,
    files_measures,
    holding_measures,
    pulse_measures,
    status_measures,
)
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk
from sfrouter.journey.files_in_force import IN_FORCE, FilesState
from sfrouter.journey.status import take_status
from sfrouter.mirror.read_sources import SourceFlow

FRESH_SECONDS = 5.0  # several scrapers share one look at the databases
SOURCES_SECONDS = 300.0  # the sources are asked for less often: all leads of four weeks are read for them
SOURCES_BACK = timedelta(days=28)
_log = logger("daemon")


class Watching:
    """Answers about one daemon. Asked from other threads than the one that works; it only reads."""

    def __init__(
        self,
        house: House,
        clock: Clock,
        pulse: Callable[[], Pulse],
        *,
        files: Callable[[], FilesState] = lambda: IN_FORCE,
        damaged: Callable[[StoreDamagedError], None] = lambda _: None,
    ) -> None:
        """`damaged` is told of a database that proves to be damaged: the daemon's own pages may still be whole."""
        self._damaged = damaged
        self._house = house
        self._files = files
        self._clock = clock
        self._pulse = pulse
        self._lock = threading.Lock()
        self._text, self._taken = "", -FRESH_SECONDS
        self._sources: tuple[SourceFlow, ...] = ()
        self._sources_taken = -SOURCES_SECONDS

    @property
    def answers(self) -> Answers:
        """For the doorway."""
        return Answers(metrics=self.metrics, unhealthy=self.unhealthy, unready=self.unready)

    def metrics(self) -> str:
        """All figures, at most a few seconds old."""
        with self._lock:
            if self._clock.monotonic() - self._taken >= FRESH_SECONDS:
                self._text = exposition(self._measures())
                self._taken = self._clock.monotonic()
            return self._text

    def unhealthy(self) -> str:
        """Why the daemon is not well; "" when it is."""
        return unhealthy(self._pulse(), self._clock.now())

    def unready(self) -> str:
        """Why no lead is routed at present; "" when they are."""
        if self._house.stopping():
            return "the daemon is stopping"
        if self._house.identity is None:
            return "the org was not reached yet"
        return "" if self._house.loaded else "the mirror is being filled"

    def _measures(self) -> list[Measure]:
        now, rest = self._clock.now(), []
        try:
            rest = self._from_databases(now)
        except (SfrouterError, SQLAlchemyError) as failure:
            _log.warning("metrics_incomplete", why=type(failure).__name__)
            if isinstance(failure, StoreDamagedError):
                self._damaged(failure)
        gateway = self._house.gateway
        calls = {str(kind): count for kind, count in gateway.calls.by_kind.items()}
        own = pulse_measures(self._pulse(), now, version=__version__, unready=self.unready(), whole=bool(rest))
        org = (*call_measures(calls, gateway.usage), *clock_measures(gateway.clock_skew))
        return [*own, *files_measures(self._files()), *org, *rest]

    def _from_databases(self, now: datetime) -> list[Measure]:
        desk = self._house.desk
        status = take_status(desk, now, share_percent=self._house.settings.api_share_percent)
        return [*status_measures(status, now), *holding_measures(self._holdings(desk, now))]

    def _holdings(self, desk: Desk, now: datetime) -> Holdings:
        if self._clock.monotonic() - self._sources_taken >= SOURCES_SECONDS:
            self._sources = desk.reader.source_flows(now - SOURCES_BACK)
            self._sources_taken = self._clock.monotonic()
        directory, open_leads = desk.directory(now), desk.reader.open_lead_counts()
        people, catch_all = directory.people, desk.catch_all(directory, desk.intake_ids(directory))
        gone = (count for owner, count in open_leads.items() if owner in people and not people[owner].active)
        return Holdings(
            with_departed=sum(gone),
            in_catch_all=open_leads.get(catch_all.id, 0) if catch_all else 0,
            flow=desk.ledger.flow_counts(),
            sources=self._sources,
        )
