"""Every look-up answers in our own words, in the order it promises, and survives what orgs do to their data."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Company, Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.records import Barred, Relationship, Segment
from tests.mirror.fake_org import ACCOUNT_MAP, KEYS, MAPPING, START, USER_MAP, FakeOrg, record_id

SARAH, BOB, ROUTER = (record_id("User", number) for number in (1, 2, 3))
INTAKE = record_id("Group", 1)
ACME = record_id("Account", 1)
LOST = "Closed - Not Converted"


class House:
    """An org in which a lead comes every minute, and a reader of its mirror."""

    def __init__(self) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS)
        self.reader = Reader(self.mirror, MAPPING)
        self._leads = 0

    def lead(self, **values: Any) -> str:
        self._leads += 1
        self.org.clock.advance(60)
        usual = {
            "LastName": "Doe",
            "Company": "Acme Inc",
            "OwnerId": INTAKE,
            "IsConverted": False,
            "Status": "Open",
        }
        return self.org.add("Lead", self._leads, **{**usual, **values})

    def account(self, number: int, **values: Any) -> str:
        return self.org.add("Account", number, **{"Name": f"A{number}", "OwnerId": SARAH, **values})

    def pull(self) -> Reader:
        self.puller.pull_all()
        return self.reader


def test_a_lead_is_read_in_our_words() -> None:
    house = House()
    lead = house.lead(Email=" J.Doe@Acme.COM ", NumberOfEmployees=12, Account__c=ACME, Status=LOST)
    found = house.pull().lead(lead)
    assert found is not None
    assert (found.email, found.company, found.owner_id, found.account_id) == (
        "j.doe@acme.com",
        "Acme Inc",
        INTAKE,
        ACME,
    )
    assert found.created_at == START + timedelta(minutes=1)
    assert found.created_at.tzinfo is UTC
    assert (found.closed_lost, found.converted, found.deleted) == (True, False, False)
    assert found.extra == {"employees": 12}
    assert house.reader.lead(record_id("Lead", 77)) is None
    assert house.reader.leads([lead, record_id("Lead", 77)]).keys() == {lead}


def test_waiting_are_the_leads_of_the_intake_oldest_first() -> None:
    house = House()
    first, second = house.lead(), house.lead(OwnerId=ROUTER)
    house.lead(OwnerId=SARAH)
    house.lead(IsConverted=True)
    gone = house.lead()
    house.org.edit("Lead", gone, IsDeleted=True)
    assert [lead.id for lead in house.pull().leads_waiting({INTAKE, ROUTER})] == [first, second]
    assert house.reader.leads_waiting(()) == ()


@pytest.mark.parametrize(
    "values",
    [
        {"Account__c": ACME, "Company": "Other"},
        {"Email": "a@acme.com", "Company": "Other"},
        {"Company": "ACME Inc"},
        {"ConvertedAccountId": ACME, "Company": "Other"},
    ],
)
def test_a_companys_leads_are_found_by_link_domain_or_name(values: dict[str, Any]) -> None:
    house = House()
    lead = house.lead(**values)
    house.lead(Company="Beta", Email="b@beta.com")
    company = Company(account_id=ACME, domains=("acme.com", ""), key="acme")
    assert [one.id for one in house.pull().company_leads(company)] == [lead]
    assert house.reader.company_leads(company, but=lead) == ()


def test_an_empty_company_has_no_leads() -> None:
    house = House()
    house.lead(Company="", Email="someone@gmail.com")
    assert house.pull().company_leads(Company()) == ()
    assert house.reader.company_leads(Company(domains=("",))) == ()


def test_a_companys_leads_come_first_created_first_whoever_owns_them_but_never_deleted() -> None:
    house = House()
    first, second, third = house.lead(OwnerId=SARAH), house.lead(Status=LOST), house.lead(IsConverted=True)
    house.org.edit("Lead", house.lead(), IsDeleted=True)
    assert [lead.id for lead in house.pull().company_leads(Company(key="acme"))] == [first, second, third]


def test_the_same_person_is_known_by_the_address_also_with_free_mail() -> None:
    house = House()
    known, again = house.lead(OwnerId=SARAH, Email="John@gmail.com"), house.lead(Email="john@GMAIL.com")
    house.lead(OwnerId=SARAH, Email="")
    assert [lead.id for lead in house.pull().leads_with_email(" JOHN@gmail.com")] == [known, again]
    assert [lead.id for lead in house.reader.leads_with_email("john@gmail.com", but=known)] == [again]
    assert house.reader.leads_with_email("") == ()


def test_an_account_is_read_in_our_words() -> None:
    house = House()
    house.account(
        1, Name="Acme", Website="https://acme.com", Email_Domains__c="acme.net, acme.org", Type="kunde",
        Competitor__c=True, Segment__c="Tiny", Contract_Value__c=50_000, Churn_Date__c="2026-01-31", Health__c=39,
        Products__c="Core;Plus", Industry="Tools",
    )  # fmt: skip
    found = house.pull().account(ACME)
    assert found is not None
    assert found.domains == ("https://acme.com", "acme.net", "acme.org")
    assert found.relationship is Relationship.CUSTOMER
    assert (found.competitor, found.health_low, found.strategic) == (True, True, False)
    assert found.segment is None  # nothing is guessed
    assert found.contract_value == Decimal(50_000)
    assert found.churned_on == date(2026, 1, 31)
    assert found.products == ("Core", "Plus")
    assert found.extra == {"industry": "Tools"}


def test_a_changed_word_takes_effect_without_a_refill() -> None:
    house = House()
    house.account(1, Segment__c="Tiny")
    house.pull()
    words = {**ACCOUNT_MAP.words, "segment": {"smb": ("Tiny",)}}
    changed = type(ACCOUNT_MAP)(
        noun="account", object_name="Account", fields=ACCOUNT_MAP.fields, words=words, extra=ACCOUNT_MAP.extra
    )
    mapping = FieldMapping(objects={**MAPPING.objects, "account": changed})
    found = Reader(house.mirror, mapping).account(ACME)
    assert found is not None
    assert found.segment is Segment.SMB
    report = Puller(house.org, house.mirror, mapping, house.org.clock, keys=KEYS).pull("account")
    assert report.first is False


def test_ancestors_come_parent_first_and_a_circle_ends() -> None:
    house = House()
    one, two, three = (record_id("Account", number) for number in (1, 2, 3))
    house.account(1, ParentId=two)
    house.account(2, ParentId=three)
    house.account(3, ParentId=one)
    house.account(4, ParentId=record_id("Account", 99))
    house.account(5, ParentId=record_id("Account", 5))
    reader = house.pull()
    found = {account.id: [parent.id for parent in reader.ancestors(account)] for account in reader.accounts()}
    assert found[one] == [two, three]
    assert found[record_id("Account", 4)] == []
    assert found[record_id("Account", 5)] == []


def test_a_chain_of_parents_is_followed_twenty_levels_up() -> None:
    house = House()
    for number in range(1, 31):
        house.account(number, ParentId=record_id("Account", number + 1))
    reader = house.pull()
    account = reader.account(ACME)
    assert account is not None
    assert len(reader.ancestors(account)) == 20


def test_open_deals_and_cases_are_those_of_the_account() -> None:
    house = House()
    house.account(1)
    deal = house.org.add("Opportunity", 1, AccountId=ACME, IsClosed=False, Amount=1234.56)
    house.org.add("Opportunity", 2, AccountId=ACME, IsClosed=True)
    house.org.add("Opportunity", 3, AccountId=None, IsClosed=False)
    case = house.org.add("Case", 1, AccountId=ACME, IsClosed=False)
    house.org.add("Case", 2, AccountId=ACME, IsClosed=True)
    reader = house.pull()
    assert [(one.id, one.amount) for one in reader.open_opportunities(ACME)] == [(deal, Decimal("1234.56"))]
    assert [one.id for one in reader.open_cases(ACME)] == [case]
    assert reader.accounts_with_open_opportunity() == {ACME}
    assert reader.accounts_with_open_opportunity([ACME, record_id("Account", 9)]) == {ACME}
    assert reader.accounts_with_open_opportunity([record_id("Account", 9)]) == frozenset()


def test_the_changes_name_accounts_put_and_removed_and_those_whose_deals_changed() -> None:
    house = House()
    for number in (1, 2, 3):
        house.account(number)
    reader = house.pull()
    after = reader.change_number()
    assert reader.account_changes(after).put == ()
    house.org.clock.advance(15)
    house.org.edit("Account", record_id("Account", 2), IsDeleted=True)
    house.org.add("Opportunity", 1, AccountId=record_id("Account", 3), IsClosed=False)
    changes = house.pull().account_changes(after)
    assert (changes.put, changes.removed) == ((record_id("Account", 3),), (record_id("Account", 2),))
    assert reader.account_changes(changes.upto).put == ()


def test_a_snapshot_does_not_see_what_is_pulled_meanwhile(tmp_path: Any) -> None:
    house = House()
    house.mirror = Mirror.open(tmp_path / "mirror.db")
    house.puller = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS)
    house.reader = Reader(house.mirror, MAPPING)
    house.lead()
    house.pull()
    with house.reader.snapshot() as view:
        assert len(view.leads_waiting({INTAKE})) == 1
        house.lead()
        house.puller.pull("lead")
        assert len(view.leads_waiting({INTAKE})) == 1
    assert len(house.reader.leads_waiting({INTAKE})) == 2


def test_people_who_left_stay_in_the_directory_as_inactive() -> None:
    house = House()
    house.org.add("User", 1, Name="Sarah", Email="sarah@us.com", IsActive=True, ManagerId=BOB)
    house.org.add("User", 2, Name="Bob", Email="bob@us.com", IsActive=False)
    directory = house.pull().directory({BOB: SARAH})
    assert {one.name: one.active for one in directory.people.values()} == {"Sarah": True, "Bob": False}
    assert directory.people[SARAH].manager_id == BOB
    assert directory.successors == {BOB: SARAH}


def licensed_as(kind: Any, mapped: bool = True) -> tuple[bool, Barred | None]:
    """How a user of this kind is read by a mapping that names the field, or does not."""
    house = House()
    words = {"licensed": {"yes": ("Standard", "PowerPartner")}}
    user = replace(USER_MAP, fields={**USER_MAP.fields, "licensed": ("UserType",)}, words=words)
    mapping = replace(MAPPING, objects={**MAPPING.objects, "user": user})
    house.org.add("User", 1, Name="Sarah", Email="sarah@us.com", IsActive=True, UserType=kind)
    Puller(house.org, house.mirror, mapping, house.org.clock, keys=KEYS).pull("user")
    person = Reader(house.mirror, mapping if mapped else MAPPING).people()[SARAH]
    return person.active, person.barred


@pytest.mark.parametrize("kind", ["CsnOnly", "CsnExternal", "Guest", "CspLitePortal", "AutomatedProcess", "New"])
def test_who_has_no_licence_that_owns_leads_is_not_active_and_the_reader_says_why(kind: str) -> None:
    assert licensed_as(kind) == (False, Barred.UNLICENSED)


@pytest.mark.parametrize("kind", ["Standard", "standard", "PowerPartner", None])
def test_sales_users_and_partners_can_own_leads_and_an_unknown_kind_speaks_against_nobody(kind: Any) -> None:
    assert licensed_as(kind) == (True, None)


def test_a_kind_that_is_not_mapped_any_more_speaks_against_nobody() -> None:
    assert licensed_as("CsnOnly", mapped=False) == (True, None)


LOGINS = ObjectMap(
    noun="user_login", object_name="UserLogin",
    fields={"id": ("Id",), "user_id": ("UserId",), "frozen": ("IsFrozen",)},
)  # fmt: skip


def test_who_is_frozen_is_not_active_until_he_is_free_again_and_the_reader_says_why() -> None:
    """All of them may be free at once: an empty list of frozen logins is no alarm."""
    house, mapping = House(), replace(MAPPING, objects={**MAPPING.objects, "user_login": LOGINS})
    puller, reader = (
        Puller(house.org, house.mirror, mapping, house.org.clock, keys=KEYS),
        Reader(house.mirror, mapping),
    )
    crowd = [record_id("User", number) for number in range(1, 41)]
    for number, user in enumerate(crowd, 1):
        house.org.add("User", number, Name=f"U{number}", Email=f"u{number}@us.com", IsActive=number != 40)
        house.org.add("UserLogin", number, UserId=user, IsFrozen=number > 1)
    for noun in ("user", "user_login"):
        puller.pull(noun)
    before, people = reader.people_mark(), reader.people()
    assert [people[one].barred for one in (crowd[0], crowd[1], crowd[39])] == [None, Barred.FROZEN, None]
    assert [people[one].active for one in (crowd[0], crowd[1], crowd[39])] == [True, False, False]
    assert Reader(house.mirror, MAPPING).people()[crowd[1]].active, "a mapping without logins knows of no frost"
    for number, user in enumerate(crowd, 1):
        house.org.add("UserLogin", number, UserId=user, IsFrozen=False)
    puller.pull("user_login")
    assert reader.people_mark() != before
    assert all(reader.people()[one].active for one in crowd[:39])


def test_before_anything_is_read_there_is_no_organization() -> None:
    assert Reader(Mirror.open(None), MAPPING).organization() is None


@pytest.mark.parametrize("column", ["owner_id", "email", "email_domain", "company_key", "account_id"])
def test_leads_are_looked_up_through_an_index(column: str) -> None:
    with Mirror.open(None).reading() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM lead WHERE {column} = 'x'")).all()  # noqa: S608
    assert "USING INDEX" in str(plan)


def test_times_are_aware_and_in_utc() -> None:
    house = House()
    house.account(1)
    found = house.pull().account(ACME)
    assert found is not None
    assert found.created_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert found.modified_at is not None
    assert found.modified_at.utcoffset() == timedelta()
