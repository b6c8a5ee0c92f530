"""Reads from the org what changed since the last time, and keeps the mirror the same as the org.

The books that change are read by their stamp with ten minutes of overlap; the small lists (queues, account
teams) are read whole, because a member who was removed leaves no trace to ask for.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from sfrouter.base.clock import Clock
from sfrouter.base.database import writing
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org, how_many, how_many_since, loads_a_part
from sfrouter.mirror.batch import Batch, read_batch, runs, store_batch
from sfrouter.mirror.convert import Converter
from sfrouter.mirror.derive import Keys, refresh_keys
from sfrouter.mirror.keep import kept_values
from sfrouter.mirror.owner_history import read_owner_history
from sfrouter.mirror.proof import Proof, Proofs
from sfrouter.mirror.put import Stored
from sfrouter.mirror.report import Progress, PullReport, SweepReport, UnseenError, check_not_emptied
from sfrouter.mirror.sight import Sight, View, end_gaps, needs_of
from sfrouter.mirror.store import Mirror, live_count
from sfrouter.mirror.sweep import fetch_rows, sweep_ids
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
from sfrouter.mirror.windows import Windows
from sfrouter.salesforce.by_ids import Ask
from sfrouter.salesforce.errors import BulkFailedError, FieldMissingError, ObjectMissingError, QueryFailedError
from sfrouter.salesforce.faults import Verdict

Report = TypeVar("Report")
LARGE_GAP = timedelta(hours=6)
"""After so long without a reading it is worth a call to ask how much changed."""
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
        bulk_from: int = 0,
    ) -> None:
        """`overlap` is at least 600 s (F01); `batch_rows` rows are stored in one transaction.

        A first load, or a large gap, of at least `bulk_from` rows is read by a bulk job; 0: never.
        """
        if overlap < SHORTEST_OVERLAP:
            raise ValueError("the overlap must be 600 s or more: the org's transactions may take that long")
        self._org = org
        self._mirror = mirror
        self._mapping = mapping
        self._clock = clock
        self._keys = keys
        self._overlap = overlap
        self._batch_rows = batch_rows
        self._bulk_from = bulk_from
        self._keys_fresh = False
        self._sight = Sight(org, mirror, mapping, clock)
        read_by_stamp = [noun for noun in ROWS if noun in mapping.objects and noun not in READ_WHOLE]
        self._proofs = Proofs(org, clock, [mapping.of(noun) for noun in read_by_stamp])
        self._windows = Windows(org, clock)

    def pull_all(self, progress: Progress | None = None) -> tuple[PullReport, ...]:
        """Read every mapped noun. Stops at the first failure; what was read before it stays."""
        return tuple(self.pull(noun, progress) for noun in ROWS)

    def pull(self, noun: str, progress: Progress | None = None) -> PullReport:
        """Read one noun: one call when little changed. A noun the mapping lacks is passed over.

        Fields that our user cannot see are left out, and what they last said stays; see `Sight`.
        Raises EmptySideError when the org shows nothing of what it showed before, OtherOrgError, UnseenError, and
        whatever the gateway raises; the rows stored until then stay, and the next pull goes on from there.
        """
        if noun not in self._mapping.objects:
            return PullReport(noun=noun, mapped=False)
        self._refresh_keys()
        return self._seeing(
            noun, lambda view: replace(self._pull_seen(view, progress), returned=bool(view.returned))
        )

    def finished_at(self, noun: str) -> datetime | None:
        """When a noun was last read to its end with today's mapping; None when it must be read from the start."""
        mark = self._mark(noun)
        return mark.pulled_at if mark.floor is not None else None

    def sweep(self, noun: str) -> SweepReport:
        """Compare all ids with the org's: finds what was deleted for good, and what was ever missed (F05).

        A record that is absent twice is gone. Of very many records the ids come by a bulk job (`bulk_from`), as
        pages would take a call for each 2,000. Raises EmptySideError when more than half are absent.
        """
        full = self._mapping.objects.get(noun)
        if full is None or noun in READ_WHOLE:
            return SweepReport(noun=noun)
        if self._mark(noun).floor is None:
            return SweepReport(noun=noun)  # nothing to compare before the first load
        self._refresh_keys()

        def compare(view: View) -> SweepReport:
            if self._bulk_from and self._mirror.count(noun) >= self._bulk_from and self._windows.takes_jobs(noun):
                try:
                    return by(self._org.query_bulk, view)
                except BulkFailedError as failure:
                    self._windows.no_more_jobs(noun, failure)
            return by(self._org.query, view)

        def by(ask: Ask, view: View) -> SweepReport:
            return sweep_ids(
                self._org, ask, self._mirror, self._clock, view, full, self._keys, least=LEAST_TO_GUARD
            )

        return self._seeing(noun, compare)

    def calculates(self, noun: str) -> bool:
        """Has the noun, as it was last described, mapped fields that the org works out itself?

        The org is asked until it has answered once, which raises what the gateway raises.
        """
        return noun in self._mapping.objects and noun not in READ_WHOLE and bool(self._sight.calculated(noun))

    def read_again(self, noun: str, ids: Collection[str]) -> None:
        """Read these records as they are now: formulas and roll-ups move no stamp (F07). Raises as `pull` does."""
        wanted = tuple(sorted(set(ids)))
        start = StartTime(self._org.server_now, self._clock)

        def fetch(view: View) -> tuple[str, ...]:
            if view.map is None or not wanted:
                return ()
            return fetch_rows(
                self._org, self._mirror, self._clock, view.map, view.hidden, self._keys, wanted, start
            )

        self._seeing(noun, fetch)

    def _seeing(self, noun: str, work: Callable[[View], Report]) -> Report:
        """Do a work on what can be seen of a noun; when the org denies a field after all, look again, once."""
        try:
            return work(self._sight.look(noun))
        except (FieldMissingError, ObjectMissingError):
            view = self._sight.look(noun, anew=True)
        try:
            return work(view)
        except FieldMissingError as missing:  # the org's description does not know yet what its queries know
            raise UnseenError(missing.object_name or noun, missing.field) from None
        except ObjectMissingError as missing:
            raise UnseenError(missing.object_name or noun) from None

    def _pull_seen(self, view: View, progress: Progress | None) -> PullReport:
        if view.map is None:
            return PullReport(noun=view.noun, blind=True, hidden=needs_of(view.noun, view.hidden))
        if view.returned:
            self._sight.welcome(view)
        return self._pull_whole(view) if view.noun in READ_WHOLE else self._pull_changed(view, progress)

    def pull_owner_history(self, router_id: str) -> int:
        """Ask who had the leads and accounts before that a queue or the router has now (C15); gives how many."""
        return read_owner_history(self._org, self._mirror, self._mapping, router_id, self._clock)

    def _refresh_keys(self) -> None:
        if not self._keys_fresh:
            refresh_keys(self._mirror, self._keys)
            self._keys_fresh = True

    def _pull_whole(self, view: View) -> PullReport:
        full = self._mapping.of(view.noun)
        support = self._queue_support()
        return read_whole(self._org, self._mirror, self._clock, view, full, support, least=LEAST_TO_GUARD)

    def _queue_support(self) -> QueueSupport:
        lead_object = self._mapping.of("lead").object_name
        if "queue_object" not in self._mapping.objects:
            return QueueSupport(object_map=None, lead_object=lead_object)
        listed = self._sight.look("queue_object")
        if listed.map is not None and listed.returned:
            self._sight.welcome(listed)
        return QueueSupport(object_map=listed.map, lead_object=lead_object, blind=listed.map is None)

    def _pull_changed(self, view: View, progress: Progress | None) -> PullReport:
        mark = self._mark(view.noun)
        report = self._read_safely(view, mark, progress)
        begun_before = mark.floor is None and mark.load_started is not None
        if begun_before and loads_a_part(self._mapping.of(view.noun)):
            # What was here before the load may have been closed since it was last read.
            report = _joined(report, self._read_safely(view, self._mark(view.noun), None))
        return report

    def _mark(self, noun: str) -> Watermark:
        with self._mirror.reading() as connection:
            return read_watermark(connection, self._mapping.of(noun))

    def _read_safely(self, view: View, mark: Watermark, progress: Progress | None) -> PullReport:
        try:
            try:
                return self._read_on(view, mark, progress)
            except BulkFailedError:  # the result did not add up: once more, by pages now
                self._back_to(mark)
                return self._read_on(view, mark, progress)
        except QueryFailedError as failure:
            if failure.verdict is Verdict.RETRY:
                self._back_to(mark)
            raise

    def _back_to(self, mark: Watermark) -> None:
        """The answer did not add up: trust no progress made by it."""
        with writing(self._mirror.engine) as connection:
            save_watermark(connection, mark)

    def _read_on(self, view: View, mark: Watermark, progress: Progress | None) -> PullReport:
        object_map = view.map or self._mapping.of(view.noun)
        loading = mark.floor is None
        whole = loading and mark.resume_from is None
        # A reading that goes on where another one broke off proves nothing of what that one passed, and a load
        # nothing of what was closed since another reading.
        begins = mark.resume_from is None and mark.load_started is None
        proof = self._proofs.next(object_map, mark.floor) if begins else None
        start = StartTime(self._org.server_now, self._clock)
        since = mark.since(start.guess, self._overlap)
        total = self._expected(object_map, since, start.guess, loading=loading, told=progress is not None)
        bulk = bool(self._bulk_from) and (total is None or total >= self._bulk_from)
        rows = self._windows.rows(object_map, since, start.guess, loading=loading, bulk=bulk)
        report = PullReport(noun=view.noun, first=loading, hidden=needs_of(view.noun, view.hidden))
        converter = Converter(object_map)
        for records, last in runs(rows, self._batch_rows):
            kept = kept_values(self._mirror, view.noun, records, object_map, view.hidden)
            batch = read_batch(records, converter, object_map, self._keys, self._mirror.email_key, kept)
            mark = self._advance(mark, batch, start, proof, last=last)
            nothing = whole and last and not report.read + batch.size
            stored = self._store(mark, batch, start, nothing=nothing, whole=loading and last)
            report = _added(report, batch, stored)
            if progress and (loading or bulk):
                progress(object_map.noun, min(report.read, total or report.read), total or report.read)
        return report

    def _expected(
        self, object_map: ObjectMap, since: datetime | None, now: datetime, *, loading: bool, told: bool
    ) -> int | None:
        """How many rows are to come, where that matters: for a progress bar (`told`) or a bulk job; else 0.

        None: more than the org could count in time.
        """
        gap = not loading and since is not None and now - since > LARGE_GAP
        if not ((loading and told) or (self._bulk_from and (loading or gap))):
            return 0
        soql = how_many(object_map) if loading or since is None else how_many_since(object_map, since)
        try:
            return self._org.count(soql)
        except QueryFailedError as failure:
            if failure.verdict is not Verdict.SPLIT:
                raise
            return None

    def _advance(
        self, mark: Watermark, batch: Batch, start: StartTime, proof: Proof | None, *, last: bool
    ) -> Watermark:
        now = start.known()
        started = mark.load_started or now
        if last:
            covered = proof.upto if proof is not None else mark.covered
            done = replace(mark, floor=started, covered=covered, load_started=None, resume_from=None)
            return replace(done, pulled_at=self._clock.now())
        # A stamp in the org's future must not carry the mark past rows that are yet to come (F04).
        reached = min(batch.newest, now) if batch.newest else mark.resume_from
        return replace(mark, load_started=started, resume_from=reached)

    def _store(self, mark: Watermark, batch: Batch, start: StartTime, *, nothing: bool, whole: bool) -> Stored:
        """One transaction: the rows and the mark that speaks of them. `whole`: a full reading ends with them;
        `nothing`: it was empty."""
        with writing(self._mirror.engine) as connection:
            save_watermark(connection, mark)
            if nothing:  # what another object was read for is forgotten by now
                had = live_count(connection, mark.noun)
                check_not_emptied(mark.noun, had=had, lost=had, least=LEAST_TO_GUARD)
            if whole:
                end_gaps(connection, mark.noun)
            now = self._clock.now()
            return store_batch(self._mirror, connection, mark.noun, batch, read_at=start.known(), now=now)


def _added(report: PullReport, batch: Batch, stored: Stored) -> PullReport:
    return _summed(report, stored, read=batch.size, unreadable=(*report.unreadable, *batch.unreadable))


def _joined(report: PullReport, more: PullReport) -> PullReport:
    unreadable = tuple(dict.fromkeys((*report.unreadable, *more.unreadable)))
    return _summed(report, more, read=more.read, unreadable=unreadable)


def _summed(
    report: PullReport, more: Stored | PullReport, *, read: int, unreadable: tuple[str, ...]
) -> PullReport:
    return replace(
        report,
        read=report.read + read,
        new=report.new + more.new,
        changed=report.changed + more.changed,
        deleted=report.deleted + more.deleted,
        same=report.same + more.same,
        unreadable=unreadable,
    )
