"""Reads from the org what changed since the last time, and keeps the mirror the same as the org.

The books that change are read by their stamp with ten minutes of overlap; the small lists (queues, account
teams) are read whole, because a member who was removed leaves no trace to ask for.
"""

from dataclasses import replace
from datetime import timedelta

from sfrouter.base.clock import Clock
from sfrouter.base.database import writing
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org, how_many, rows_since
from sfrouter.mirror.batch import Batch, read_batch, runs, store_batch
from sfrouter.mirror.convert import Converter
from sfrouter.mirror.derive import Keys, refresh_keys
from sfrouter.mirror.put import Stored
from sfrouter.mirror.report import Progress, PullReport, SweepReport, check_not_emptied
from sfrouter.mirror.store import Mirror, live_count
from sfrouter.mirror.sweep import sweep_ids
from sfrouter.mirror.tables import ROWS
from sfrouter.mirror.watermark import (
    OVERLAP,
    SHORTEST_OVERLAP,
    StartTime,
    Watermark,
    read_watermark,
    save_watermark,
)
from sfrouter.mirror.whole import READ_WHOLE, QueueSupport, read_whole
from sfrouter.salesforce.errors import QueryFailedError
from sfrouter.salesforce.faults import Verdict

LEAST_TO_GUARD = 20
"""A noun with fewer records may empty itself without an alarm."""


class Puller:
    """Brings the mirror up to date with the org, noun by noun."""

    def __init__(
        self,
        org: Org,
        mirror: Mirror,
        mapping: FieldMapping,
        clock: Clock,
        *,
        keys: Keys,
        overlap: timedelta = OVERLAP,
        batch_rows: int = 2_000,
    ) -> None:
        """`overlap` is at least 600 s (F01); `batch_rows` rows are stored in one transaction."""
        if overlap < SHORTEST_OVERLAP:
            raise ValueError("the overlap must be 600 s or more: the org's transactions may take that long")
        self._org = org
        self._mirror = mirror
        self._mapping = mapping
        self._clock = clock
        self._keys = keys
        self._overlap = overlap
        self._batch_rows = batch_rows
        self._keys_fresh = False

    def pull_all(self, progress: Progress | None = None) -> tuple[PullReport, ...]:
        """Read every mapped noun. Stops at the first failure; what was read before it stays."""
        return tuple(self.pull(noun, progress) for noun in ROWS)

    def pull(self, noun: str, progress: Progress | None = None) -> PullReport:
        """Read one noun: one call when little changed. A noun the mapping lacks is passed over.

        Raises EmptySideError when the org shows nothing of what it showed before, OtherOrgError, and
        whatever the gateway raises; the rows stored until then stay, and the next pull goes on from there.
        """
        object_map = self._mapping.objects.get(noun)
        if object_map is None:
            return PullReport(noun=noun, mapped=False)
        self._refresh_keys()
        if noun in READ_WHOLE:
            return self._pull_whole(object_map)
        return self._pull_changed(object_map, progress)

    def sweep(self, noun: str) -> SweepReport:
        """Compare all ids with the org's: finds what was deleted for good, and what was ever missed (F05).

        A record that is absent twice is gone. Raises EmptySideError when more than half are absent.
        """
        object_map = self._mapping.objects.get(noun)
        if object_map is None or noun in READ_WHOLE:
            return SweepReport(noun=noun)
        with self._mirror.reading() as connection:
            if read_watermark(connection, object_map).floor is None:
                return SweepReport(noun=noun)  # nothing to compare before the first load
        self._refresh_keys()
        return sweep_ids(self._org, self._mirror, self._clock, object_map, self._keys, least=LEAST_TO_GUARD)

    def _refresh_keys(self) -> None:
        if not self._keys_fresh:
            refresh_keys(self._mirror, self._keys)
            self._keys_fresh = True

    def _pull_whole(self, object_map: ObjectMap) -> PullReport:
        support = QueueSupport(
            object_map=self._mapping.objects.get("queue_object"), lead_object=self._mapping.of("lead").object_name
        )
        return read_whole(self._org, self._mirror, self._clock, object_map, support, least=LEAST_TO_GUARD)

    def _pull_changed(self, object_map: ObjectMap, progress: Progress | None) -> PullReport:
        with self._mirror.reading() as connection:
            mark = read_watermark(connection, object_map)
        try:
            return self._read_on(object_map, mark, progress)
        except QueryFailedError as failure:
            if failure.verdict is Verdict.RETRY:  # the answer did not add up: trust no progress made by it
                with writing(self._mirror.engine) as connection:
                    save_watermark(connection, mark)
            raise

    def _read_on(self, object_map: ObjectMap, mark: Watermark, progress: Progress | None) -> PullReport:
        loading = mark.floor is None
        whole = loading and mark.resume_from is None
        total = self._org.count(how_many(object_map)) if loading and progress else 0
        start = StartTime(self._org.server_now, self._clock)
        soql = rows_since(object_map, mark.since(start.guess, self._overlap), loading=loading)
        rows = self._org.query(soql, deleted=bool(object_map.apis("deleted")))
        report = PullReport(noun=object_map.noun, first=loading)
        converter = Converter(object_map)
        for records, last in runs(rows, self._batch_rows):
            batch = read_batch(records, converter, object_map, self._keys)
            mark = self._advance(mark, batch, start, last=last)
            nothing = whole and last and not report.read + batch.size
            stored = self._store(mark, batch, start, nothing=nothing)
            report = _added(report, batch, stored)
            if progress and loading:
                progress(object_map.noun, min(report.read, total), total)
        return report

    def _advance(self, mark: Watermark, batch: Batch, start: StartTime, *, last: bool) -> Watermark:
        started = mark.load_started or start.known()
        if last:
            return replace(mark, floor=started, load_started=None, resume_from=None, pulled_at=self._clock.now())
        # A stamp in the org's future must not carry the mark past rows that are yet to come (F04).
        reached = min(batch.newest, started) if batch.newest else mark.resume_from
        return replace(mark, load_started=started, resume_from=reached)

    def _store(self, mark: Watermark, batch: Batch, start: StartTime, *, nothing: bool) -> Stored:
        """One transaction: the rows and the mark that speaks of them. `nothing`: a full reading was empty."""
        with writing(self._mirror.engine) as connection:
            if nothing:
                had = live_count(connection, mark.noun)
                check_not_emptied(mark.noun, had=had, lost=had, least=LEAST_TO_GUARD)
            save_watermark(connection, mark)
            now = self._clock.now()
            return store_batch(self._mirror, connection, mark.noun, batch, read_at=start.known(), now=now)


def _added(report: PullReport, batch: Batch, stored: Stored) -> PullReport:
    return replace(
        report,
        read=report.read + batch.size,
        new=report.new + stored.new,
        changed=report.changed + stored.changed,
        deleted=report.deleted + stored.deleted,
        same=report.same + stored.same,
        unreadable=(*report.unreadable, *batch.unreadable),
    )
