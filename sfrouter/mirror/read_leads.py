"""Looks up leads: those that wait, and the earlier ones of a company or of a person."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, func, or_, select

from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror import words
from sfrouter.mirror.email_key import search_email
from sfrouter.mirror.read import Reading
from sfrouter.mirror.tables import LeadRow, table_of
from sfrouter.model.records import Lead

_LEAD = table_of(LeadRow)
_MANY = 10_000
# Asked at every poll; made once, as making one costs more than running it.
_LIVING = select(_LEAD).where(_LEAD.c.deleted.is_(False)).order_by(_LEAD.c.created_at, _LEAD.c.id)
_BY_ID = select(_LEAD).where(_LEAD.c.id.in_(bindparam("ids", expanding=True)))
_OWNED = _LIVING.where(_LEAD.c.owner_id.in_(bindparam("owners", expanding=True)))
_BY_OTHERS = or_(_LEAD.c.modified_by_id.is_(None), _LEAD.c.modified_by_id != bindparam("but_by"))
_CHANGED = _LIVING.where(_LEAD.c.change > bindparam("after"), _BY_OTHERS)
_RELINKED = _CHANGED.where(_LEAD.c.account_id.is_not(None)).with_only_columns(_LEAD.c.id)
_WITH_EMAIL = _LIVING.where(_LEAD.c.email == bindparam("address"))
_CAME = _LIVING.where(_LEAD.c.email_domain == bindparam("domain"), _LEAD.c.created_at >= bindparam("since"))
_CAME = _CAME.with_only_columns(_LEAD.c.created_at, _LEAD.c.id)
_MEETING = _LIVING.where(_LEAD.c.meets_condition)
_OF_ACCOUNT = _LIVING.where(_LEAD.c.account_id == bindparam("of"))
_MERGED = select(_LEAD.c.id).where(_LEAD.c.change > bindparam("after"), _LEAD.c.merged_into_id.is_not(None))
_MERGED = _MERGED.where(_LEAD.c.deleted.is_(True)).order_by(_LEAD.c.id)
_HANDS = select(_LEAD.c.id, _LEAD.c.owner_id, _LEAD.c.first_owner_id, _LEAD.c.converted).order_by(_LEAD.c.id)
_HANDS = _HANDS.where(
    _LEAD.c.change > bindparam("after"), _LEAD.c.deleted.is_(False), _LEAD.c.owner_id.is_not(None)
)
_READ_AT = select(_LEAD.c.read_at).where(_LEAD.c.id == bindparam("of"))
_PLAIN = (
    "id", "owner_id", "created_at", "modified_at", "stamp", "modified_by_id", "first_name", "last_name", "company",
    "email", "website", "title", "country", "state", "city", "postal_code", "industry", "source", "status",
    "department", "seniority", "phone", "product", "language", "ip", "converted_account_id", "deleted",
    "account_id", "previous_owner_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What makes leads the same company's: its account, its registrable e-mail domains, its normalised name.

    Empty parts find nothing. Give the key only for a name that may stand alone (not a generic one, R024).
    """

    account_id: str | None = None
    domains: Collection[str] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who has a lead now, and who had it when this mirror first read it."""

    now: str
    first: str


class LeadReading(Reading):
    """Everything the house asks about leads. Deleted and merged leads are never among the answers, but for
    `lead`, which says so."""

    def lead(self, lead_id: str) -> Lead | None:
        """One lead, also a deleted one (`deleted` says so, and nothing else is left of it)."""
        rows = self._rows(_BY_ID, {"ids": [lead_id]})
        return self._lead(rows[0]) if rows else None

    def leads(self, lead_ids: Iterable[str]) -> dict[str, Lead]:
        """These leads by id, deleted ones too; unknown ids are left out."""
        wanted = list(dict.fromkeys(lead_ids))
        found: dict[str, Lead] = {}
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            found.update((row["id"], self._lead(row)) for row in self._rows(_BY_ID, {"ids": some}))
        return found

    def leads_waiting(self, intake_ids: Collection[str]) -> tuple[Lead, ...]:
        """The leads in the intake (L01): owned by one of these queues or users, neither converted nor deleted.
        Oldest first."""
        waiting = self._leads(_OWNED, {"owners": list(intake_ids)})
        return tuple(lead for lead in waiting if not lead.converted)

    def leads_by_condition(self) -> tuple[Lead, ...]:
        """The leads of which the org said that they meet the intake's condition (L01), whoever had them first;
        neither converted nor deleted. Oldest first."""
        found = self._leads(_MEETING)
        return tuple(lead for lead in found if not lead.converted)

    def hands(self, *, after: int) -> dict[str, Hands]:
        """In whose hands the leads are that changed here after a change, by lead; no converted or deleted ones."""
        return {
            row["id"]: Hands(now=row["owner_id"], first=row["first_owner_id"] or row["owner_id"])
            for row in self._rows(_HANDS, {"after": after})
            if not words.flag(self._maps["lead"], "converted", row["converted"])
        }

    def open_leads_of(self, owner_ids: Collection[str]) -> tuple[Lead, ...]:
        """The open leads of these owners, oldest first: neither converted nor closed as lost."""
        found: list[Lead] = []
        wanted = sorted(owner_ids)
        for start in range(0, len(wanted), _MANY):
            found += self._leads(_OWNED, {"owners": wanted[start : start + _MANY]})
        return tuple(lead for lead in found if not (lead.converted or lead.closed_lost))

    def company_leads(self, company: Company, *, but: str = "") -> tuple[Lead, ...]:
        """Every living lead of the company, whoever owns it, first created first."""
        conditions: list[ColumnElement[bool]] = []
        if company.account_id:
            conditions.append(_LEAD.c.account_id == company.account_id)
            conditions.append(_LEAD.c.converted_account_id == company.account_id)
        domains = [domain for domain in company.domains if domain]
        if domains:
            conditions.append(_LEAD.c.email_domain.in_(domains))
        if company.key:
            conditions.append(_LEAD.c.company_key == company.key)
        found = self._found([or_(*conditions)]) if conditions else ()
        return tuple(lead for lead in found if lead.id != but)

    def leads_with_email(self, email: str, *, but: str = "") -> tuple[Lead, ...]:
        """Every living lead with this e-mail address (D01), whoever owns it, first created first."""
        address = search_email(email)
        found = self._leads(_WITH_EMAIL, {"address": address}) if address else ()
        return tuple(lead for lead in found if lead.id != but)

    def leads_came(self, domain: str, since: datetime) -> tuple[tuple[datetime, str], ...]:
        """When the living leads of a company's e-mail domain were created since a moment, with their ids."""
        rows = self._rows(_CAME, {"domain": domain, "since": since})
        return tuple((row["created_at"], row["id"]) for row in rows)

    def leads_of_account(self, account_id: str) -> tuple[Lead, ...]:
        """The leads linked to an account, converted ones too. Oldest first."""
        return self._leads(_OF_ACCOUNT, {"of": account_id})

    def linked_lead_ids(self, *, after: int, but_by: str) -> tuple[str, ...]:
        """The living leads with an account link that changed here after a change number: perhaps relinked (R039).
        Those that the user `but_by` changed last are left out. Ids only: a restart asks for all of them."""
        return tuple(row["id"] for row in self._rows(_RELINKED, {"after": after, "but_by": but_by}))

    def changed_leads(self, *, after: int, but_by: str) -> tuple[Lead, ...]:
        """The leads that changed here after a change number, but for those the user `but_by` changed last."""
        return self._leads(_CHANGED, {"after": after, "but_by": but_by})

    def merged_leads(self, *, after: int) -> dict[str, str | None]:
        """The leads that were seen merged into others after a change number, each with the living lead that
        stands for it today; None when that is gone too."""
        losers = self._rows(_MERGED, {"after": after})
        return {row["id"]: self._surviving(_LEAD, row["id"]) for row in losers}

    def read_at(self, lead_id: str) -> datetime | None:
        """The org's time when the lead's row was asked for."""
        rows = self._rows(_READ_AT, {"of": lead_id})
        return rows[0]["read_at"] if rows else None

    def open_lead_counts(self) -> dict[str, int]:
        """How many open leads everyone has, by owner id."""
        object_map = self._maps["lead"]
        kinds = (_LEAD.c.owner_id, _LEAD.c.converted, _LEAD.c.closed_lost)
        query = select(*kinds, func.count().label("leads")).where(_LEAD.c.deleted.is_(False)).group_by(*kinds)
        counts: Counter[str] = Counter()
        for row in self._rows(query):
            done = any(words.flag(object_map, name, row[name]) for name in ("converted", "closed_lost"))
            if row["owner_id"] and not done:
                counts[row["owner_id"]] += row["leads"]
        return dict(counts)

    def all_leads(self) -> Iterator[Lead]:
        """Every living lead, by id, in runs; fit for a million."""
        last = ""
        while True:
            query = select(_LEAD).where(_LEAD.c.id > last, _LEAD.c.deleted.is_(False))
            rows = self._rows(query.order_by(_LEAD.c.id).limit(_MANY))
            if not rows:
                return
            yield from (self._lead(row) for row in rows)
            last = rows[-1]["id"]

    def _found(self, conditions: list[ColumnElement[bool]]) -> tuple[Lead, ...]:
        return self._leads(_LIVING.where(*conditions))

    def _leads(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> tuple[Lead, ...]:
        return tuple(self._lead(row) for row in self._rows(query, values))

    def _lead(self, row: RowMapping) -> Lead:
        return lead_of(row, self._maps["lead"])


def lead_of(row: RowMapping, object_map: ObjectMap) -> Lead:
    """A row in the house's words."""
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return Lead(
        **plain,
        converted=words.flag(object_map, "converted", row["converted"]),
        closed_lost=words.flag(object_map, "closed_lost", row["closed_lost"]),
        extra=MappingProxyType(row["extra"]),
    )
