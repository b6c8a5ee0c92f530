"""Everything that still points at people who left, or would if somebody left tomorrow, with the heir (R099)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.desk import Desk
from sfrouter.journey.heirs import heir_of, still_open
from sfrouter.journey.report import Report, ReportTable
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Account, PartnerKind, Relationship, TeamRole
from sfrouter.routing.owners import find_owner
from sfrouter.routing.rule import Role, Wanted
from sfrouter.routing.team import with_part

PARTNER_USER = "partner user"
_FIELDS: Mapping[str, str] = {
    "owner_id": "account owner", "strategic_owner_id": "strategic account owner",
    "named_owner_id": "named account owner", "account_manager_id": "account manager",
    "customer_success_id": "customer success manager", "partner_manager_id": "partner manager",
    "partner_owner_id": PARTNER_USER,
}  # fmt: skip
PREVIOUS = "previous owner of a churned account"
NO_HEIR = "territory, as new"


class NoSuchUserError(SfrouterError):
    """No user has this e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"no user of the org has the address {email}",
            mend="copy it from the user's page; 'sfrouter sync' reads users",
        )


@dataclass(frozen=True, slots=True)
class Pointer:
    """One thing that points at somebody who left."""

    person_id: str
    what: str
    record_id: str
    name: str
    account: Account | None = None  # where more than the person decides who takes over


def departed(desk: Desk, now: datetime, *, leaving: str = "") -> Report:
    """What points at leavers; with `leaving`, an e-mail address, what would point at that user (G15).

    Raises NoSuchUserError.
    """
    directory = desk.directory(now)
    gone = {key for key, person in directory.people.items() if not person.active}
    if leaving:
        person = directory.by_email(leaving)
        if person is None:
            raise NoSuchUserError(leaving)
        directory = _without(directory, person.id)
        gone = {person.id}
    intake = desk.intake_ids(directory)
    found = [one for one in _pointers(desk, directory) if one.person_id in gone]
    heirs = {one: _heir(one, directory, desk, intake) for one in {pointer.person_id for pointer in found}}

    def propose(one: Pointer) -> tuple[str, str]:
        if one.what == PARTNER_USER and one.account:
            return _of_partner(one.account, desk, directory, intake)
        return _proposal(one, heirs)

    named = {key: person.name for key, person in directory.people.items()}
    rows = [
        (named.get(one.person_id, one.person_id), one.what, one.record_id, one.name, *propose(one))
        for one in found
    ]
    title = "What would point at the leaver" if leaving else "What still points at people who left"
    columns = ("person", "as", "record", "name", "proposed heir", "why")
    table = ReportTable(name="pointers", title=title, columns=columns, rows=tuple(sorted(rows)))
    return Report(name="departed", tables=(_summary(rows), table))


def _without(directory: Directory, person_id: str) -> Directory:
    people = dict(directory.people)
    people[person_id] = replace(people[person_id], active=False)
    return replace(directory, people=people)


def _pointers(desk: Desk, directory: Directory) -> Iterator[Pointer]:
    for account in desk.reader.accounts():
        yield from _of_account(account)
    for deal in desk.reader.all_open_opportunities():
        if deal.owner_id:
            yield Pointer(deal.owner_id, "open opportunity owner", deal.id, deal.name)
    for lead in desk.reader.all_leads():
        if lead.owner_id and still_open(lead):
            yield Pointer(lead.owner_id, "open lead owner", lead.id, lead.company)
    for member in desk.reader.all_team_members():
        yield Pointer(member.person_id, f"account team: {member.role}", member.account_id, "")
    for person in directory.people.values():
        if person.active and person.manager_id:
            yield Pointer(person.manager_id, "manager of", person.id, person.name)
    yield from _of_files(desk, directory)


def _of_account(account: Account) -> Iterator[Pointer]:
    for field, what in _FIELDS.items():
        person_id = getattr(account, field)
        if person_id:
            yield Pointer(person_id, what, account.id, account.name, account)
    if account.previous_owner_id and account.relationship is Relationship.CHURNED:
        yield Pointer(account.previous_owner_id, PREVIOUS, account.id, account.name)


def _of_files(desk: Desk, directory: Directory) -> Iterator[Pointer]:
    """Whom the admin's own files name."""
    for pool in desk.policy.pools:
        yield from _mailed(directory, (one.who for one in pool.members), "pool member", "teams.yaml", pool.name)
    for entry in desk.policy.named_entries:
        mails = (entry.owner_email,)
        yield from _mailed(directory, mails, "named-account list", "companies.yaml", entry.company)
    for left, heir in desk.policy.successors_by_email.items():
        yield from _mailed(directory, (heir,), "recorded successor of", "teams.yaml", left)
    yield from _mailed(directory, desk.policy.intake.users, "intake user", "policy.yaml", "intake")


def _mailed(directory: Directory, said: Iterable[str], what: str, where: str, name: str) -> Iterator[Pointer]:
    for one in said:
        person = directory.people.get(one) or directory.by_email(one)
        if person is not None:
            yield Pointer(person.id, what, where, name)


def _heir(person_id: str, directory: Directory, desk: Desk, intake: frozenset[str]) -> tuple[str, str]:
    found = heir_of(person_id, directory, desk.policy, intake)
    return (found.owner.name if found.owner else NO_HEIR), str(found.words or "")


def _proposal(one: Pointer, heirs: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if one.what == "pool member":
        return "", "a leaver gets no turn; take him out of the pool"
    if one.what == PREVIOUS:
        return NO_HEIR, "a previous owner who left has no heirs (C15)"
    return heirs[one.person_id]


def _of_partner(account: Account, desk: Desk, directory: Directory, intake: frozenset[str]) -> tuple[str, str]:
    """What the rule `partner` does without the partner's user: he has no heir but the partner manager (R121)."""
    if account.partner_kind not in (PartnerKind.SOURCED, PartnerKind.MANAGED):
        return "", "no lead goes to him: the account is neither partner-sourced nor partner-managed"
    team = with_part(desk.reader.team(account.id), TeamRole.PARTNER_MANAGER, directory)
    manager_id = account.partner_manager_id or next(iter(team), None)
    if manager_id is None:
        return "", "no partner manager is recorded: the rules after 'partner' decide"
    wanted = Wanted(role=Role.PARTNER_MANAGER, record_id=manager_id)
    found = find_owner(wanted, directory, departed=desk.policy.departed, never=intake)
    if found.owner is None:
        return "", f"{found.words}: the rules after 'partner' decide"
    why = "a partner's user has no heir but the partner manager (R121)"
    return found.owner.name, f"{why}; {found.words}" if found.words else why


def _summary(rows: Iterable[tuple[str, ...]]) -> ReportTable:
    counts = Counter((person, what) for person, what, *_ in rows)
    listed = tuple((person, what, count) for (person, what), count in sorted(counts.items()))
    return ReportTable(name="summary", title="In short", columns=("person", "as", "count"), rows=listed)
