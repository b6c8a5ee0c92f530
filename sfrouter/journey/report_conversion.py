"""Do leads convert better when they went to who has the relationship (R008)? Counted, with honest intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from sfrouter.journey.desk import Desk
from sfrouter.journey.report import Report, ReportTable
from sfrouter.ledger.credits import Credit
from sfrouter.model.records import Account, Lead
from sfrouter.routing.relationship import relationship_holders

_Z = 1.959964  # 95% of the normal distribution lie within
_RUN = 5_000
_BY_RELATIONSHIP = frozenset({"partner", "strategic_account", "named_account", "customer_owner", "prospect_owner"})
"""Rules that give a lead to the person who has the relationship, or to his heir."""
_SPECIALIST = frozenset({"R087"})  # a customer's lead that went to a department's specialist instead


@dataclass(slots=True)
class _Group:
    leads: int = 0
    converted: int = 0

    def add(self, lead: Lead) -> None:
        self.leads += 1
        self.converted += lead.converted


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95% Wilson interval of a share; the whole range from 0 to 1 where nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    share, square = successes / trials, _Z * _Z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    reach = _Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials)) / (1 + square / trials)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def conversion(desk: Desk, since: datetime | None = None) -> Report:
    """Leads of companies that were known before them, created since a moment, by who is credited (R012)."""
    groups = {True: _Group(), False: _Group()}
    unlogged = undated = 0
    for lead, account, credit in _of_known_companies(desk, since):
        unlogged += credit is None
        undated += credit is not None and credit.relationship is None
        groups[_went(lead, account, credit)].add(lead)
    rows = tuple(_row(word, groups[went]) for word, went in (("yes", True), ("no", False)))
    columns = ("to the relationship owner", "leads", "converted", "share", "from", "to")
    return Report(
        name="conversion",
        tables=(
            ReportTable(
                name="conversion",
                title="Conversion by 'went to the relationship owner' (95% Wilson interval)",
                columns=columns,
                rows=rows,
            ),
        ),
        notes=(
            _verdict(groups[True], groups[False]),
            f"Credited is the owner in the decision log; of {unlogged} leads it does not know, today's owner.",
            "The relationship is the one at the time of the decision; "
            f"of {undated} leads whose decisions do not say it, today's.",
        ),
    )


def _went(lead: Lead, account: Account, credit: Credit | None) -> bool:
    """Did it go to who had the relationship when it was decided? He may have left since, or lost the account."""
    if credit is not None and credit.rule in _BY_RELATIONSHIP and not _SPECIALIST.intersection(credit.ids):
        return True
    if credit is None:
        return lead.owner_id in relationship_holders(account)
    known = credit.relationship
    return credit.owner_id in (relationship_holders(account) if known is None else known)


def _of_known_companies(desk: Desk, since: datetime | None) -> Iterable[tuple[Lead, Account, Credit | None]]:
    run: list[tuple[Lead, str]] = []
    for lead in desk.reader.all_leads():
        account_id = lead.converted_account_id or lead.account_id
        if account_id and (since is None or lead.created_at >= since):
            run.append((lead, account_id))
        if len(run) >= _RUN:
            yield from _with_accounts(desk, run)
            run = []
    yield from _with_accounts(desk, run)


def _with_accounts(desk: Desk, run: list[tuple[Lead, str]]) -> Iterable[tuple[Lead, Account, Credit | None]]:
    credited = desk.ledger.credits(lead.id for lead, _ in run)
    accounts = desk.reader.accounts_by_id(account_id for _, account_id in run)
    for lead, account_id in run:
        account = accounts.get(account_id)
        # An account made by the conversion itself was nobody's relationship before.
        if account is not None and account.created_at is not None and account.created_at < lead.created_at:
            yield lead, account, credited.get(lead.id)


def _row(word: str, group: _Group) -> tuple[str, int, int, str, str, str]:
    low, high = wilson(group.converted, group.leads)
    share = f"{group.converted / group.leads:.1%}" if group.leads else "-"
    return word, group.leads, group.converted, share, f"{low:.1%}", f"{high:.1%}"


def _verdict(yes: _Group, no: _Group) -> str:
    if not yes.leads or not no.leads:
        return "One of the groups is empty: nothing can be compared."
    (low, high), (other_low, other_high) = wilson(yes.converted, yes.leads), wilson(no.converted, no.leads)
    if low > other_high or other_low > high:
        return "The intervals do not overlap: the difference is unlikely to be chance. It is no proof of a cause."
    return "The intervals overlap: this may be chance."
