"""A router around the sender, as small as can be: decides what waits in the queue, sends, may be killed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sfrouter.ledger.ledger import Ledger
from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.decision import Decision, Notice
from sfrouter.model.evidence import NO_MATCH
from sfrouter.model.ids import to_18
from sfrouter.model.records import Lead
from sfrouter.model.write import Write, WriteState
from sfrouter.writeback.plan import plan_writes
from sfrouter.writeback.report import SendReport
from sfrouter.writeback.send import Sender
from sfrouter.writeback.settings import SendSettings
from tests.writeback.fake_org import ROUTER, FakeOrg, mapping

ORG_ID = to_18("00D000000000001")
QUEUE = to_18("00G000000000001")
ACME = to_18("001000000000001")
PEOPLE = tuple(to_18(f"005{index:012}") for index in range(1, 6))
BOSS = to_18("005000000000050")
NOON = datetime(2026, 3, 2, 12, 0, 0, 400_000, tzinfo=UTC)
ENDED = frozenset({WriteState.DONE, WriteState.REFUSED, WriteState.SUPERSEDED, WriteState.DEAD})


class KilledError(BaseException):
    """The process ends here, as by kill -9: no handler may stop it."""


def lead_id(index: int) -> str:
    return to_18(f"00Q{index:012}")


class House:
    """One ledger, one fake org. `path` None keeps the ledger in memory, which is much faster."""

    def __init__(self, org: FakeOrg, path: Path | None, settings: SendSettings | None = None) -> None:
        self.org = org
        self.path = path
        self.settings = settings or SendSettings()
        self.ledger = Ledger.open(path, org.clock)
        self._owners: dict[tuple[str, int], str] = {}
        self.start()

    def open_again(self) -> None:
        """A new process: nothing is left but what the ledger kept. One in memory stands for its file."""
        store = self.ledger._store
        store.__dict__.pop("write", None)  # no longer killable
        if self.path is None:
            self.ledger = Ledger(store)
        else:
            self.ledger.close()
            self.ledger = Ledger.open(self.path, self.org.clock)
        self.start()

    def start(self) -> None:
        """Begin, and learn what was in mid-air."""
        self.sender = Sender(self.org, self.ledger, mapping(), self.org.clock, self.settings, seed=7)
        self.sender.recover()

    def read(self, record_id: str) -> Lead:
        """A lead as the org shows it now."""
        row = self.org.leads[record_id]
        return Lead(
            id=record_id,
            owner_id=row["OwnerId"],
            created_at=NOON,
            modified_at=row["LastModifiedDate"],
            stamp=row["LastModifiedDate"],
            account_id=row["Matched_Account__c"],
            status=row["Status"],
            converted=row["IsConverted"],
        )

    def decide(self, record_id: str, owner_id: str = PEOPLE[0], **changes: object) -> Decision:
        """Decide a lead, tell its new owner and the boss, and record it."""
        lead = self.read(record_id)
        return self.decide_on(lead, self.org.server_now(), owner_id, **changes)

    def decide_on(self, lead: Lead, read_at: datetime, owner_id: str = PEOPLE[0], **changes: object) -> Decision:
        """Decide a lead as it was read at a moment."""
        last = self.ledger.last_decision(lead.id)
        values: dict[str, Any] = {
            "owner": Owner(id=owner_id, kind=OwnerKind.PERSON, name="Somebody"),
            "notices": (notice("new_owner", owner_id), notice("executive", BOSS)),
            "link_account_id": lead.account_id or ACME,
            **changes,
        }
        made = Decision(
            lead_id=lead.id, number=(last.decision.number if last else 0) + 1, at=self.org.server_now(),
            rule="default_pool", place="10", ids=(), reason="next in turn", match=NO_MATCH, steps=(),
            lead_owner_id=lead.owner_id, lead_account_id=lead.account_id, **values,
        )  # fmt: skip
        if made.owner is not None:
            self._owners[lead.id, made.number] = made.owner.id
        self.ledger.record(made, plan_writes(made, lead, mapping(), ORG_ID, read_at=read_at), ())
        return made

    def route_all(self, choose: Callable[[Sequence[str]], str]) -> None:
        """Decide every lead that waits in the queue and was not decided, or is to be decided anew."""
        anew = self.ledger.to_decide_anew()
        away = self.ledger.suspended_people(self.org.server_now())
        decided = self.ledger.last_decisions(key for key, row in self.org.leads.items() if row["OwnerId"] == QUEUE)
        for record_id, row in sorted(self.org.leads.items()):
            if row["OwnerId"] != QUEUE or row["IsConverted"]:
                if record_id in anew:
                    self.ledger.drop_decide_anew(record_id)
            elif record_id not in decided or record_id in anew:
                here = [person for person in PEOPLE if person not in away]
                self.decide(record_id, choose(here or PEOPLE))

    def owner_of(self, write: Write) -> str:
        """The owner that the write's decision chose."""
        return self._owners[write.lead_id, write.decision_number]

    def send(self) -> SendReport:
        return self.sender.send_due()

    def states(self) -> dict[str, list[str]]:
        """The states of each lead's writes, in the order they were planned."""
        found: dict[str, list[str]] = {}
        for write in self.ledger.writes(limit=100_000):
            found.setdefault(write.lead_id, []).append(write.state.value)
        return found

    def make_killable(self) -> None:
        """`org.step` is called around each call, before each transaction, and before and after its commit."""
        store = self.ledger._store
        original = store.write

        @contextmanager
        def stepping() -> Iterator[Connection]:
            self.org.step()
            with original() as connection:
                yield connection
                self.org.step()
            self.org.step()

        store.write = stepping  # type: ignore[method-assign]


def notice(kind: str, person_id: str) -> Notice:
    return Notice(kind=kind, person_id=person_id, subject="New lead", text="Please call.")


def check_invariants(house: House) -> None:
    """What must hold at every end, whatever happened on the way; judged from the org and the ledger."""
    for change in house.org.history:
        if change.by == ROUTER:
            assert change.old == QUEUE, f"a person's owner was overwritten: {change}"
    for change in house.org.links:
        if change.by == ROUTER:
            assert change.old == "", f"a person's link was overwritten: {change}"
    by_mark: dict[str, int] = {}
    owners = {f"sfr-{write.key[:16]}": house.owner_of(write) for write in house.ledger.writes(limit=100_000)}
    for task in house.org.tasks:
        mark = task["Description"].rpartition("Ref: ")[2]
        by_mark[mark] = by_mark.get(mark, 0) + 1
        assert mark in owners, "a Task that nobody planned"
        assert any(
            (change.lead_id, change.new) == (task["WhoId"], owners[mark]) and change.at <= task["CreatedDate"]
            for change in house.org.history
        ), "a Task whose owner had not taken effect"
    writes = house.ledger.writes(limit=100_000)
    for write in writes:
        if write.object_name == "Task":
            count = by_mark.pop("sfr-" + write.key[:16], 0)
            assert count <= 1, "a Task twice"
            if write.state in ENDED:
                assert count == (write.state is WriteState.DONE), (
                    f"{count} Tasks, but the ledger says {write.state}"
                )
    routed = [change.lead_id for change in house.org.history if change.by == ROUTER]
    assert len(routed) == len(set(routed)), "two effective assignments of one lead"


def check_converged(house: House) -> None:
    """Once the faults stop: nothing is under way, and every lead has an owner or a reason."""
    live = [write for write in house.ledger.writes(limit=100_000) if write.state not in ENDED]
    assert not live, [(write.kind, write.state, write.extra, write.not_before) for write in live]
    for record_id, row in house.org.leads.items():
        stored = house.ledger.last_decision(record_id)
        if row["OwnerId"] == QUEUE and not row["IsConverted"]:
            assert stored is not None
            assert stored.lead_write in (WriteState.REFUSED, WriteState.DEAD), (record_id, stored.lead_write)
        if stored is not None and stored.lead_write is WriteState.DONE:
            tasks = [item for item in house.ledger.writes(record_id) if item.object_name == "Task"]
            newest = [item.state for item in tasks if item.decision_number == stored.decision.number]
            assert set(newest) <= {WriteState.DONE, WriteState.REFUSED, WriteState.DEAD}, newest
