"""What is wrong with the org's data that costs leads: no domain, doubles, dead queues, owners who left (R125)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sfrouter.journey.desk import Desk
from sfrouter.journey.outlook import owner_name
from sfrouter.journey.report import Report, ReportTable
from sfrouter.journey.reviews import worth
from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.names import normalise
from sfrouter.model.dossier import Directory
from sfrouter.model.ids import is_queue, is_user
from sfrouter.model.records import Account, Lead, Relationship


@dataclass(slots=True)
class _Accounts:
    """What one walk over all accounts finds."""

    without_domain: list[Account] = field(default_factory=list)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_domain: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)
    owners: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Leads:
    """What one walk over all open leads finds."""

    by_email: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    in_queue: dict[str, list[Lead]] = field(default_factory=lambda: defaultdict(list))
    linked: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)


def hygiene(desk: Desk, now: datetime, *, untouched_days: int = 30) -> Report:
    """All of it, the costliest gaps first. `untouched_days`: a queue whose leads nobody changed for so long is
    dead."""
    directory = desk.directory(now)
    accounts, leads = _accounts(desk), _leads(desk)
    deals = Counter(one.owner_id for one in desk.reader.all_open_opportunities() if one.owner_id)
    owned = {"accounts": accounts.owners, "open opportunities": deals, "open leads": leads.owners}
    return Report(
        name="hygiene",
        tables=(
            _without_domain(desk, accounts.without_domain, leads.linked),
            _doubles("accounts_same_name", "Accounts of one name", accounts.by_name, accounts.names),
            _doubles("accounts_same_domain", "Accounts that share a domain", accounts.by_domain, accounts.names),
            _doubles("leads_same_email", "Open leads of one person", leads.by_email, {}),
            _dead_queues(desk, directory, leads.in_queue, now, untouched_days),
            _inactive_owners(directory, owned),
        ),
        notes=("Open leads of one person are counted by address; the address itself is not shown.",),
    )


def _accounts(desk: Desk) -> _Accounts:
    found = _Accounts()
    shared = desk.policy.matching.shared_domains
    for account in desk.reader.accounts():
        found.names[account.id] = account.name
        if account.person:
            continue  # a private person lacks no domain, and namesakes are no duplicates
        domains = {domain for text in account.domains if (domain := domain_of(text))}
        if not domains:
            found.without_domain.append(account)
        for domain in domains - shared:
            found.by_domain[domain].append(account.id)
        if key := normalise(account.name).key:
            found.by_name[key].append(account.id)
        if account.owner_id:
            found.owners[account.owner_id] += 1
    return found


def _leads(desk: Desk) -> _Leads:
    found = _Leads()
    for lead in desk.reader.all_leads():
        if lead.account_id:
            found.linked[lead.account_id] += 1
        if lead.converted or lead.closed_lost or lead.owner_id is None:
            continue
        if lead.email:
            found.by_email[lead.email].append(lead.id)
        if is_queue(lead.owner_id):
            found.in_queue[lead.owner_id].append(lead)
        if is_user(lead.owner_id):
            found.owners[lead.owner_id] += 1
    return found


def _without_domain(desk: Desk, accounts: Iterable[Account], linked: Counter[str]) -> ReportTable:
    """R032. Ranked by what the gap has cost: questions to people, then leads, then what the account is worth."""
    asked, rates = Counter(item.account_id for item in desk.ledger.reviews(None, limit=1_000_000)), desk.rates()
    ranked = sorted(
        accounts,
        key=lambda one: (-asked[one.id], -linked[one.id], -worth(one, rates), one.name.casefold(), one.id),
    )
    rows = tuple(
        (
            one.id, one.name, asked[one.id], linked[one.id], float(worth(one, rates)),
            "yes" if one.relationship is Relationship.CUSTOMER else "",
        )
        for one in ranked
    )  # fmt: skip
    columns = ("account", "name", "reviews raised", "leads linked", "contract value", "customer")
    return ReportTable(
        name="accounts_without_domain", title="Accounts without a domain, the costliest first",
        columns=columns, rows=rows,
    )  # fmt: skip


def _doubles(name: str, title: str, groups: Mapping[str, list[str]], names: Mapping[str, str]) -> ReportTable:
    several = sorted((ids for ids in groups.values() if len(ids) > 1), key=lambda ids: (-len(ids), ids))
    rows = tuple((names.get(ids[0], ""), len(ids), " ".join(sorted(ids)[:20])) for ids in several)
    return ReportTable(name=name, title=title, columns=("name", "how many", "records"), rows=rows)


def _dead_queues(
    desk: Desk, directory: Directory, leads: Mapping[str, list[Lead]], now: datetime, days: int
) -> ReportTable:
    intake = desk.intake_ids(directory)
    rows = []
    for queue_id, waiting in sorted(leads.items()):
        why = _dead(directory, queue_id, waiting, now, days)
        if why and queue_id not in intake:
            oldest = min(lead.created_at for lead in waiting)
            rows.append((owner_name(directory, queue_id), len(waiting), oldest.date().isoformat(), why))
    columns = ("queue", "open leads", "oldest", "why dead")
    return ReportTable(name="dead_queues", title="Leads in dead queues", columns=columns, rows=tuple(rows))


def _dead(directory: Directory, queue_id: str, leads: list[Lead], now: datetime, days: int) -> str:
    queue = directory.queues.get(queue_id)
    if queue is None:
        return "the queue does not exist any more"
    if not queue.takes_leads:
        return "the queue may own no leads any more"
    untouched = max(lead.modified_at for lead in leads) < now - timedelta(days=days)
    return f"nobody changed any of them for {days} days" if untouched else ""


def _inactive_owners(directory: Directory, owned: Mapping[str, Counter[str]]) -> ReportTable:
    gone = [person for person in directory.people.values() if not person.active]
    totals = {person.id: sum(counts[person.id] for counts in owned.values()) for person in gone}
    ranked = sorted((one for one in gone if totals[one.id]), key=lambda one: (-totals[one.id], one.name, one.id))
    rows: list[tuple[str | int, ...]] = [
        (one.name, *(counts[one.id] for counts in owned.values())) for one in ranked
    ]
    return ReportTable(
        name="inactive_owners", title="Owners who have left ('sfrouter report departed' names their heirs)",
        columns=("person", *owned), rows=tuple(rows),
    )  # fmt: skip
