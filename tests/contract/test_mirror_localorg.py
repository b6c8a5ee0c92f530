"""The mirror against the local org over HTTP, by the shipped mapping: after every change both say the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.localorg.actor import Actor
from sfrouter.localorg.demo.fields import CUSTOM_FIELDS
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.derive import Keys
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18
from sfrouter.model.records import Relationship, TeamRole
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings

LEADS = 250  # two pages
KEYS = Keys(company_key=str.casefold, company_domain=lambda mail: mail.rpartition("@")[2], version="1")
MAPPINGS = Path(__file__).parents[2] / "mappings"


def world() -> dict[str, Any]:
    """A customer with a deal, a case and a team; two people, of whom one left; a queue full of leads."""
    account: dict[str, Any] = {
        "key": "acme",
        "Name": "Acme",
        "OwnerId": "@sarah",
        "Type": "Customer",
        "Website": "acme.com",
    }
    account |= {"Contract_Value__c": 50000, "Competitor__c": False, "Email_Domains__c": "acme.net, acme.org"}
    case = {"key": "case", "AccountId": "@acme", "Subject": "Help", "Status": "New", "OwnerId": "@help"}
    deal = {"Name": "Deal", "AccountId": "@acme", "OwnerId": "@bob", "CloseDate": "2030-01-31"}
    return {
        "organization": {"name": "Here", "time_zone": "Europe/Berlin"},
        "connected_apps": [{"client_id": "cid", "client_secret": "secret", "run_as": "@bot"}],
        "custom_fields": CUSTOM_FIELDS,
        "users": [
            {"key": "bot", "LastName": "Bot", "Username": "bot@here.test", "Email": "bot@here.test"},
            {"key": "sarah", "LastName": "Sarah", "Username": "sarah@here.test", "Email": "sarah@here.test"},
            {"key": "bob", "LastName": "Bob", "Username": "bob@here.test", "IsActive": False},
        ],
        "queues": [
            {"key": "intake", "name": "Intake", "objects": ["Lead"]},
            {"key": "help", "name": "Help", "objects": ["Case"]},
        ],
        "rows": {
            "Account": [
                account,
                {"key": "lab", "Name": "Acme Labs", "OwnerId": "@bob", "ParentId": "@acme"},
            ],
            "Opportunity": [
                {**deal, "key": "open", "StageName": "Prospecting", "Amount": 12.5},
                {**deal, "key": "won", "StageName": "Closed Won"},
            ],
            "Case": [case],
            "AccountTeamMember": [
                {"key": "csm", "AccountId": "@acme", "UserId": "@sarah", "TeamMemberRole": "CSM"},
            ],
            "Lead": [
                {"key": f"lead{number}", "LastName": f"No. {number}", "Company": "Acme", "OwnerId": "@intake"}
                for number in range(LEADS)
            ],
        },
    }  # fmt: skip


class House:
    """The local org, the gateway to it, the mirror of it, and a rep who works in it."""

    def __init__(self, server: LocalOrgServer, folder: Path) -> None:
        self.org = server.org
        settings = GatewaySettings(page_size=200)
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        self.gateway = Gateway(credentials, settings, SystemClock())
        self.rep = Actor(server.org, "@sarah")
        self.mirror = Mirror.open(folder / "mirror.db")
        mapping, problems = read_mapping(MAPPINGS)
        assert mapping is not None, problems
        self.mapping: FieldMapping = mapping
        self.reader = Reader(self.mirror, self.mapping)
        self.puller = self.puller_with(100)

    def puller_with(self, batch_rows: int) -> Puller:
        clock = SystemClock()
        return Puller(self.gateway, self.mirror, self.mapping, clock, keys=KEYS, batch_rows=batch_rows)

    def id(self, name: str) -> str:
        return to_18(self.org.aliases[name])

    def compare(self) -> None:
        """Field by field what the org shows and what the mirror says, deleted ones left out."""
        leads = self.gateway.query("SELECT Id, LastName, OwnerId, Company, Status FROM Lead")
        theirs = {row["Id"]: (row["LastName"], row["OwnerId"], row["Company"], row["Status"]) for row in leads}
        ours = {
            lead.id: (lead.last_name, lead.owner_id, lead.company, lead.status) for lead in self.reader.all_leads()
        }
        assert ours == theirs
        accounts = self.gateway.query("SELECT Id, Name, OwnerId, ParentId FROM Account")
        known = {row["Id"]: (row["Name"], row["OwnerId"], row["ParentId"]) for row in accounts}
        assert {one.id: (one.name, one.owner_id, one.parent_id) for one in self.reader.accounts()} == known


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with LocalOrgServer(world()) as server:
        made = House(server, tmp_path)
        yield made
        made.gateway.close()


def test_a_first_load_reads_the_whole_company_in_our_words(house: House) -> None:
    steps: list[tuple[str, int, int]] = []
    reports = {report.noun: report for report in house.puller.pull_all(lambda *step: steps.append(step))}
    assert all(report.unreadable == () for report in reports.values())
    assert ("lead", LEADS, LEADS) in steps
    house.compare()
    acme = house.reader.account(house.id("acme"))
    assert acme is not None
    assert acme.relationship is Relationship.CUSTOMER
    assert acme.domains == ("acme.com", "acme.net", "acme.org")
    assert acme.contract_value == 50_000
    lab = house.reader.account(house.id("lab"))
    assert lab is not None
    assert [parent.id for parent in house.reader.ancestors(lab)] == [acme.id]
    assert [deal.id for deal in house.reader.open_opportunities(acme.id)] == [house.id("open")]
    assert [case.id for case in house.reader.open_cases(acme.id)] == [house.id("case")]
    assert [member.role for member in house.reader.team(acme.id)] == [TeamRole.CUSTOMER_SUCCESS]
    assert len(house.reader.leads_waiting({house.id("intake")})) == LEADS


def test_people_queues_and_the_org_itself_are_read(house: House) -> None:
    house.puller.pull_all()
    directory = house.reader.directory()
    assert {person.active for person in directory.people.values() if person.name == "Bob"} == {False}
    intake, support = directory.queue_named("Intake"), directory.queue_named("Help")
    assert intake is not None
    assert support is not None
    assert (intake.takes_leads, support.takes_leads) == (True, False)
    organization = house.reader.organization()
    assert organization is not None
    assert (organization.name, organization.time_zone) == ("Here", "Europe/Berlin")


def test_a_poll_of_leads_with_one_page_to_look_back_at_is_one_call(house: House) -> None:
    for number in range(100):
        house.org.store.purge("Lead", house.id(f"lead{number}"))
    house.puller.pull("lead")
    before = house.gateway.calls.total
    assert house.puller.pull("lead").same == LEADS - 100
    assert house.gateway.calls.total == before + 1


def test_every_sort_of_change_arrives(house: House) -> None:
    house.puller.pull_all()
    rep = house.rep
    changes: list[Callable[[], Response]] = [
        lambda: rep.patch(
            f"/sobjects/Lead/{house.id('lead1')}", {"LastName": "Changed", "OwnerId": house.id("sarah")}
        ),
        lambda: rep.post("/sobjects/Lead", {"LastName": "New", "Company": "Beta", "OwnerId": house.id("sarah")}),
        lambda: rep.delete(f"/sobjects/Lead/{house.id('lead2')}"),
        lambda: rep.patch(f"/sobjects/Account/{house.id('lab')}", {"ParentId": None}),
        lambda: rep.patch(f"/sobjects/Opportunity/{house.id('open')}", {"StageName": "Closed Lost"}),
        lambda: rep.patch(f"/sobjects/Case/{house.id('case')}", {"Status": "Closed"}),
        lambda: rep.delete(f"/sobjects/AccountTeamMember/{house.id('csm')}"),
    ]
    for change in changes:
        assert change().status in (201, 204)
    house.puller.pull_all()
    house.compare()
    acme = house.id("acme")
    assert house.reader.open_opportunities(acme) == ()
    assert house.reader.open_cases(acme) == ()
    assert house.reader.team(acme) == ()
    gone = house.reader.lead(house.id("lead2"))
    assert gone is not None
    assert (gone.deleted, gone.last_name) == (True, "")


def test_contacts_are_kept_by_address_and_account_and_follow_every_change(house: House) -> None:
    """D02: merged, deleted, moved, without an address: what is left is who has an address at an account."""
    rep, acme, lab = house.rep, house.id("acme"), house.id("lab")

    def made(**values: Any) -> str:
        answer = rep.post("/sobjects/Contact", {"LastName": "Doe", **values})
        assert answer.status == 201
        return str(answer.json()["id"])

    def accounts_of(address: str) -> list[str | None]:
        return [one.account_id for one in house.reader.contacts_with_email(address)]

    first, second = made(Email="Jo@Gmail.com", AccountId=acme), made(Email="jo@gmail.com", AccountId=lab)
    made(Email="jo@gmail.com"), made(AccountId=acme)
    house.puller.pull_all()
    assert accounts_of(" JO@gmail.com ") == sorted([acme, lab])
    assert house.mirror.count("contact") == 2
    later = made(Email="pat@gmail.com")
    house.puller.pull("contact")
    assert house.mirror.count("contact") == 2
    assert rep.patch(f"/sobjects/Contact/{later}", {"AccountId": lab}).status == 204
    house.org.records.merge("@sarah", first, [second])
    house.puller.pull("contact")
    assert (accounts_of("jo@gmail.com"), accounts_of("pat@gmail.com")) == ([acme], [lab])
    assert rep.patch(f"/sobjects/Contact/{later}", {"Email": None}).status == 204
    assert rep.delete(f"/sobjects/Contact/{first}").status == 204
    house.puller.pull("contact")
    assert house.mirror.count("contact") == 0


def test_a_contact_deleted_for_good_is_gone_after_two_sweeps(house: House) -> None:
    values = {"LastName": "Doe", "Email": "jo@gmail.com", "AccountId": house.id("acme")}
    answers = [house.rep.post("/sobjects/Contact", values) for _ in range(3)]
    house.rep.post("/sobjects/Contact", {"LastName": "No address", "AccountId": house.id("acme")})
    house.puller.pull_all()
    house.org.store.purge("Contact", answers[0].json()["id"])
    first, second = house.puller.sweep("contact"), house.puller.sweep("contact")
    assert (first.missing, first.found, second.gone) == (1, 0, 1)
    assert house.mirror.count("contact") == 2


def test_hidden_addresses_of_contacts_leave_the_contacts_as_they_are(house: House) -> None:
    values = {"LastName": "Doe", "Email": "jo@gmail.com", "AccountId": house.id("acme")}
    made = house.rep.post("/sobjects/Contact", values).json()["id"]
    house.puller.pull("contact")
    house.org.hide_fields(house.id("bot"), {("Contact", "Email")})
    house.rep.patch(f"/sobjects/Contact/{made}", {"LastName": "Other"})
    assert house.puller.pull("contact").blind
    assert len(house.reader.contacts_with_email("jo@gmail.com")) == 1


def test_a_lead_out_of_the_recycle_bin_comes_back(house: House) -> None:
    house.puller.pull("lead")
    house.rep.delete(f"/sobjects/Lead/{house.id('lead3')}")
    house.puller.pull("lead")
    house.org.store.undelete("Lead", house.id("lead3"))
    house.puller.pull("lead")
    house.puller.pull("account")
    house.compare()


def test_a_purged_lead_is_gone_after_two_sweeps(house: House) -> None:
    house.puller.pull_all()
    house.org.store.purge("Lead", house.id("lead4"))
    house.puller.pull("lead")
    assert house.mirror.count("lead") == LEADS
    house.puller.sweep("lead")
    assert house.puller.sweep("lead").gone == 1
    house.compare()


def test_a_session_that_ends_between_pages_loses_nothing(house: House) -> None:
    ended: list[int] = []

    def end_sessions(*_step: object) -> None:
        if not ended:
            ended.append(house.org.expire_sessions())

    assert house.puller_with(50).pull("lead", end_sessions).new == LEADS
    assert ended[0] >= 1
    house.puller.pull("account")
    house.compare()


def test_a_field_that_is_hidden_from_us_is_left_out_and_the_others_are_read_on(house: House) -> None:
    house.puller.pull_all()
    house.org.hide_fields(house.id("bot"), {("Lead", "Email")})
    house.rep.patch(f"/sobjects/Lead/{house.id('lead1')}", {"LastName": "Changed", "Email": "new@acme.com"})
    assert house.puller.pull("lead").hidden == ("lead.email",)
    lead = house.reader.lead(house.id("lead1"))
    assert lead is not None
    assert (lead.last_name, lead.email) == ("Changed", "")
