"""Which of two policies wins more leads (R155)? Counted by group, with an interval for every look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt

from sfrouter.config.policy_value import Comparison
from sfrouter.distribution.weigh import weigh
from sfrouter.journey.compared import CONTROL, TEST
from sfrouter.journey.desk import Desk
from sfrouter.journey.report import Report, ReportTable
from sfrouter.journey.report_conversion import wilson
from sfrouter.journey.standard_values import standard_lead

ERROR = 0.05  # how often, at most, equal policies are ever called different, however often one looks
LEAST = 50  # counted leads of a group from which on anything is said
_LOOKED_AT = 1_000  # leads at which the interval is narrowest, compared with others of its kind
_ODD = 10.83  # of a chi-square with one degree of freedom, once in 1,000 by chance


@dataclass(slots=True)
class Group:
    """One side. `young` leads are not old enough to count, `gone` ones (deleted, merged) count as not won."""

    leads: int = 0
    won: int = 0
    young: int = 0
    gone: int = 0

    @property
    def all(self) -> int:
        """Every lead that fell to this side."""
        return self.leads + self.young


@dataclass(frozen=True, slots=True)
class Difference:
    """Share won under the test policy less that under the control policy, with an interval around it."""

    middle: float
    low: float
    high: float


def comparison(desk: Desk, now: datetime) -> Report:
    """The comparison of the policy: the groups, their difference, and what may be said of it."""
    compared = desk.policy.comparison
    if compared is None:
        note = "No policies are compared: policy.yaml has no section 'comparison:'."
        return Report(name="comparison", tables=(), notes=(note,))
    groups = _groups(desk, compared, now)
    control, test = groups[CONTROL], groups[TEST]
    shown = difference(control, test)
    tables = (_groups_table(compared, groups), _difference_table(shown))
    return Report(name="comparison", tables=tables, notes=_notes(compared, control, test, shown))


def difference(control: Group, test: Group) -> Difference | None:
    """A confidence sequence: with 95% probability it holds the true difference at every look, today and later.

    The normal mixture of Robbins for means of many leads; it is wider than an interval for a single look, which is
    the price of looking as often as one likes. None while a group has fewer than 50 leads.
    """
    if min(control.leads, test.leads) < LEAST:
        return None
    leads = control.leads + test.leads
    spread = sqrt(leads * (_variance(control) / control.leads + _variance(test) / test.leads))
    odds = -2 * log(ERROR)
    mixed = (odds + log(odds) + 1) / _LOOKED_AT
    reach = spread * sqrt(2 * (leads * mixed + 1) / (leads**2 * mixed) * log(sqrt(leads * mixed + 1) / ERROR))
    middle = test.won / test.leads - control.won / control.leads
    return Difference(middle, max(-1.0, middle - reach), min(1.0, middle + reach))


def _variance(group: Group) -> float:
    share = (group.won + 1) / (group.leads + 2)  # never nought, however few were won
    return share * (1 - share)


def _groups(desk: Desk, compared: Comparison, now: datetime) -> Mapping[str, Group]:
    """Every lead counts for the group of its first decision, whatever became of it: nobody leaves a group."""
    groups = {CONTROL: Group(), TEST: Group()}
    first = desk.ledger.compared_leads(compared.name)
    leads = desk.reader.leads(first)
    for lead_id, (group, at) in first.items():
        side = groups[group]
        if at + timedelta(days=compared.after_days) > now:
            side.young += 1
            continue
        lead = leads.get(lead_id)
        side.leads += 1
        if lead is None or lead.deleted:
            side.gone += 1
        elif weigh(compared.conversion, standard_lead(lead, desk.policy.standards), None).holds:
            side.won += 1
    return groups


def _groups_table(compared: Comparison, groups: Mapping[str, Group]) -> ReportTable:
    meant = {CONTROL: 100 - compared.share, TEST: compared.share}
    columns = ("group", "share meant", "leads", "won", "rate", "from", "to", "too young", "deleted or merged")
    return ReportTable(
        name="groups",
        title=f"Comparison '{compared.name}': leads at least {compared.after_days} days old",
        columns=columns,
        rows=tuple((name, f"{meant[name]}%", *_counted(group)) for name, group in groups.items()),
    )


def _counted(group: Group) -> tuple[int, int, str, str, str, int, int]:
    low, high = wilson(group.won, group.leads)
    rate = f"{group.won / group.leads:.1%}" if group.leads else "-"
    return group.leads, group.won, rate, f"{low:.1%}", f"{high:.1%}", group.young, group.gone


def _difference_table(shown: Difference | None) -> ReportTable:
    row = () if shown is None else ((f"{shown.middle:+.1%}", f"{shown.low:+.1%}", f"{shown.high:+.1%}"),)
    return ReportTable(
        name="difference",
        title="Test less control (95%, at every look)",
        columns=("difference", "from", "to"),
        rows=row,
    )


def _notes(compared: Comparison, control: Group, test: Group, shown: Difference | None) -> tuple[str, ...]:
    notes = [_verdict(shown)]
    if _odd_sizes(compared, control, test):
        notes.append(
            "The groups are not of the sizes meant: something keeps leads of one of them from being decided. "
            "Find out what before believing the difference."
        )
    notes.append(
        "The interval of the difference may be read as often as you like; those of the two rates are for one look."
    )
    return tuple(notes)


def _verdict(shown: Difference | None) -> str:
    if shown is None:
        return f"Nothing can be said before {LEAST} leads of each group are old enough."
    if shown.low > 0:
        return "The test policy wins more leads; this is unlikely to be chance."
    if shown.high < 0:
        return "The test policy wins fewer leads; this is unlikely to be chance."
    return "No difference is shown so far: this may be chance."


def _odd_sizes(compared: Comparison, control: Group, test: Group) -> bool:
    total = control.all + test.all
    meant = total * compared.share / 100
    if min(meant, total - meant) < 5:
        return False
    return (test.all - meant) ** 2 * (1 / meant + 1 / (total - meant)) > _ODD
