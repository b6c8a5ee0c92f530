"""What must never happen, looked for in the org's own rows and history and in the router's files."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tests.simulation.files import LedgerFile, MirrorFile, Row, read_ledger, read_mirror, sound
from tests.simulation.history import History
from tests.simulation.other_org import kept_of_it
from tests.simulation.transport import Call

Found = Iterator[str]
REFERENCE = re.compile(r"\bsfr-([0-9a-f]{16})\b")
_COMPOUND = re.compile(r"\b(Address|BillingAddress|ShippingAddress|MailingAddress)\b")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\S?")
LONGEST_ADDRESS = 8_000
OVERLAP = timedelta(seconds=660)
AFTERWARDS = frozenset({"sla", "departed_owner"})
"""Rules that may change an owner whom a person chose, as the policy says so by name."""
LEAD_FIELDS = frozenset({"OwnerId", "Account__c", "Routing_Reason__c", "Rating"})


@dataclass(frozen=True)
class Evidence:
    """The history and everything that it left behind."""

    history: History

    @cached_property
    def ledger(self) -> LedgerFile:
        """The ledger's file, with the words that the router erased since."""
        return self.history.kept.joined(read_ledger(self.history.data))

    @cached_property
    def lead_writes(self) -> dict[tuple[str, int], Row]:
        """The write of a lead by the lead and the number of its decision."""
        return {(row["lead_id"], row["decision_number"]): row for row in self.ledger.writes("lead")}

    @cached_property
    def last_writes(self) -> dict[str, Row]:
        """The newest write of each lead."""
        return {row["lead_id"]: row for row in self.ledger.writes("lead")}

    @cached_property
    def mirror(self) -> MirrorFile:
        """The mirror's file."""
        return read_mirror(self.history.data)

    @cached_property
    def router(self) -> str:
        """The integration user's id."""
        return self.history.org.id_of("@router")

    @cached_property
    def intake(self) -> str:
        """The intake queue's id."""
        return self.history.org.id_of("@inbound")

    def rows(self, name: str) -> list[Row]:
        """The org's rows, those in the recycle bin too."""
        return self.history.org.store.rows(name, include_deleted=True)

    @cached_property
    def leads(self) -> dict[str, Row]:
        """The org's leads by id."""
        return {row["Id"]: row for row in self.rows("Lead")}

    @cached_property
    def owner_changes(self) -> dict[str, list[Row]]:
        """What the org's history says about owners, by lead, in its order."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows("LeadHistory"):
            if row["Field"] == "Owner" and row["DataType"] == "EntityId":
                found[row["LeadId"]].append(row)
        return found

    def uncontested(self) -> Iterator[tuple[str, list[Row]]]:
        """The owner changes of the leads that no automation fights over: it may act in the router's own name."""
        contested = self.history.contested
        return (item for item in self.owner_changes.items() if item[0] not in contested)

    def ours(self) -> Iterator[Row]:
        """The owner changes that the router made."""
        for changes in self.owner_changes.values():
            yield from (row for row in changes if row["CreatedById"] == self.router)

    def owner_writes(self, lead_id: str) -> list[Row]:
        """The lead writes with an owner that may have reached the org."""
        return [
            row for row in self.ledger.writes("lead")
            if row["lead_id"] == lead_id and "OwnerId" in row["values"] and row["attempts"]
        ]  # fmt: skip


def elapsed(one: Evidence, moment: datetime) -> float:
    """Seconds since the history's start."""
    return (moment - one.history.start).total_seconds()


def i02_one_change_a_decision(one: Evidence) -> Found:
    for lead_id, changes in one.uncontested():
        made = Counter(row["NewValue"] for row in changes if row["CreatedById"] == one.router)
        asked = Counter(row["values"]["OwnerId"] for row in one.owner_writes(lead_id))
        for owner, count in (made - asked).items():
            yield f"I2 lead {lead_id} went to {owner} {count} time(s) more than was decided"


def i03_nobody_who_left(one: Evidence) -> Found:
    queues = {row["QueueId"] for row in one.rows("QueueSobject") if row["SobjectType"] == "Lead"}
    for row in one.ours():
        owner, at = str(row["NewValue"]), elapsed(one, row["CreatedDate"])
        away = one.history.people.away.get(owner, [])
        if any(since + 1 <= at and (until is None or at + 1 <= until) for since, until in away):
            yield f"I3 lead {row['LeadId']} went to {owner}, who was inactive or without a licence"
        if owner.startswith("00G") and owner not in queues:
            yield f"I3 lead {row['LeadId']} went to {owner}, a queue without leads"


def i04_no_person_overwritten(one: Evidence) -> Found:
    decided = {(row["lead_id"], row["number"]): row for row in one.ledger.decisions}
    for lead_id, changes in one.uncontested():
        before: Row | None = None
        for row in changes:
            if row["CreatedById"] == one.router:
                yield from _overwritten(one, lead_id, row, before, decided)
            before = row


def _overwritten(
    one: Evidence, lead_id: str, row: Row, before: Row | None, decided: dict[tuple[str, int], Row]
) -> Found:
    writes = [write for write in one.owner_writes(lead_id) if write["values"]["OwnerId"] == row["NewValue"]]
    if before is not None and any(_in_the_same_second(write, before) for write in writes):
        return
    found = [decided[lead_id, write["decision_number"]] for write in writes]
    if not any(decision["lead_owner_id"] == row["OldValue"] for decision in found):
        yield f"I4 lead {lead_id} was taken from {row['OldValue']}, whom no decision had seen as its owner"
    by_person = before is not None and before["CreatedById"] != one.router and row["OldValue"][:3] == "005"
    allowed = lead_id in one.history.people.linked or any(each["rule"] in AFTERWARDS for each in found)
    if by_person and not allowed:
        yield f"I4 lead {lead_id} was taken from {row['OldValue']}, to whom a person had given it"


def _in_the_same_second(write: Row, change: Row) -> bool:
    """Was a change stamped in the second of the lead's last known one? Seen late, no condition tells it apart."""
    return bool(write["unmodified_since"]) and change["CreatedDate"] == datetime.fromisoformat(
        write["unmodified_since"] + "+00:00"
    )


def i05_no_task_twice(one: Evidence) -> Found:
    known = {row["key"][:16] for row in one.ledger.writes("task")}
    seen: Counter[str] = Counter()
    for row in one.rows("Task"):
        if row["CreatedById"] == one.router:
            marks = REFERENCE.findall(row["Description"] or "")
            seen.update(marks)
            if len(marks) != 1 or marks[0] not in known:
                yield f"I5 Task {row['Id']} is none that was asked for"
    for mark, count in seen.items():
        if count > 1:
            yield f"I5 Task sfr-{mark} is there {count} times"


def i06_one_account_a_domain(one: Evidence) -> Found:
    accounts = {row["Id"]: row for row in one.rows("Account")}
    made = Counter(row["Website"] for row in accounts.values() if row["CreatedById"] == one.router)
    for count in made.values():
        if count > 1:
            yield f"I6 {count} accounts were made for one domain"
    for lead in one.leads.values():
        account = accounts.get(lead["Account__c"] or "")
        gone = lead["Account__c"] and (account is None or account["IsDeleted"])
        if gone and not lead["IsDeleted"] and not (account and _out_of_sight(one, lead, account)):
            yield f"I6 lead {lead['Id']} points to an account that is gone"


def _out_of_sight(one: Evidence, lead: Row, account: Row) -> bool:
    """Could the merge of this account not see the link: unanswered on its way, or of a lead in the recycle bin?"""
    merged = elapsed(one, account["SystemModstamp"])
    links = [
        each for each in one.history.wire.exchanges if each.call.kind == "change"
        for part in each.call.parts if str(part.get("url", "")).endswith(lead["Id"])
        and part["body"].get("Account__c") == account["Id"]
    ]  # fmt: skip
    on_its_way = any(each.status == 0 and each.left <= merged for each in links)
    in_the_bin = lead["Id"] in one.history.people.returned and all(each.left <= merged for each in links)
    return bool(account["MasterRecordId"]) and (on_its_way or in_the_bin)


def i07_the_floor_passes_nothing(one: Evidence) -> Found:
    if not one.mirror.floor or (one.history.mode == "hostile" and one.history.met["sharing hides rows"]):
        return  # what was hidden while all leads were read, a sweep finds; hostile histories live through none
    floor = datetime.fromisoformat(one.mirror.floor + "+00:00") - OVERLAP
    for lead in one.leads.values():
        here = one.mirror.leads.get(lead["Id"])
        if here and here["deleted"] and lead["IsDeleted"]:
            continue  # by whatever way the router came to know of it
        if lead["SystemModstamp"] < floor and (here is None or _stamp(here) < lead["SystemModstamp"]):
            yield f"I7 lead {lead['Id']} is behind the floor and not in the mirror"


def _stamp(row: Row) -> datetime:
    return datetime.fromisoformat(row["stamp"] + "+00:00")


def i08_counters_move_with_decisions(one: Evidence) -> Found:
    turns: dict[tuple[str, str], int] = {}
    for decision in one.ledger.decisions:
        for move in decision["trace"].get("moves", ()):
            turns |= {(move["pool"], person): count for person, count in move["turns"].items()}
    if turns != one.ledger.turns:
        yield f"I8 the counters are not what the decisions made them: {one.ledger.turns} against {turns}"


def i10_doubtful_matches_write_nothing(one: Evidence) -> Found:
    for decision in one.ledger.decisions:
        match = decision["trace"]["match"]
        by_match = decision["link_account_id"] is not None and decision["link_account_id"] == match["account_id"]
        if by_match and match["band"] not in ("auto", "link"):
            yield f"I10 lead {decision['lead_id']} is linked by a match of band {match['band']}"


def i11_only_what_is_declared(one: Evidence) -> Found:
    for exchange in one.history.wire.exchanges:
        call = exchange.call
        if call.only_asks:
            continue
        if not call.request.path.endswith(("/composite", "/composite/sobjects")):
            yield f"I11 call {call.number} writes to {call.request.path} ({call.request.method})"
        elif call.request.method == "DELETE":
            yield from _removed(one, call)
        elif call.request.method != "POST" or not call.parts:
            yield f"I11 call {call.number} is a {call.request.method} of nothing known"
        for part in call.parts:
            yield from _part(call.number, call.kind, part)


def _removed(one: Evidence, call: Call) -> Found:
    """Of what was made by mistake only accounts are taken back, and only the router's own."""
    ours = {row["Id"] for row in one.rows("Account") if row["CreatedById"] == one.router}
    ids = call.request.parameters.get("ids", "").split(",")
    yield from (f"I11 call {call.number} deletes {each or 'nothing'}" for each in ids if each not in ours)


def i11_nothing_in_another_org(one: Evidence) -> Found:
    """F28: by what that org did, and by the rows of it in the mirror when ours was back, and at the end."""
    for what in dict.fromkeys((*one.history.elsewhere, *kept_of_it(one.history.data))):
        yield f"I11 {what}"


def _part(number: int, kind: str, part: dict[str, Any]) -> Found:
    if kind == "create":
        if part["attributes"]["type"] not in ("Task", "Account"):
            yield f"I11 call {number} creates a {part['attributes']['type']}"
        return
    headers = {name.lower(): value for name, value in part["httpHeaders"].items()}
    if part["method"] != "PATCH" or "/sobjects/Lead/00Q" not in part["url"]:
        yield f"I11 call {number} changes {part['url']}"
    if set(part["body"]) - LEAD_FIELDS:
        yield f"I11 call {number} writes {sorted(set(part['body']) - LEAD_FIELDS)}"
    if headers.get("sforce-auto-assign") != "FALSE" or "if-unmodified-since" not in headers:
        yield f"I11 call {number} writes a lead without its headers (F35)"


def queries_are_well_made(one: Evidence) -> Found:
    """F14, F15, F16: parts instead of compound fields, short addresses, moments that end in Z."""
    for exchange in one.history.wire.exchanges:
        soql = exchange.call.soql
        if not soql:
            continue
        if _COMPOUND.search(soql) or "FIELDS(" in soql.upper():
            yield f"X6 call {exchange.number} asks for a compound field, or for all fields"
        if len(exchange.call.request.query) > LONGEST_ADDRESS:
            yield f"X6 call {exchange.number} has an address of {len(exchange.call.request.query)} characters"
        if any(not moment.endswith("Z") for moment in _MOMENT.findall(soql)):
            yield f"X6 call {exchange.number} has a moment that does not end in Z"


def done_is_done(one: Evidence) -> Found:
    tasks = {row["Id"] for row in one.rows("Task")}
    # With a lead that is deleted, or merged into one that is, its Tasks may be gone for good.
    alive = {lead_id for lead_id, row in one.leads.items() if not row["IsDeleted"]}
    for row in one.ledger.writes("task"):
        if row["state"] == "done" and row["record_id"] not in tasks and row["lead_id"] in alive:
            yield f"X2 Task {row['key'][:16]} is called done and is not in the org"
    for row in one.ledger.writes("lead"):
        lead, owner = row["lead_id"], row["values"].get("OwnerId")
        changes = one.owner_changes.get(lead, [])
        if (
            row["state"] == "done"
            and owner
            and lead in one.leads
            and all(each["NewValue"] != owner for each in changes)
        ):
            yield f"X2 lead {lead} is called done, and never went to {owner}"


def nobody_erased_who_lives(one: Evidence) -> Found:
    """X7: only of leads that were deleted, or merged into others, is anything erased; some may have come back."""
    for lead_id in sorted(one.history.kept.erased(read_ledger(one.history.data))):
        lead = one.leads.get(lead_id)
        if lead and not lead["IsDeleted"] and lead_id not in one.history.people.returned:
            yield f"X7 lead {lead_id} lives, was never deleted, and its decisions were erased"
        if lead_id not in one.history.kept.leads:
            yield f"X7 lead {lead_id} stands erased in the ledger, and no erasure was seen"


def nothing_broke(one: Evidence) -> Found:
    for line in one.history.log.getvalue().splitlines():
        if any(f'"{event}"' in line for event in ("job_broke", "lead_not_decided", "not_followed_up")):
            yield f"X1 an error that nobody expected: {line[-600:]}"
    yield from (f"X9 {what}" for what in sorted(set(one.history.wire.careless)))
    yield from (f"X3 the local org failed: {what}" for what in one.history.wire.org_faults)
    state = sound(one.history.data)
    if state != "ok":
        yield f"X4 the ledger is damaged: {state}"


SAFETY: tuple[Callable[[Evidence], Found], ...] = (
    i02_one_change_a_decision, i03_nobody_who_left, i04_no_person_overwritten, i05_no_task_twice,
    i06_one_account_a_domain, i07_the_floor_passes_nothing, i08_counters_move_with_decisions,
    i10_doubtful_matches_write_nothing, i11_only_what_is_declared, i11_nothing_in_another_org,
    queries_are_well_made, done_is_done, nobody_erased_who_lives, nothing_broke,
)  # fmt: skip
