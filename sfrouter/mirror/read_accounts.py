"""Looks up companies and what belongs to them: parents, open deals, open cases, the people around them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import RowMapping, bindparam, select

from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror import words
from sfrouter.mirror.read import DEEPEST, Reading
from sfrouter.mirror.tables import AccountRow, CaseRow, OpportunityRow, TeamMemberRow, table_of
from sfrouter.model.records import (
    Account,
    Case,
    Opportunity,
    PartnerKind,
    Relationship,
    Segment,
    TeamMember,
    TeamRole,
)

_ACCOUNT = table_of(AccountRow)
_CHANGED = select(_ACCOUNT.c.id, _ACCOUNT.c.deleted).where(_ACCOUNT.c.change > bindparam("after"))
_OPPORTUNITY = table_of(OpportunityRow)
_CASE = table_of(CaseRow)
_TEAM_MEMBER = table_of(TeamMemberRow)
# What every decision asks; made once, as making one costs more than running it.
_BY_ID = select(_ACCOUNT).where(_ACCOUNT.c.id.in_(bindparam("ids", expanding=True)), _ACCOUNT.c.deleted.is_(False))
_DEALS_OF = select(_OPPORTUNITY).where(
    _OPPORTUNITY.c.account_id == bindparam("of"), _OPPORTUNITY.c.deleted.is_(False)
)
_DEALS_OF = _DEALS_OF.order_by(_OPPORTUNITY.c.id)
_CASES_OF = select(_CASE).where(_CASE.c.account_id == bindparam("of"), _CASE.c.deleted.is_(False))
_CASES_OF = _CASES_OF.order_by(_CASE.c.id)
_TEAM_OF = select(_TEAM_MEMBER).where(_TEAM_MEMBER.c.account_id == bindparam("of")).order_by(_TEAM_MEMBER.c.id)
_RUN = 5_000
_PLAIN = (
    "id", "name", "owner_id", "parent_id", "partner_owner_id", "partner_manager_id", "strategic_owner_id",
    "named_owner_id", "churned_on", "previous_owner_id", "contract_value", "currency", "account_manager_id",
    "customer_success_id", "country", "state", "city", "created_at", "last_activity_on", "modified_at",
)  # fmt: skip
_DEAL = (
    "id", "account_id", "owner_id", "name", "amount", "currency", "created_at", "last_activity_on", "modified_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanges:
    """What happened to accounts after a change number: to be put into an index, or taken out. `upto` is the
    number to ask with the next time."""

    put: tuple[str, ...]
    removed: tuple[str, ...]
    upto: int


class AccountReading(Reading):
    """Everything the house asks about companies. Deleted accounts are never among the answers."""

    def account(self, account_id: str) -> Account | None:
        """One living account."""
        return self.accounts_by_id([account_id]).get(account_id)

    def accounts_by_id(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """These accounts by id; deleted and unknown ones are left out."""
        wanted = list(dict.fromkeys(account_ids))
        found: dict[str, Account] = {}
        for some in _runs(wanted):
            found.update((row["id"], self._account(row)) for row in self._rows(_BY_ID, {"ids": some}))
        return found

    def accounts(self) -> Iterator[Account]:
        """Every living account, by id, in runs; for filling an index from cold."""
        last = ""
        while True:
            query = select(_ACCOUNT).where(_ACCOUNT.c.id > last, _ACCOUNT.c.deleted.is_(False))
            rows = self._rows(query.order_by(_ACCOUNT.c.id).limit(_RUN))
            if not rows:
                return
            yield from (self._account(row) for row in rows)
            last = rows[-1]["id"]

    def accounts_with_key(self, key: str) -> tuple[Account, ...]:
        """The living accounts whose normalised name is this key, by id, private persons left out (F44)."""
        query = select(_ACCOUNT).where(_ACCOUNT.c.company_key == key, _ACCOUNT.c.deleted.is_(False))
        found = (self._account(row) for row in self._rows(query.order_by(_ACCOUNT.c.id)))
        return tuple(account for account in found if not account.person)

    def change_number(self) -> int:
        """Where the mirror's changes stand now; ask before filling an index with `accounts`."""
        with self._reading() as connection:
            return self._mirror.change_number(connection)

    def account_changes(self, after: int) -> AccountChanges:
        """The accounts put or removed after a change number, also those whose open deals changed."""
        with self._reading() as connection:
            upto = self._mirror.change_number(connection)
            # Put in order here: asked to sort by id, the database would walk all accounts instead of the changes.
            rows = sorted(connection.execute(_CHANGED, {"after": after}).all())
        put = tuple(row.id for row in rows if not row.deleted)
        return AccountChanges(put=put, removed=tuple(row.id for row in rows if row.deleted), upto=upto)

    def surviving_account(self, account_id: str) -> str | None:
        """The living account that an id stands for today: itself, or what it was merged into; else None."""
        return self._surviving(_ACCOUNT, account_id)

    def ancestors(self, account: Account) -> tuple[Account, ...]:
        """Parent first, up to the ultimate parent. A circle ends where it closes, a long chain at 20."""
        found: list[Account] = []
        seen = {account.id}
        parent_id = account.parent_id
        while parent_id and parent_id not in seen and len(found) < DEEPEST:
            seen.add(parent_id)
            parent = self.account(parent_id)
            if parent is None:
                break
            found.append(parent)
            parent_id = parent.parent_id
        return tuple(found)

    def open_opportunities(self, account_id: str) -> tuple[Opportunity, ...]:
        """The open deals of an account, by id."""
        rows = self._rows(_DEALS_OF, {"of": account_id})
        deals = (_opportunity_of(row, self._maps["opportunity"]) for row in rows)
        return tuple(deal for deal in deals if not deal.closed)

    def all_open_opportunities(self) -> Iterator[Opportunity]:
        """Every open deal, by id, in runs."""
        last = ""
        while True:
            query = select(_OPPORTUNITY).where(_OPPORTUNITY.c.id > last, _OPPORTUNITY.c.deleted.is_(False))
            rows = self._rows(query.order_by(_OPPORTUNITY.c.id).limit(_RUN))
            if not rows:
                return
            deals = (_opportunity_of(row, self._maps["opportunity"]) for row in rows)
            yield from (deal for deal in deals if not deal.closed)
            last = rows[-1]["id"]

    def all_team_members(self) -> tuple[TeamMember, ...]:
        """Everybody's part in every account's team, by id."""
        rows = self._rows(select(_TEAM_MEMBER).order_by(_TEAM_MEMBER.c.id))
        return tuple(
            _member_of(row, self._maps["team_member"]) for row in rows if row["account_id"] and row["person_id"]
        )

    def accounts_with_open_opportunity(self, among: Sequence[str] | None = None) -> frozenset[str]:
        """The ids of all accounts that have an open deal, or of those `among` some."""
        table, object_map = _OPPORTUNITY, self._maps["opportunity"]
        query = select(table.c.account_id, table.c.closed).where(
            table.c.account_id.is_not(None), table.c.deleted.is_(False)
        )
        runs = [query] if among is None else [query.where(table.c.account_id.in_(some)) for some in _runs(among)]
        return frozenset(
            row["account_id"]
            for run in runs
            for row in self._rows(run.distinct())
            if not words.flag(object_map, "closed", row["closed"])
        )

    def open_cases(self, account_id: str) -> tuple[Case, ...]:
        """The open support cases of an account, by id."""
        cases = (_case_of(row, self._maps["case"]) for row in self._rows(_CASES_OF, {"of": account_id}))
        return tuple(case for case in cases if not case.closed)

    def team(self, account_id: str) -> tuple[TeamMember, ...]:
        """The people around an account, by id."""
        return tuple(
            _member_of(row, self._maps["team_member"])
            for row in self._rows(_TEAM_OF, {"of": account_id})
            if row["account_id"] and row["person_id"]
        )

    def _account(self, row: RowMapping) -> Account:
        return account_of(row, self._maps["account"])


def _runs(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _RUN):
        yield ids[start : start + _RUN]


def account_of(row: RowMapping, object_map: ObjectMap) -> Account:
    """A row in the house's words."""
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    flags: dict[str, Any] = {
        name: words.flag(object_map, name, row[name])
        for name in ("competitor", "strategic", "named", "health_low", "auto_created", "person")
    }
    return Account(
        **plain,
        **flags,
        domains=words.domains(row["domains"]),
        other_names=words.names(row["other_names"]),
        relationship=words.word(object_map, "relationship", row["relationship"], Relationship),
        partner_kind=words.foremost(object_map, "partner_kind", row["partner_kind"], PartnerKind),
        segment=words.word(object_map, "segment", row["segment"], Segment),
        products=words.texts(row["products"]),
        extra=MappingProxyType(row["extra"]),
    )


def _opportunity_of(row: RowMapping, object_map: ObjectMap) -> Opportunity:
    plain: dict[str, Any] = {name: row[name] for name in _DEAL}
    return Opportunity(
        **plain,
        closed=words.flag(object_map, "closed", row["closed"]),
        won=words.flag(object_map, "won", row["won"]),
        extra=MappingProxyType(row["extra"]),
    )


def _case_of(row: RowMapping, object_map: ObjectMap) -> Case:
    return Case(
        id=row["id"],
        account_id=row["account_id"],
        closed=words.flag(object_map, "closed", row["closed"]),
        created_at=row["created_at"],
        extra=MappingProxyType(row["extra"]),
    )


def _member_of(row: RowMapping, object_map: ObjectMap) -> TeamMember:
    role = words.word(object_map, "role", row["role"], TeamRole)
    return TeamMember(
        id=row["id"], account_id=row["account_id"], person_id=row["person_id"], role=role or TeamRole.OTHER
    )
