"""A small org in memory that answers the mirror's queries, with the habits that make real orgs hard to follow.

It knows rows with stamps of whole seconds, changes that become visible up to ten minutes after their stamp,
a recycle bin, purges, merges, a broken connection after so many rows, and rights that are suddenly gone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sfrouter.base.clock import SetClock
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.derive import Keys
from sfrouter.model.ids import to_18
from sfrouter.salesforce.errors import AnswerRefusedError, FieldMissingError, ObjectMissingError, QueryFailedError
from sfrouter.salesforce.faults import Verdict

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

USER_MAP = ObjectMap(
    noun="user",
    object_name="User",
    fields={
        "id": ("Id",), "name": ("Name",), "email": ("Email",), "active": ("IsActive",),
        "manager_id": ("ManagerId",),
        "time_zone": ("TimeZoneSidKey",), "stamp": ("SystemModstamp",),
    },
)  # fmt: skip
QUEUE_MAP = ObjectMap(
    noun="queue",
    object_name="Group",
    fields={
        "id": ("Id",), "name": ("Name",), "developer_name": ("DeveloperName",), "kind": ("Type",),
        "stamp": ("SystemModstamp",),
    },
    words={"kind": {"queue": ("Queue",)}},
)  # fmt: skip
QUEUE_OBJECT_MAP = ObjectMap(
    noun="queue_object",
    object_name="QueueSobject",
    fields={"id": ("Id",), "queue_id": ("QueueId",), "object_name": ("SobjectType",)},
)
ACCOUNT_MAP = ObjectMap(
    noun="account",
    object_name="Account",
    fields={
        "id": ("Id",), "name": ("Name",), "owner_id": ("OwnerId",), "parent_id": ("ParentId",),
        "domains": ("Website", "Email_Domains__c"), "relationship": ("Type",), "competitor": ("Competitor__c",),
        "segment": ("Segment__c",), "contract_value": ("Contract_Value__c",), "churned_on": ("Churn_Date__c",),
        "health_low": ("Health__c",), "products": ("Products__c",), "created_at": ("CreatedDate",),
        "modified_at": ("LastModifiedDate",), "deleted": ("IsDeleted",), "merged_into_id": ("MasterRecordId",),
        "stamp": ("SystemModstamp",),
    },
    words={
        "relationship": {"customer": ("Customer", "Kunde"), "churned": ("Churned",), "prospect": ("Prospect",)},
        "segment": {"enterprise": ("Enterprise",)},
        "health_low": {"yes": ("Low", "< 40")},
    },
    extra={"industry": "Industry"},
)  # fmt: skip
OPPORTUNITY_MAP = ObjectMap(
    noun="opportunity",
    object_name="Opportunity",
    fields={
        "id": ("Id",), "account_id": ("AccountId",), "owner_id": ("OwnerId",), "closed": ("IsClosed",),
        "amount": ("Amount",), "created_at": ("CreatedDate",), "deleted": ("IsDeleted",),
        "stamp": ("SystemModstamp",),
    },
)  # fmt: skip
CASE_MAP = ObjectMap(
    noun="case",
    object_name="Case",
    fields={
        "id": ("Id",), "account_id": ("AccountId",), "closed": ("IsClosed",), "deleted": ("IsDeleted",),
        "stamp": ("SystemModstamp",),
    },
)  # fmt: skip
TEAM_MAP = ObjectMap(
    noun="team_member",
    object_name="AccountTeamMember",
    fields={"id": ("Id",), "account_id": ("AccountId",), "person_id": ("UserId",), "role": ("TeamMemberRole",)},
    words={"role": {"account_manager": ("Account Manager",), "customer_success": ("CSM",)}},
)
LEAD_MAP = ObjectMap(
    noun="lead",
    object_name="Lead",
    fields={
        "id": ("Id",), "owner_id": ("OwnerId",), "created_at": ("CreatedDate",),
        "modified_at": ("LastModifiedDate",), "stamp": ("SystemModstamp",),
        "last_name": ("LastName",), "company": ("Company",), "email": ("Email",),
        "status": ("Status",), "converted": ("IsConverted",), "converted_account_id": ("ConvertedAccountId",),
        "deleted": ("IsDeleted",), "merged_into_id": ("MasterRecordId",), "account_id": ("Account__c",),
        "closed_lost": ("Status",),
    },
    words={"closed_lost": {"yes": ("Closed - Not Converted",)}},
    extra={"employees": "NumberOfEmployees"},
)  # fmt: skip
ORGANIZATION_MAP = ObjectMap(
    noun="organization",
    object_name="Organization",
    fields={"id": ("Id",), "name": ("Name",), "time_zone": ("TimeZoneSidKey",), "sandbox": ("IsSandbox",)},
)
MAPS = (
    ORGANIZATION_MAP, USER_MAP, QUEUE_MAP, QUEUE_OBJECT_MAP, ACCOUNT_MAP, OPPORTUNITY_MAP, CASE_MAP, TEAM_MAP,
    LEAD_MAP,
)  # fmt: skip
MAPPING = FieldMapping(objects={one.noun: one for one in MAPS})
PREFIX = {
    "Account": "001", "Contact": "003", "Opportunity": "006", "Lead": "00Q", "Case": "500", "User": "005",
    "Group": "00G", "QueueSobject": "03g", "AccountTeamMember": "01M", "Organization": "00D", "UserLogin": "0Yw",
}  # fmt: skip
FREE_MAIL = frozenset({"gmail.com"})


def company_domain(address: str) -> str:
    """A stand-in for matching's: the part after the sign, nothing for free mail."""
    domain = address.rpartition("@")[2]
    return "" if domain in FREE_MAIL else domain


KEYS = Keys(
    company_key=lambda name: name.casefold().removesuffix(" inc"), company_domain=company_domain, version="1"
)


def record_id(object_name: str, number: int) -> str:
    """The 18-character id of the n-th record of an object."""
    return to_18(f"{PREFIX[object_name]}{number:012d}")


def written(moment: datetime) -> str:
    """A time as the org writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


class ConnectionBrokenError(Exception):
    """The line went dead in the middle of an answer."""


@dataclass
class _Change:
    visible_at: datetime
    object_name: str
    record_id: str
    values: dict[str, Any] | None  # None: purged
    began: datetime


@dataclass
class FakeOrg:
    """The org. Its time is the clock's; `break_after` rows the next query fails; `blind` objects show no rows.

    `hidden` names what our user may not see: "Account", or "Account.Type".
    """

    clock: SetClock = field(default_factory=lambda: SetClock(START))
    break_after: int | None = None
    blind: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    calculated: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    described: list[str] = field(default_factory=list)
    covered_asked: list[str] = field(default_factory=list)
    covered_together: list[tuple[str, ...]] = field(default_factory=list)
    covered_trouble: Exception | None = None
    most_rows: int | None = None
    longest_query: int | None = None
    bulk_calls: list[str] = field(default_factory=list)
    bulk_trouble: tuple[int, Exception] | None = None
    ahead: timedelta = timedelta()
    _rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    _coming: list[_Change] = field(default_factory=list)

    def server_now(self) -> datetime:
        return (self.clock.now() + self.ahead).replace(microsecond=0)

    def add(
        self, object_name: str, number: int, *, late: float = 0, stamp: datetime | None = None, **values: Any
    ) -> str:
        """A new record; `late`: seconds until the transaction ends and others can see it."""
        made = record_id(object_name, number)
        now = self.clock.now()
        row = {"Id": made, "IsDeleted": False, "CreatedDate": written(now), "MasterRecordId": None, **values}
        self._change(object_name, made, row, late, stamp)
        return made

    def edit(
        self, object_name: str, made: str, *, late: float = 0, stamp: datetime | None = None, **values: Any
    ) -> None:
        """Change a record, also into the recycle bin and out of it (IsDeleted)."""
        self._change(object_name, made, {**self.row(object_name, made), **values}, late, stamp)

    def purge(self, object_name: str, made: str) -> None:
        """Delete for good: no query shows it any more."""
        self._settle()
        self._rows[object_name].pop(made)

    def row(self, object_name: str, made: str) -> dict[str, Any]:
        """A record as everybody sees it now."""
        self._settle()
        return self._rows[object_name][made]

    def busy(self, made: str) -> bool:
        """Is a transaction still open on the record?"""
        self._settle()
        return any(change.record_id == made for change in self._coming)

    def living(self, object_name: str) -> dict[str, dict[str, Any]]:
        """Every visible record that is not in the recycle bin."""
        self._settle()
        return {made: row for made, row in self._rows.get(object_name, {}).items() if not row["IsDeleted"]}

    def ids(self, object_name: str) -> list[str]:
        """Every visible record, the recycle bin included."""
        self._settle()
        return sorted(self._rows.get(object_name, {}))

    def describe(self, object_name: str) -> Mapping[str, Any]:
        return self.redescribe(object_name)

    def redescribe(self, object_name: str) -> Mapping[str, Any]:
        self.described.append(object_name)
        if object_name in self.hidden:
            raise ObjectMissingError(object_name)
        mapped = {name for one in MAPS if one.object_name == object_name for name in one.select_fields()}
        known = mapped.union(*(row.keys() for row in self._rows.get(object_name, {}).values()))
        shown = sorted(name for name in known if f"{object_name}.{name}" not in self.hidden)
        return {
            "fields": [{"name": name, "calculated": f"{object_name}.{name}" in self.calculated} for name in shown]
        }

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        self.calls.append(soql)
        names, object_name, keeps, order = _parse(soql)
        if object_name in self.hidden:
            raise ObjectMissingError(object_name)
        for name in names:
            if f"{object_name}.{name}" in self.hidden:
                raise FieldMissingError(name, object_name)
        self._settle()
        rows = [] if object_name in self.blind else [dict(row) for row in self._rows.get(object_name, {}).values()]
        found = [row for row in rows if keeps(row) and (deleted or not row["IsDeleted"])]
        if self.most_rows is not None and len(found) > self.most_rows:
            raise QueryFailedError(
                "too much", code="QUERY_TIMEOUT", object_name=object_name, verdict=Verdict.SPLIT
            )
        if self.longest_query is not None and len(soql) > self.longest_query:
            raise QueryFailedError("HTTP 414", object_name=object_name, verdict=Verdict.SPLIT)
        found.sort(key=lambda row: tuple(row[name] for name in order))
        return self._sent([{name: row.get(name) for name in names} for row in found])

    def query_bulk(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        """The same rows as one job; `bulk_trouble` comes after so many of them."""
        self.bulk_calls.append(soql)
        after, trouble = self.bulk_trouble or (None, None)
        for number, row in enumerate(FakeOrg.query(self, soql, deleted=deleted)):
            if number == after and trouble is not None:
                self.bulk_trouble = None
                raise trouble
            yield row
        self.calls.remove(soql)

    def all_latest_covered(self, object_names: Sequence[str]) -> Mapping[str, datetime]:
        """Several at once, without those of which nothing is said."""
        self.covered_together.append(tuple(object_names))
        found = {}
        for name in object_names:
            with suppress(AnswerRefusedError):
                found[name] = self.latest_covered(name)
        return found

    def latest_covered(self, object_name: str) -> datetime:
        self.covered_asked.append(object_name)
        if self.covered_trouble is not None:
            raise self.covered_trouble
        self._settle()
        now = self.server_now().replace(second=0)
        return min([now, *(one.began for one in self._coming if one.object_name == object_name)])

    def count(self, soql: str) -> int:
        _names, object_name, keeps, _order = _parse(soql)
        return sum(keeps(row) for row in self.living(object_name).values())

    def _sent(self, rows: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for number, row in enumerate(rows):
            if self.break_after is not None and number >= self.break_after:
                self.break_after = None
                raise ConnectionBrokenError
            yield row

    def _change(
        self, object_name: str, made: str, row: dict[str, Any], late: float, stamp: datetime | None
    ) -> None:
        now = self.clock.now()
        moment = written(stamp or now)
        values = {**row, "SystemModstamp": moment, "LastModifiedDate": moment}
        self._coming.append(_Change(now + timedelta(seconds=late), object_name, made, values, now))
        self._settle()

    def _settle(self) -> None:
        now = self.clock.now()
        for change in [one for one in self._coming if one.visible_at <= now]:
            self._rows.setdefault(change.object_name, {})[change.record_id] = dict(change.values or {})
            self._coming.remove(change)


_QUERY = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<object>\w+)(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>.+?))?"
)
_CONDITION = re.compile(r"(?P<field>\w+) (?P<operator>>=|<|=|!=|IN) (?P<value>.+)")


def _parse(soql: str) -> tuple[list[str], str, Any, list[str]]:
    found = _QUERY.fullmatch(soql)
    assert found, soql
    conditions = [_condition(text) for text in (found["where"] or "").split(" AND ") if text]

    def keeps(row: Mapping[str, Any]) -> bool:
        return all(holds(row) for holds in conditions)

    order = (found["order"] or "Id").split(", ")
    return found["fields"].split(", "), found["object"], keeps, order


def _condition(text: str) -> Any:
    found = _CONDITION.fullmatch(text)
    assert found, text
    name, operator, value = found["field"], found["operator"], found["value"]
    if operator == ">=":
        since = written(datetime.fromisoformat(value))
        return lambda row: row[name] >= since
    if operator == "<":
        before = written(datetime.fromisoformat(value))
        return lambda row: row[name] < before
    if operator == "!=":
        assert value == "null", text
        return lambda row: row[name] is not None
    if operator == "=":
        wanted = {"false": False, "true": True}[value]
        return lambda row: row[name] is wanted
    listed = {part.strip("'") for part in value.strip("()").split(",")}
    return lambda row: row[name] in listed
