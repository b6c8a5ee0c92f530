"""A small org in memory for the tests of sending: conditions in whole seconds, people, locks, and lost answers."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sfrouter.base.clock import SetClock
from sfrouter.config.mapping import FieldMapping, ObjectMap
from sfrouter.model.ids import to_18
from sfrouter.salesforce.errors import OrgUnreachableError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import RowAnswer, RowChange, RowOutcome, WireValue, failed

SOMEBODY = to_18("005000000000077")
ROUTER = to_18("005000000000099")
_QUERY = re.compile(r"SELECT (?P<fields>.+) FROM (?P<object>\w+) WHERE (?P<field>\w+) IN \((?P<ids>.+)\)")

LEAD_FIELDS = {
    "id": "Id", "owner_id": "OwnerId", "modified_at": "LastModifiedDate", "converted": "IsConverted",
    "account_id": "Matched_Account__c", "status": "Status", "priority": "Rating", "company": "Company",
    "deleted": "IsDeleted",
}  # fmt: skip
TASK_FIELDS = {
    "id": "Id", "lead_id": "WhoId", "owner_id": "OwnerId", "subject": "Subject", "text": "Description",
    "due_on": "ActivityDate", "status": "Status", "priority": "Priority", "reminder": "IsReminderSet",
    "reminder_at": "ReminderDateTime",
}  # fmt: skip


def mapping() -> FieldMapping:
    """The mapping of this org."""
    lead_words = {"priority": {"hot": ("Hot",), "high": ("Warm",)}, "status": {"disqualified": ("Unqualified",)}}
    task_words = {"status": {"open": ("Not Started",)}, "priority": {"normal": ("Normal",), "high": ("High",)}}
    lead = _object("lead", "Lead", LEAD_FIELDS, lead_words)
    task = _object("task", "Task", TASK_FIELDS, task_words)
    return FieldMapping(objects={"lead": lead, "task": task})


def _object(
    noun: str, name: str, fields: Mapping[str, str], words: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> ObjectMap:
    listed = MappingProxyType({ours: (theirs,) for ours, theirs in fields.items()})
    return ObjectMap(noun=noun, object_name=name, fields=listed, words=words)


@dataclass(frozen=True)
class OwnerChange:
    """One line of a lead's history: owner or link."""

    lead_id: str
    old: str
    new: str
    by: str
    at: datetime


@dataclass
class Fault:
    """What happens to one call: `lost` before or after it is carried out, `late` by some seconds, or refused."""

    how: str = "none"
    seconds: float = 0.0


@dataclass
class FakeOrg:
    """`next_fault` is asked before every call, `row_fault` for every row; `step` may raise to stop the process."""

    clock: SetClock
    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    inactive: set[str] = field(default_factory=set)
    history: list[OwnerChange] = field(default_factory=list)
    links: list[OwnerChange] = field(default_factory=list)  # the same for the account link
    calls: list[tuple[str, int]] = field(default_factory=list)
    next_fault: Callable[[str], Fault] = lambda _kind: Fault()
    row_fault: Callable[[str, Mapping[str, Any]], tuple[Verdict, str, str] | None] = lambda _kind, _row: None
    step: Callable[[], None] = lambda: None
    _late: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def add_lead(self, lead_id: str, owner_id: str, **values: Any) -> None:
        """A new lead, modified now."""
        self.leads[lead_id] = {
            "Id": lead_id, "OwnerId": owner_id, "Matched_Account__c": None, "IsConverted": False, "Status": "Open",
            "Rating": None, "Company": "Acme", "LastModifiedDate": self._second(), **values,
        }  # fmt: skip

    def person_edits(self, lead_id: str, by: str = SOMEBODY, **values: Any) -> None:
        """A person, or another program, changes a lead."""
        self._write(lead_id, values, by)

    def advance(self, seconds: float) -> None:
        """Time goes by; what was under way is carried out at its time."""
        end = self.clock.now() + timedelta(seconds=seconds)
        for at, work in sorted(self._late, key=lambda item: item[0]):
            if at <= end:
                self.clock.advance(max(0.0, (at - self.clock.now()).total_seconds()))
                work()
        self._late = [item for item in self._late if item[0] > end]
        self.clock.advance(max(0.0, (end - self.clock.now()).total_seconds()))

    def server_now(self) -> datetime:
        return self.clock.now()

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        self.step()
        self.calls.append(("query", 0))
        if self.next_fault("query").how != "none":
            raise OrgUnreachableError("the org did not answer")
        asked = _QUERY.fullmatch(soql)
        assert asked is not None, soql
        ids = set(re.findall(r"'(\w+)'", asked["ids"]))
        rows = list(self.leads.values()) if asked["object"] == "Lead" else self.tasks
        found = [row for row in rows if row[asked["field"]] in ids and (deleted or not row.get("IsDeleted"))]
        for row in found:
            yield {name: self._wire(row.get(name)) for name in asked["fields"].split(", ")}

    def change_rows(self, object_name: str, changes: Sequence[RowChange]) -> list[RowAnswer]:
        assert object_name == "Lead"
        assert len(changes) <= 25

        def work() -> list[RowAnswer]:
            return [self._change(change) for change in changes]

        return self._call("change", len(changes), work)

    def create_rows(self, object_name: str, rows: Sequence[Mapping[str, WireValue]]) -> list[RowAnswer]:
        assert object_name == "Task"
        assert len(rows) <= 200
        return self._call("create", len(rows), lambda: [self._create(row) for row in rows])

    def delete_rows(self, record_ids: Sequence[str]) -> list[RowAnswer]:
        raise AssertionError("no test of this org removes anything")

    def hanging_on(self, object_name: str, record_id: str) -> tuple[str, ...]:
        raise AssertionError("no test of this org removes anything")

    def _call(self, kind: str, count: int, work: Callable[[], list[RowAnswer]]) -> list[RowAnswer]:
        self.step()
        self.calls.append((kind, count))
        fault = self.next_fault(kind)
        silent = [failed(Verdict.UNKNOWN, "", "no answer")] * count
        if fault.how == "lost before":
            return silent
        if fault.how == "late":
            self._late.append((self.clock.now() + timedelta(seconds=fault.seconds), work))
            return silent
        if fault.how in {verdict.value for verdict in Verdict}:
            return [failed(Verdict(fault.how), "CODE", "the whole call was refused")] * count
        answers = work()
        self.step()
        return silent if fault.how == "lost after" else answers

    def _change(self, change: RowChange) -> RowAnswer:
        lead = self.leads.get(change.record_id)
        if lead is None:
            return failed(Verdict.GONE, "ENTITY_IS_DELETED", "entity is deleted")
        refused = self.row_fault("change", {**lead, **change.values})
        if refused is not None:
            return failed(*refused)
        if lead["IsConverted"]:
            return failed(Verdict.CONVERTED, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        since = change.unmodified_since
        assert since is not None
        if lead["LastModifiedDate"] > since.replace(microsecond=0):
            return failed(Verdict.CHANGED, "PRECONDITION_FAILED", "modified since")
        if change.values.get("OwnerId") in self.inactive:
            return failed(Verdict.OWNER_INACTIVE, "INACTIVE_OWNER_OR_USER", "operation with inactive user")
        self._write(change.record_id, change.values, ROUTER)
        return RowAnswer(outcome=RowOutcome.DONE, record_id=change.record_id)

    def _create(self, row: Mapping[str, WireValue]) -> RowAnswer:
        refused = self.row_fault("create", row)
        if refused is not None:
            return failed(*refused)
        if row["OwnerId"] in self.inactive:
            return failed(Verdict.OWNER_INACTIVE, "INACTIVE_OWNER_OR_USER", "operation with inactive user")
        if row["WhoId"] not in self.leads:
            return failed(Verdict.GONE, "ENTITY_IS_DELETED", "entity is deleted")
        record_id = to_18(f"00T{len(self.tasks):012}")
        self.tasks.append({**row, "Id": record_id, "CreatedDate": self.clock.now()})
        return RowAnswer(outcome=RowOutcome.DONE, record_id=record_id)

    def _write(self, lead_id: str, values: Mapping[str, Any], by: str) -> None:
        lead = self.leads[lead_id]
        if values.get("OwnerId", lead["OwnerId"]) != lead["OwnerId"]:
            self.history.append(OwnerChange(lead_id, lead["OwnerId"], values["OwnerId"], by, self.clock.now()))
        link = "Matched_Account__c"
        if values.get(link, lead[link]) != lead[link]:
            self.links.append(OwnerChange(lead_id, lead[link] or "", values[link], by, self.clock.now()))
        lead.update(values)
        lead["LastModifiedDate"] = self._second()

    def _second(self) -> datetime:
        return self.clock.now().replace(microsecond=0)

    def _wire(self, value: Any) -> Any:
        return value.strftime("%Y-%m-%dT%H:%M:%S.000+0000") if isinstance(value, datetime) else value
