"""Every figure that Prometheus is given: the daemon's pulse, mirror, decisions, writes, sources, and calls.

No figure names a person, a lead or an account; labels are words of the policy and of the org's set-up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.base.log import redact_text
from sfrouter.daemon.exposition import Kind, Measure, Sample
from sfrouter.daemon.heartbeat import Pulse, unhealthy
from sfrouter.journey.files_in_force import FilesState
from sfrouter.journey.status import Status
from sfrouter.ledger.flow import FlowCounts
from sfrouter.mirror.read_sources import SourceFlow
from sfrouter.salesforce.budget import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is measured besides the status: how many open leads lie with whom nobody answers, and the sources."""

    with_departed: int
    in_catch_all: int
    flow: FlowCounts
    sources: tuple[SourceFlow, ...]


def pulse_measures(pulse: Pulse, now: datetime, *, version: str, unready: str, whole: bool) -> Iterator[Measure]:
    """What is known without looking into a database. `whole`: could the rest be read?"""
    yield _gauge("info", "The version that runs.", [({"version": version}, 1)])
    yield _one("healthy", "1 while polls go well, as 'sfrouter status --healthy' says.", not unhealthy(pulse, now))
    yield _one("ready", "1 once the org was met and read, and leads are routed.", not unready)
    yield _one("metrics_complete", "0 when a database could not be read; only the pulse is told then.", whole)
    yield _one("start_timestamp_seconds", "When the daemon started.", _seconds(pulse.started_at))
    yield _one("poll_interval_seconds", "Seconds between two looks for new leads.", pulse.every_seconds)
    jobs = [({"work": job}, _seconds(at)) for job, at in sorted(pulse.jobs.items())]
    yield _gauge("job_last_success_timestamp_seconds", "When each job last went well.", jobs)


def files_measures(state: FilesState) -> Iterator[Measure]:
    """How the admin's files stand to those in force."""
    yield _one("files_faults", "Faults in the changed files; the last good ones are in force.", len(state.faults))
    yield _one("files_waiting", "1 while changed, good files wait for a reload or a restart.", state.waiting)


def call_measures(by_kind: Mapping[str, int], usage: tuple[int, int] | None) -> Iterator[Measure]:
    """The API calls: our own since the start, and the whole org's in its rolling day."""
    calls = [({"kind": kind}, count) for kind, count in sorted(by_kind.items())]
    yield _counter("api_calls_total", "API calls of this daemon since its start.", calls)
    used, allowed = usage or (None, None)
    yield _maybe("org_api_calls_used", "API calls of the whole org in its rolling day.", used)
    yield _maybe("org_api_calls_allowed", "API calls the org allows in a day.", allowed)


def clock_measures(skew: timedelta | None) -> Iterator[Measure]:
    """How far the org's clock is ahead of this machine's (F29); no sample before the org has answered."""
    words = "Seconds by which the org's clock is ahead of this machine's; less than 0: behind."
    yield _maybe("clock_skew_seconds", words, None if skew is None else skew.total_seconds())


def status_measures(status: Status, now: datetime) -> Iterator[Measure]:
    """The mirror, what waits, and every write."""
    yield _gauge(
        "mirror_rows", "Living records in the mirror.", [({"object": o.noun}, o.rows) for o in status.mirror]
    )
    read = [({"object": o.noun}, o.pulled_at.timestamp()) for o in status.mirror if o.pulled_at]
    yield _gauge("mirror_read_timestamp_seconds", "When an object was last read to its end.", read)
    yield _one("mirror_unreadable_records", "Records of the org that could not be understood.", status.unreadable)
    yield _one("leads_waiting", "Leads in the intake that want an owner.", status.waiting)
    yield _age("leads_waiting_oldest_age_seconds", "Age of the oldest of them.", status.oldest_waiting_at, now)
    yield _one("intake_queues_missing", "Intake queues the org does not have.", len(status.queues_missing))
    yield _one(
        "org_doubts", "Objects whose records vanished in bulk; nothing is written then.", len(status.doubts)
    )
    words = "Leads that cannot be seen any more, deleted for good or hidden; their erasure waits."
    yield _one("leads_missing", words, status.missing.count)
    words = "Parts of the policy that cannot see all they look at: hidden fields, objects or records."
    yield _one("parts_degraded", words, len(status.degraded))
    calls = status.calls
    yield _one("own_api_calls_used", "Our API calls in the last 24 hours.", calls.own_used)
    yield _maybe("own_api_calls_allowed", "Our share of the org's API calls of a day.", calls.own_most)
    yield _maybe("own_api_calls_forecast", "Our API calls in a day at the present pace.", calls.forecast)
    modes = [({"mode": mode}, int(mode is calls.mode)) for mode in Mode]
    yield _gauge("api_mode", "1 for how busy we may be: normal, slow or essential.", modes)
    yield _one("replies_awaited", "Leads whose owner owes a first reply.", status.replies_awaited)
    yield _one("replies_late", "Those of them that are overdue.", status.replies_late)
    ledger = status.ledger
    rules = [({"rule": rule}, count) for rule, count in ledger.by_rule.items()]
    yield _counter("decisions_total", "Decisions by the rule that decided.", rules)
    yield _one("reviews_open", "Possible matches that wait for a person.", ledger.open_reviews)
    writes = [({"kind": one.kind, "state": one.state}, one.count) for one in ledger.writes]
    yield _gauge("writes", "Writes to the org by what they are and how far they got.", writes)
    words = "Age of the oldest write that has not come to its end."
    yield _age("writes_oldest_unsettled_age_seconds", words, ledger.oldest_unsent_at, now)
    yield _one("writes_held", "Writes kept back with a reason.", len(ledger.held))
    yield _one("writes_troubled", "Writes that ended badly and need a person.", ledger.troubled_count)
    yield _one("leads_contested", "Leads that another automation takes from our owners.", len(status.contested))
    stuck = Counter(one.stuck.rule or "none" for one in status.stuck)
    words = "Leads that wait because deciding them fails, by the rule that fails."
    yield _gauge("leads_stuck", words, [({"rule": rule}, count) for rule, count in sorted(stuck.items())])
    parked = [({"kind": one.kind}, 1) for one in ledger.parked]
    yield _gauge("writes_parked", "1 for each kind of write the org does not let us make.", parked)
    yield _one("sending_paused", "1 while the org's limit keeps us from sending.", ledger.pause is not None)


def holding_measures(found: Holdings) -> Iterator[Measure]:
    """What tells of leaks: leads nobody works on, decisions that found nobody, sources that fell silent."""
    words = "Open leads whose owner has left."
    yield _one("leads_open_with_departed_owner", words, found.with_departed)
    yield _one("leads_open_in_catch_all", "Open leads in the catch-all queue.", found.in_catch_all)
    yield _counter("decisions_matched_total", "Decisions that linked an account.", [({}, found.flow.matched)])
    words = "Decisions with an alert: nobody was left, or the catch-all queue was used."
    yield _counter("decisions_alert_total", words, [({}, found.flow.alerts)])
    named = [({"source": redact_text(one.source) or "none"}, one) for one in found.sources]
    last = [(labels, one.last_at.timestamp()) for labels, one in named]
    yield _gauge("source_last_lead_timestamp_seconds", "When each source last brought a lead.", last)
    gaps = [(labels, one.longest_gap.total_seconds()) for labels, one in named]
    words = "The longest time without a lead of this source in the last 28 days, the present one left out."
    yield _gauge("source_longest_gap_seconds", words, gaps)
    leads = [(labels, one.leads) for labels, one in named]
    yield _gauge("source_leads", "Leads of each source in the last 28 days.", leads)
    days = [(labels, one.days) for labels, one in named]
    yield _gauge("source_days", "Days (UTC) of the last 28 with a lead of this source.", days)
    spans = [(labels, one.span.total_seconds()) for labels, one in named]
    yield _gauge("source_span_seconds", "From its first to its last lead in the last 28 days.", spans)


def _gauge(name: str, words: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Measure:
    return _measure(name, words, Kind.GAUGE, samples)


def _counter(name: str, words: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Measure:
    return _measure(name, words, Kind.COUNTER, samples)


def _measure(name: str, words: str, kind: Kind, samples: Iterable[tuple[Mapping[str, str], float]]) -> Measure:
    made: dict[tuple[tuple[str, str], ...], Sample] = {}
    for labels, value in samples:  # of two that read alike after redaction the first stands: doubles are refused
        made.setdefault(tuple(sorted(labels.items())), Sample(value=float(value), labels=dict(labels)))
    return Measure(name=f"sfrouter_{name}", words=words, kind=kind, samples=tuple(made.values()))


def _one(name: str, words: str, value: float) -> Measure:
    return _gauge(name, words, [({}, value)])


def _maybe(name: str, words: str, value: float | None) -> Measure:
    return _gauge(name, words, [] if value is None else [({}, value)])


def _age(name: str, words: str, since: datetime | None, now: datetime) -> Measure:
    return _one(name, words, max((now - since).total_seconds(), 0) if since else 0)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
