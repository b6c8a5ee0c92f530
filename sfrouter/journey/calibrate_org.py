"""Calibrates on the org's own converted leads: the account a person converted a lead to is a label for free (G05).

Each lead meets the accounts that existed when it came, never later ones: an account that its own conversion made
carries the lead's name, and would be found without fail. Such a lead had no account, and any link of it is wrong.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.calibrate_files import Follow
from sfrouter.journey.calibration import Calibration, calibration
from sfrouter.journey.calibration_counts import Counts, Known, limits_tried
from sfrouter.journey.desk import Desk
from sfrouter.matching.calibrated import ENOUGH
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount, indexed
from sfrouter.mirror.reader import Reader
from sfrouter.model.records import Lead

RECENT_DAYS = 28  # over which leads a day and their review load are counted
MOST_RECENT = 5_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_GONE = "the account it was converted to is no longer there"
_UNDATED = "the account's creation time is not known (fields.yaml: account.created_at)"
_EARLY = f"it came when the org had fewer than {ENOUGH} accounts, which are scored by other rules"


class NoLabelsError(SfrouterError):
    """The mirror holds no converted lead that could be judged."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"no converted lead can be judged{f': {why}' if why else ''}",
            mend="run 'sfrouter sync' first, or give labelled files: --accounts --leads --labels",
        )


@dataclass(slots=True)
class Labels:
    """The org's labelled and recent leads in the order in which they came, and what was left out."""

    known: list[Known] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=lambda: {_GONE: 0, _UNDATED: 0, _EARLY: 0})
    leads_a_day: float = 0.0
    days: int = RECENT_DAYS


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked at: leads since a moment, at most so many converted ones, the newest first."""

    now: datetime
    since: datetime | None = None
    most: int = 5_000


def calibrate_org(
    desk: Desk, wish: Wish, *, wanted: float, follow: Follow, reviews_a_day: float | None = None
) -> Calibration:
    """Measure the policy's limits and others on the mirror. Raises NoLabelsError."""
    settings = desk.policy.matching
    with desk.reader.snapshot() as view:
        labels = read_labels_of(view, wish)
        counts = Counts(settings, limits_tried(settings))
        index = AccountIndex()
        for one in follow(_in_their_time(view, labels, index), len(labels.known)):
            counts.take(one, index)
    if not counts.figures(counts.limits[0]).leads:
        raise NoLabelsError("; ".join(f"{count} times {why}" for why, count in labels.left_out.items() if count))
    labelled = counts.figures(counts.limits[0]).leads
    source = f"{labelled} converted leads of the org, each against the accounts of its day"
    return calibration(
        counts, source, wanted, labels.left_out, leads_a_day=labels.leads_a_day,
        reviews_a_day=reviews_a_day, days=labels.days,
    )  # fmt: skip


def read_labels_of(view: Reader, wish: Wish) -> Labels:
    """The newest converted leads and all recent ones (a sample where they are very many)."""
    labels = Labels()
    start = wish.now - timedelta(days=RECENT_DAYS)
    recent: dict[str, Lead] = {}
    converted = heapq.nlargest(
        wish.most, _converted(view.all_leads(), wish, start, recent), key=lambda lead: (lead.created_at, lead.id)
    )
    labels.leads_a_day, chosen = _load(labels, wish, recent)
    by_account = {one.converted_account_id for one in converted if one.converted_account_id}
    survivors = {key: view.surviving_account(key) for key in by_account}
    born = {key: one.created_at for key, one in view.accounts_by_id(filter(None, survivors.values())).items()}
    for lead in converted:
        account_id = survivors.get(lead.converted_account_id or "")
        one = _judged(lead, account_id, born, labels, recent=lead.id in chosen)
        if one is not None:
            chosen.pop(lead.id, None)
            labels.known.append(one)
    labels.known += [Known(lead, None, recent=True) for lead in chosen.values()]
    labels.known.sort(key=lambda one: (one.lead.created_at, one.lead.id))
    return labels


def _converted(leads: Iterable[Lead], wish: Wish, start: datetime, recent: dict[str, Lead]) -> Iterator[Lead]:
    """The converted ones of these leads; the recent ones are noted on the way."""
    for lead in leads:
        if start <= lead.created_at <= wish.now:
            recent[lead.id] = lead
        if lead.converted and lead.converted_account_id and (wish.since is None or lead.created_at >= wish.since):
            yield lead


def _load(labels: Labels, wish: Wish, recent: dict[str, Lead]) -> tuple[float, dict[str, Lead]]:
    """Leads a day, and those of them whose review load is counted, evenly chosen."""
    if not recent:
        return 0.0, {}
    first = min(lead.created_at for lead in recent.values())
    labels.days = max(1, min(RECENT_DAYS, (wish.now - first).days + 1))
    step = -(-len(recent) // MOST_RECENT)
    return len(recent) / labels.days, {key: recent[key] for key in sorted(recent)[::step]}


def _judged(
    lead: Lead, account_id: str | None, born: dict[str, datetime | None], labels: Labels, *, recent: bool
) -> Known | None:
    """The truth when the lead came: its account, or none where the account was made later."""
    if account_id is None or account_id not in born:
        labels.left_out[_GONE] += 1
        return None
    made = born[account_id]
    if made is None:
        labels.left_out[_UNDATED] += 1
        return None
    if made > lead.created_at:
        return Known(lead, "", recent, made=account_id)
    return Known(lead, account_id, recent)


def _in_their_time(view: Reader, labels: Labels, index: AccountIndex) -> Iterator[Known]:
    """The leads in the order in which they came; before each, the accounts made until then enter the index."""
    if not labels.known:
        return
    later: list[IndexedAccount] = []
    index.put(_made_before(view, labels.known[0].lead.created_at, later))
    later.sort(key=_birth, reverse=True)
    early = len(index) + len(later) >= ENOUGH
    for one in labels.known:
        due = []
        while later and _birth(later[-1]) <= one.lead.created_at:
            due.append(later.pop())
        if due:
            index.put(due)
        if early and len(index) < ENOUGH:
            labels.left_out[_EARLY] += one.truth is not None
            continue
        yield one


def _made_before(view: Reader, moment: datetime, later: list[IndexedAccount]) -> Iterator[IndexedAccount]:
    """The accounts of that moment; the others are kept for later. Those without a time count as always there.

    Open deals and activities are left out of ties: a conversion makes both.
    """
    for account in view.accounts():
        one = replace(indexed(account, has_open_opportunity=False), last_activity_on=None)
        if one.created_at is not None and one.created_at > moment:
            later.append(one)
        else:
            yield one


def _birth(account: IndexedAccount) -> datetime:
    return account.created_at or _LONG_AGO
