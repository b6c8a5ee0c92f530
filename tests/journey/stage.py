"""A desk in memory for the tests of the journey: rows put by hand, writes settled by hand, no org behind it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sfrouter.base.clock import SetClock
from sfrouter.base.database import writing
from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.config.policy_form import Intake
from sfrouter.config.policy_value import Policy
from sfrouter.config.settings import Settings
from sfrouter.config.shipped import shipped_mappings
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.journey.assembly import House
from sfrouter.journey.decide_waiting import DecideReport, decide_waiting
from sfrouter.journey.desk import Desk
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.settlement import Settlement
from sfrouter.matching.key_version import normaliser_version
from sfrouter.matching.search_keys import company_domain_of, company_key_of, keys_version
from sfrouter.matching.settings import MatchSettings
from sfrouter.mirror.convert import digest
from sfrouter.mirror.derive import Keys, derive, refresh_keys
from sfrouter.mirror.put import put
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.report import PullReport
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS
from sfrouter.model.decision import Decision
from sfrouter.model.ids import to_18
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.routing import notices, rules
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.rule import Rule
from sfrouter.salesforce.counts import CallCount
from sfrouter.salesforce.gateway import Gateway, Identity
from sfrouter.writeback.report import SendReport
from sfrouter.writeback.send import Sender

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES, NOTICES = rules.shelf(), notices.shelf()
PREFIX = {
    "user": "005",
    "queue": "00G",
    "account": "001",
    "opportunity": "006",
    "lead": "00Q",
    "organization": "00D",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "competitor": {"queue": "Rivals"},
    "customer_owner": {"hand_off_value": None},
}
ORDER = (
    "competitor", "partner", "strategic_account", "named_account", "churned_customer", "customer_owner",
    "open_opportunity", "prospect_owner", "previous_lead_owner", "company_profile", "default_pool",
)  # fmt: skip


def an_id(noun: str, number: int) -> str:
    """The id of the n-th record of a noun."""
    return to_18(f"{PREFIX[noun]}{number:012}")


INBOUND, UNROUTED, RIVALS = (an_id("queue", number) for number in (1, 2, 3))
ROUTER, SARAH, BOB, CARL, DORA = (an_id("user", number) for number in (1, 2, 3, 4, 5))
NAMES = {ROUTER: "router", SARAH: "sarah", BOB: "bob", CARL: "carl", DORA: "dora"}
ACME = an_id("account", 1)


def a_policy(**changes: Any) -> Policy:
    """All rules, the two notices that tests count, one pool of Bob, Carl and Dora."""
    parts: tuple[Rule, ...] = tuple(RULES[name](**OPTIONS.get(name, {})) for name in ORDER)
    told: tuple[NoticePart, ...] = tuple(
        NOTICES[name]() for name in ("new_owner", "account_owner", "busy_company")
    )
    values: dict[str, Any] = {
        "intake": Intake(queues=("Inbound",)),
        "catch_all_queue": "Unrouted",
        "rules": parts,
        "notices": told,
        "matching": MatchSettings(),
        "pools": (Pool(name="all", members=("bob@ours.example", "carl@ours.example", "dora@ours.example")),),  # type: ignore[arg-type]
        "territories": (Territory(name="World", pool="all"),),
        "hash": "of the tests",
    }
    return Policy(**{**values, **changes})


def the_mapping() -> FieldMapping:
    """The mapping that is shipped."""
    found, problems = read_mapping(shipped_mappings() / "fields.yaml")
    assert found is not None, problems
    return found


class Door:
    """What the journey asks of the gateway besides rows."""

    instance_url = "https://org.example"
    usage: tuple[int, int] | None = None
    clock_skew: timedelta | None = None

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self.calls = CallCount()
        self.waiting: Callable[[], None] = lambda: None

    def while_waiting(self, call: Callable[[], None]) -> None:
        self.waiting = call

    def server_now(self) -> datetime:
        return self._clock.now()

    def refuse_other_org(self) -> None:
        """It is always the same org."""

    def token_org(self) -> str:
        return ""

    def query_all_rows(self, _soql: str) -> list[dict[str, Any]]:
        """What the org tells of itself: nothing is private."""
        return []

    def identity(self) -> Identity:
        return Identity(user_id=ROUTER, org_id=to_18("00D000000000001"))


class Pulls:
    """Stands for the puller: counts what was asked for, and brings the accounts that the org made a moment ago."""

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage
        self.asked: list[str] = []
        self.unseen: list[dict[str, Any]] = []
        self.finished: dict[str, datetime | None] = {}

    def finished_at(self, noun: str) -> datetime | None:
        return self.finished.get(noun)

    def pull(self, noun: str, _progress: object = None) -> PullReport:
        self.asked.append(noun)
        if noun == "account":
            for values in self.unseen:
                self._stage.account(**values)
            self.unseen.clear()
        return PullReport(noun=noun)

    def calculates(self, _noun: str) -> bool:
        return False

    def pull_owner_history(self, _router_id: str) -> int:
        return 0


class Post:
    """Stands for the sender: counts its rounds."""

    def __init__(self) -> None:
        self.rounds = 0
        self.report = SendReport()

    def send_due(self, _keep_going: object = None) -> SendReport:
        self.rounds += 1
        return self.report

    def recover(self) -> int:
        return 0


class Stage:
    """The whole journey but the org. `cycle` decides what waits; `write` and `fail` say what the org answered."""

    def __init__(self, folder: Path | None = None, **policy: Any) -> None:
        self.clock = SetClock(NOON)
        self.mapping = the_mapping()
        self.mirror = Mirror.open(folder / "mirror.db" if folder else None)
        self.ledger = Ledger.open(folder / "ledger.db" if folder else None, self.clock)
        self.policy = a_policy(**policy)
        free = self.policy.matching
        self.keys = Keys(
            company_key=company_key_of,
            company_domain=lambda address: company_domain_of(address, free),
            version=keys_version(free),
            account_version=normaliser_version(),
        )
        refresh_keys(self.mirror, self.keys)
        self.pulls, self.post = Pulls(self), Post()
        self.house = self.start()
        self.count = 0
        self.people()

    def start(self) -> House:
        """A new process over the same two stores."""
        desk = Desk(self.mapping, self.policy, self.mirror, Reader(self.mirror, self.mapping), self.ledger)
        door = Door(self.clock)
        self.house = House(
            Settings(), self.clock, desk, cast(Gateway, door), self.pulls, cast(Sender, self.post),  # type: ignore[arg-type]
            identity=door.identity(), loaded=True,
        )  # fmt: skip
        return self.house

    def people(self) -> None:
        """Five users and three queues."""
        for user_id, name in NAMES.items():
            self.row("user", id=user_id, name=name.title(), email=f"{name}@ours.example", active=[True])
        for queue_id, name in ((INBOUND, "Inbound"), (UNROUTED, "Unrouted"), (RIVALS, "Rivals")):
            self.row("queue", id=queue_id, name=name, developer_name=f"Dev_{name}", takes_leads=True)

    def row(self, noun: str, **values: Any) -> str:
        """Put a record into the mirror as it now stands."""
        self.rows(noun, [values])
        return str(values["id"])

    def rows(self, noun: str, records: Iterable[dict[str, Any]]) -> None:
        """Put many records into the mirror at once."""
        now = self.clock.now()
        made = []
        for values in records:
            whole = ROWS[noun](**{"stamp": now, "read_at": now, **values}).model_dump()
            whole["digest"] = digest({**whole, "read_at": None})
            made.append(derive(noun, whole, self.keys, self.mirror.email_key))
        with writing(self.mirror.engine) as connection:
            change = self.mirror.next_change(connection)
            put(connection, noun, made, read_at=now, change=change)

    def account(self, number: int = 1, **values: Any) -> str:
        """A customer of Sarah called Acme unless said otherwise."""
        usual = {"id": an_id("account", number), "name": "Acme", "owner_id": SARAH, "relationship": ["Customer"]}
        return self.row("account", **{**usual, "created_at": NOON, **values})

    def lead(self, number: int | None = None, **values: Any) -> str:
        """A lead in the intake, made now by a web form."""
        self.count += 1
        now = self.clock.now()
        usual = {
            "id": an_id("lead", number or self.count), "owner_id": INBOUND, "created_at": now, "modified_at": now,
            "modified_by_id": an_id("user", 99), "last_name": "Doe", "company": f"Delta {self.count}",
            "email": f"p{self.count}@delta{self.count}.example",
        }  # fmt: skip
        return self.row("lead", **{**usual, **values})

    def edit(self, lead_id: str, *, by: str = SARAH, **values: Any) -> None:
        """Somebody changes a lead in the org, and the mirror has it."""
        self.clock.advance(60)
        lead = self.house.desk.reader.lead(lead_id)
        assert lead is not None
        now = self.clock.now()
        names = ("owner_id", "created_at", "last_name", "email", "company", "account_id", "status")
        kept = {name: getattr(lead, name) for name in names}
        changed = {"id": lead_id, "modified_at": now, "modified_by_id": by, **values}
        if "status" in values:
            changed["closed_lost"] = [values["status"]]
        self.row("lead", **{**kept, **changed})

    def decide(self, *, keep: bool = True) -> DecideReport:
        """One look at what waits; nothing is sent."""
        self.clock.advance(10)
        return decide_waiting(self.house, keep=keep)

    def cycle(self) -> tuple[Decision, ...]:
        """Decide, and let every write arrive in org and mirror."""
        report = self.decide()
        self.arrive()
        return report.decisions

    def arrive(self) -> None:
        """Every lead write that waits is carried out, and the mirror reads the lead again."""
        for write in self.waiting_writes():
            self.settle(write.lead_id, WriteState.DONE)
            self.seen_written(write.lead_id)

    def seen_written(self, lead_id: str) -> None:
        """The mirror reads a lead as the router's last write left it."""
        decision = self.ledger.decisions_of(lead_id)[-1].decision
        lead = self.house.desk.reader.lead(lead_id)
        assert lead is not None
        owner = decision.owner.id if decision.owner else lead.owner_id
        link = decision.link_account_id or lead.account_id
        self.edit(lead_id, by=ROUTER, owner_id=owner, account_id=link)

    def waiting_writes(self, kind: WriteKind = WriteKind.LEAD) -> tuple[Any, ...]:
        """The writes of a kind that may be sent."""
        return self.ledger.due(kind, self.clock.now() + timedelta(hours=1), 1000)

    def settle(self, lead_id: str, state: WriteState, **values: Any) -> None:
        """The org's answer to a lead's waiting write."""
        (write,) = (one for one in self.waiting_writes() if one.lead_id == lead_id)
        self.ledger.mark_sending([write.key], self.clock.now())
        self.ledger.settle([Settlement(key=write.key, state=state, **values)], self.clock.now())

    def clear_up(self, lead_id: str, state: WriteState, **values: Any) -> None:
        """A write in doubt is read back."""
        (write,) = (one for one in self.ledger.writes(lead_id) if one.state is WriteState.UNKNOWN)
        self.ledger.settle([Settlement(key=write.key, state=state, **values)], self.clock.now())

    def overtaken(self, lead_id: str, **values: Any) -> None:
        """The org refused the lead's write, as somebody had changed it; with `values` the mirror has that."""
        self.settle(lead_id, WriteState.UNKNOWN)
        self.clear_up(lead_id, WriteState.SUPERSEDED, decide_anew="the lead was changed before it was written")
        if values:
            self.edit(lead_id, **values)

    def owner(self, decision: Decision) -> str:
        """Who a decision gives its lead to."""
        assert decision.owner is not None, decision.reason
        return decision.owner.id

    def one(self, decisions: Iterable[Decision]) -> Decision:
        """The only decision of a round."""
        (only,) = decisions
        return only


def routed(stage: Stage, **values: Any) -> str:
    """A lead that the router gave to Bob, as org and mirror have it."""
    lead = stage.lead(status="New", **values)
    assert stage.owner(stage.one(stage.cycle())) == BOB
    stage.edit(lead, by=ROUTER, owner_id=BOB, status="New")
    return lead
