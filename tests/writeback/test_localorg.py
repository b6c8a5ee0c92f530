"""Sending through the real gateway to the local org over HTTP: owners, links and Tasks as the org shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.ledger.ledger import Ledger
from sfrouter.localorg.actor import Actor
from sfrouter.localorg.duplicates import DuplicateRule, Matching
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.decision import Notice
from sfrouter.model.ids import to_18
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from sfrouter.salesforce.soql import select
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.plan import PlanSettings, plan_writes
from sfrouter.writeback.probe import probe_writing
from sfrouter.writeback.send import Sender
from tests.ledger.samples import decision

LEADS = 30  # more than one composite
READ = select(["Id", "OwnerId", "Account__c", "CreatedDate", "LastModifiedDate", "SystemModstamp"], "Lead")
CREATE, CHANGE = "/composite/sobjects", "/composite"


def world() -> dict[str, Any]:
    """A queue of leads, two people and one who left, and an assignment rule that takes every saved lead."""

    def user(key: str, **more: Any) -> dict[str, Any]:
        name = f"{key}@acme.test"
        return {"key": key, "LastName": key.title(), "Username": name, "Email": name, **more}

    app = {"name": "router", "client_id": "cid", "client_secret": "secret", "run_as": "@bot"}
    leads = [
        {"key": f"lead{number}", "LastName": f"No. {number}", "Company": "Acme", "OwnerId": "@intake"}
        for number in range(LEADS)
    ]
    link = {"name": "Account__c", "type": "Lookup", "refers_to": "Account", "label": "Account"}
    return {
        "connected_apps": [app],
        "custom_fields": {"Lead": [link]},
        "users": [user("bot"), user("sarah"), user("bob"), user("gone", IsActive=False)],
        "queues": [
            {"key": "intake", "name": "Intake", "objects": ["Lead"]},
            {"key": "taken", "name": "Taken by the rule", "objects": ["Lead"]},
        ],
        "assignment_rules": [
            {"name": "All", "object": "Lead", "active": True, "entries": [{"when": [], "assign_to": "@taken"}]}
        ],
        "rows": {"Account": [{"key": "acme", "Name": "Acme", "OwnerId": "@sarah"}], "Lead": leads},
    }


@dataclass
class Scene:
    """The running org, our door to it, and a ledger."""

    server: LocalOrgServer
    gateway: Gateway
    ledger: Ledger
    mapping: FieldMapping

    def __post_init__(self) -> None:
        self.sender = Sender(self.gateway, self.ledger, self.mapping, SystemClock())

    def id_of(self, key: str) -> str:
        return to_18(self.server.org.aliases[key])

    def lead(self, key: str) -> dict[str, Any]:
        row = self.server.org.store.get("Lead", self.server.org.aliases[key])
        assert row is not None
        return dict(row)

    def tasks(self) -> list[dict[str, Any]]:
        fields = ["Id", "WhoId", "OwnerId", "Subject", "Description", "Status", "Priority", "ActivityDate"]
        return [dict(row) for row in self.gateway.query(select(fields, "Task"))]

    def decide_all(self, person: str = "sarah") -> None:
        """Give every lead of the queue to a person."""
        owner = Owner(id=self.id_of(person), kind=OwnerKind.PERSON, name=person)
        account = Account(id=self.id_of("acme"), name="Acme")
        for row in self.gateway.query_all_rows(READ):
            lead = lead_of(row)
            now = self.gateway.server_now()
            told = Notice(kind="new_owner", person_id=owner.id, subject="New lead", text="Call", due_at=now)
            last = self.ledger.last_decision(lead.id)
            number = last.decision.number + 1 if last else 1
            made = decision(
                lead.id, number, at=now, owner=owner, notices=(told,), link_account_id=account.id,
                lead_owner_id=lead.owner_id,
            )  # fmt: skip
            writes = plan_writes(
                made, lead, self.mapping, "00D", account=account, read_at=now,
                settings=PlanSettings(org_url=self.server.url),
            )  # fmt: skip
            self.ledger.record(made, writes, ())

    def cut_the_line(self, path: str, *, before: bool) -> None:
        """The next call to a path gets no answer; `before`: nor is it carried out."""
        left = [1]

        def fault(request: Request, following: Handler) -> Response:
            if left and request.method == "POST" and request.path.endswith(path):
                left.clear()
                if not before:
                    following(request)
                raise DropConnection("before" if before else "after")
            return following(request)

        self.server.org.middlewares.append(fault)


def lead_of(row: Any) -> Lead:
    created, modified, stamp = (
        datetime.fromisoformat(row[name]) for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp")
    )
    return Lead(
        id=row["Id"],
        owner_id=row["OwnerId"],
        account_id=row["Account__c"],
        created_at=created,
        modified_at=modified,
        stamp=stamp,
    )


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    mapping, problems = read_mapping(Path(__file__).parents[2] / "mappings")
    assert mapping is not None, problems
    with LocalOrgServer(world()) as server:
        server.org.clock.advance(60)
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        gateway = Gateway(credentials, GatewaySettings(read_timeout=20.0), SystemClock())
        yield Scene(server, gateway, Ledger.open(tmp_path / "ledger.db", SystemClock()), mapping)
        gateway.close()


def test_owners_links_and_tasks_are_in_the_org_and_the_assignment_rule_took_no_lead(scene: Scene) -> None:
    scene.decide_all()
    report = scene.sender.send_due()
    assert (report.done, report.stopped) == (2 * LEADS, "")
    for number in range(LEADS):
        lead = scene.lead(f"lead{number}")
        assert to_18(lead["OwnerId"]) == scene.id_of("sarah")
        assert to_18(lead["Account__c"]) == scene.id_of("acme")
    tasks = scene.tasks()
    assert sorted(task["WhoId"] for task in tasks) == sorted(scene.id_of(f"lead{n}") for n in range(LEADS))
    assert {(task["OwnerId"], task["Status"], task["Priority"]) for task in tasks} == {
        (scene.id_of("sarah"), "Not Started", "Normal")
    }
    assert all(f"/{scene.id_of('acme')}" in task["Description"] for task in tasks)
    assert scene.gateway.calls.by_kind[CallKind.CHANGE] == 2
    assert scene.gateway.calls.by_kind[CallKind.CREATE] == 1


def test_the_probe_of_writing_is_satisfied_and_no_assignment_rule_takes_its_lead(scene: Scene) -> None:
    """One composite call is refused for its condition, the next is carried out; each is one part of a call."""
    before = scene.lead("lead1")
    assert probe_writing(scene.gateway, LeadNames.of(scene.mapping), scene.id_of("lead1")) == ()
    after = scene.lead("lead1")
    assert after["OwnerId"] == before["OwnerId"]
    assert after["LastModifiedById"] == scene.server.org.aliases["bot"]


def test_a_person_who_was_first_keeps_his_lead(scene: Scene) -> None:
    scene.decide_all()
    Actor(scene.server.org, "@bob").patch(
        f"/sobjects/Lead/{scene.id_of('lead3')}",
        {"OwnerId": scene.id_of("bob")},
        {"Sforce-Auto-Assign": "FALSE"},
    )
    scene.server.org.clock.advance(30)
    scene.sender.send_due()
    assert to_18(scene.lead("lead3")["OwnerId"]) == scene.id_of("bob")
    assert len(scene.tasks()) == LEADS - 1
    assert scene.id_of("lead3") not in {task["WhoId"] for task in scene.tasks()}


@pytest.mark.parametrize("before", [True, False])
def test_a_line_cut_during_the_lead_writes_doubles_and_loses_nothing(scene: Scene, before: bool) -> None:
    scene.decide_all()
    scene.cut_the_line(CHANGE, before=before)
    for _ in range(3):
        scene.sender.send_due()
        scene.server.org.clock.advance(61)
        scene.gateway.versions()
    assert {to_18(scene.lead(f"lead{number}")["OwnerId"]) for number in range(LEADS)} == {scene.id_of("sarah")}
    assert len(scene.tasks()) == LEADS
    assert scene.ledger.status().live == 0


@pytest.mark.parametrize("before", [True, False])
def test_a_line_cut_during_the_tasks_doubles_and_loses_nothing(scene: Scene, before: bool) -> None:
    scene.decide_all()
    scene.cut_the_line(CREATE, before=before)
    scene.sender.send_due()
    assert len(scene.tasks()) == (0 if before else LEADS)
    for _ in range(2):
        scene.server.org.clock.advance(605)
        scene.gateway.versions()
        scene.sender.send_due()
    assert len(scene.tasks()) == LEADS
    assert scene.ledger.status().live == 0


def test_an_owner_who_left_meanwhile_gets_nothing_and_the_leads_are_decided_anew(scene: Scene) -> None:
    scene.decide_all("gone")
    report = scene.sender.send_due()
    assert report.decide_anew == LEADS
    assert list(scene.ledger.suspended_people(scene.gateway.server_now())) == [scene.id_of("gone")]
    scene.decide_all("bob")
    scene.sender.send_due()
    assert {to_18(scene.lead(f"lead{number}")["OwnerId"]) for number in range(LEADS)} == {scene.id_of("bob")}
    assert scene.ledger.to_decide_anew() == {}


@pytest.mark.parametrize(("save", "blocks", "done"), [(False, False, 1), (True, False, LEADS), (True, True, 1)])
def test_a_duplicate_rule_that_only_warns_is_passed_over_where_the_policy_says_so(
    scene: Scene, save: bool, blocks: bool, done: int
) -> None:
    """F42: two leads of one owner count as duplicates here, so only the first owner write passes the rule."""
    same = Matching("same owner", "Lead", (("OwnerId", "OwnerId"),))
    rule = DuplicateRule(name="leads", object_name="Lead", matchings=(same,), creating=False, blocks=blocks)
    scene.server.org.duplicate_rules.append(rule)
    credentials = Credentials(login_url=scene.server.url, client_id="cid", client_secret="secret")
    gateway = Gateway(credentials, GatewaySettings(read_timeout=20.0, save_duplicates=save), SystemClock())
    scene.decide_all()
    gateway.identity()  # so that it knows the org's time
    report = Sender(gateway, scene.ledger, scene.mapping, SystemClock()).send_due()
    gateway.close()
    assert report.count(WriteState.DONE, WriteKind.LEAD) == done
    assert report.count(WriteState.REFUSED, WriteKind.LEAD) == LEADS - done
