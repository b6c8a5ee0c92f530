"""Pulling brings over what changed, once, late things and deleted things too, and survives being cut off."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.report import EmptySideError, OtherOrgError
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import PullState, table_of
from sfrouter.mirror.watermark import read_watermark
from sfrouter.salesforce.errors import QueryFailedError
from tests.mirror import fake_org
from tests.mirror.fake_org import (
    ACCOUNT_MAP,
    KEYS,
    LEAD_MAP,
    MAPPING,
    PREFIX,
    START,
    ConnectionBrokenError,
    FakeOrg,
    record_id,
)

SARAH = record_id("User", 1)
INTAKE = record_id("Group", 1)


class House:
    """An org, an empty mirror of it, and one who pulls."""

    def __init__(self, *, batch_rows: int = 2_000) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS, batch_rows=batch_rows)
        self.reader = Reader(self.mirror, MAPPING)

    def add_leads(self, count: int, *, first: int = 1) -> None:
        for number in range(first, first + count):
            self.org.add("Lead", number, LastName="Doe", Company="Acme", OwnerId=INTAKE, IsConverted=False)


def test_an_overlap_shorter_than_the_longest_transaction_is_refused() -> None:
    org = FakeOrg()
    with pytest.raises(ValueError, match="600"):
        Puller(org, Mirror.open(None), MAPPING, org.clock, keys=KEYS, overlap=timedelta(seconds=599))


def test_a_first_load_brings_everything_and_tells_how_far_it_is() -> None:
    house = House(batch_rows=2)
    house.add_leads(5)
    steps: list[tuple[str, int, int]] = []
    report = house.puller.pull("lead", lambda *step: steps.append(step))
    assert (report.read, report.new, report.first) == (5, 5, True)
    assert steps == [("lead", 2, 5), ("lead", 4, 5), ("lead", 5, 5)]
    assert house.mirror.count("lead") == 5


def test_a_poll_that_finds_nothing_new_is_one_call() -> None:
    house = House()
    house.add_leads(3)
    house.puller.pull("lead")
    house.org.clock.advance(15)
    before = len(house.org.calls)
    report = house.puller.pull("lead", lambda *_step: None)
    assert len(house.org.calls) == before + 1
    assert (report.read, report.same, report.new, report.changed) == (3, 3, 0, 0)


def test_the_orgs_own_record_has_no_stamp_and_its_change_is_seen_all_the_same() -> None:
    house = House()
    own = house.org.add("Organization", 1, Name="Old name")
    house.puller.pull("organization")
    house.org.edit("Organization", own, Name="New name")
    assert house.puller.pull("organization").changed == 1
    found = house.reader.organization()
    assert found is not None
    assert found.name == "New name"


def test_after_ten_quiet_minutes_nothing_is_read_again() -> None:
    house = House()
    house.add_leads(3)
    house.puller.pull("lead")
    for _ in range(50):
        house.org.clock.advance(15)
        last = house.puller.pull("lead")
    assert last.read == 0


@pytest.mark.parametrize("late", [1, 59, 300, 599, 600])
def test_a_lead_whose_transaction_ends_up_to_ten_minutes_late_is_found(late: int) -> None:
    house = House()
    house.add_leads(1)
    house.puller.pull("lead")
    house.org.clock.advance(15)
    late_one = house.org.add(
        "Lead", 99, late=late, LastName="Late", Company="Late", IsConverted=False, OwnerId=INTAKE
    )
    house.add_leads(1, first=2)
    for _ in range(50):
        house.org.clock.advance(15)
        house.puller.pull("lead")
    assert house.reader.lead(late_one) is not None


def test_two_changes_within_one_second_are_both_seen() -> None:
    house = House()
    acme = house.org.add("Account", 1, Name="Acme")
    house.puller.pull("account")
    house.org.edit("Account", acme, Name="Acme Inc")  # the clock stands still: the same stamp
    assert house.puller.pull("account").changed == 1
    found = house.reader.account(acme)
    assert found is not None
    assert found.name == "Acme Inc"


@pytest.mark.parametrize("batch_rows", [1, 2, 200, 2_000])
def test_many_leads_with_one_stamp_are_all_read_whatever_the_batch(batch_rows: int) -> None:
    house = House(batch_rows=batch_rows)
    house.add_leads(500)
    assert house.puller.pull("lead").new == 500
    house.add_leads(300, first=501)
    assert house.puller.pull("lead").new == 300
    assert house.mirror.count("lead") == 800


def test_a_connection_lost_in_a_first_load_loses_and_doubles_nothing() -> None:
    house = House(batch_rows=10)
    for number in range(1, 96):
        house.org.clock.advance(1)
        house.add_leads(1, first=number)
    house.org.break_after = 47
    with pytest.raises(ConnectionBrokenError):
        house.puller.pull("lead")
    assert house.mirror.count("lead") == 40
    house.org.clock.advance(3600)
    report = house.puller.pull("lead")
    assert report.read < 95  # it went on from where it stood
    assert house.mirror.count("lead") == 95


def test_what_came_late_or_changed_while_a_broken_load_lay_still_is_found_afterwards() -> None:
    house = House(batch_rows=10)
    for number in range(1, 31):
        house.org.clock.advance(1)
        house.add_leads(1, first=number)
        if number == 5:  # below everything that was read before the connection broke, and not yet to be seen
            late = house.org.add(
                "Lead", 99, late=590, LastName="L", Company="L", IsConverted=False, OwnerId=INTAKE
            )
    house.org.break_after = 25
    with pytest.raises(ConnectionBrokenError):
        house.puller.pull("lead")
    house.org.edit("Lead", record_id("Lead", 2), LastName="Changed")
    house.org.clock.advance(7_200)
    house.puller.pull("lead")
    house.puller.pull("lead")
    changed = house.reader.lead(record_id("Lead", 2))
    assert changed is not None
    assert changed.last_name == "Changed"
    assert house.reader.lead(late) is not None


def test_an_answer_that_does_not_add_up_takes_back_the_progress_made_by_it() -> None:
    house = House(batch_rows=10)
    for number in range(1, 31):
        house.org.clock.advance(1)
        house.add_leads(1, first=number)
    real = house.org.query

    def short(soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        rows = list(real(soql, deleted=deleted))
        yield from (row for row in rows if row["Id"] != record_id("Lead", 3))
        raise QueryFailedError("29 rows came where 30 were promised")

    house.org.query = short  # type: ignore[method-assign]
    with pytest.raises(QueryFailedError):
        house.puller.pull("lead")
    house.org.query = real  # type: ignore[method-assign]
    house.org.clock.advance(86_400)
    house.puller.pull("lead")
    assert house.mirror.count("lead") == 30


def test_the_mark_is_not_moved_when_a_pull_breaks() -> None:
    house = House()
    house.add_leads(3)
    house.puller.pull("lead")
    with house.mirror.reading() as connection:
        before = read_watermark(connection, LEAD_MAP).floor
    house.org.clock.advance(60)
    house.org.break_after = 1
    with pytest.raises(ConnectionBrokenError):
        house.puller.pull("lead")
    with house.mirror.reading() as connection:
        assert read_watermark(connection, LEAD_MAP).floor == before


def test_a_stamp_in_the_future_does_not_carry_the_mark_along() -> None:
    house = House()
    house.org.add("Account", 1, Name="Odd", stamp=START + timedelta(hours=5))
    house.puller.pull("account")
    house.org.clock.advance(30)
    house.org.add("Account", 2, Name="New")
    house.puller.pull("account")
    assert house.mirror.count("account") == 2


def test_a_record_with_a_future_stamp_still_takes_later_changes() -> None:
    house = House()
    odd = house.org.add("Account", 1, Name="Odd", stamp=START + timedelta(hours=5))
    house.puller.pull("account")
    house.org.clock.advance(30)
    house.org.edit("Account", odd, Name="Mended")
    house.puller.pull("account")
    found = house.reader.account(odd)
    assert found is not None
    assert found.name == "Mended"


def test_a_stale_answer_does_not_put_an_old_state_over_a_newer_one() -> None:
    house = House()
    acme = house.org.add("Account", 1, Name="Old")
    house.org.clock.advance(30)
    old_stamp = house.org.row("Account", acme)["SystemModstamp"]
    house.org.edit("Account", acme, Name="New")
    house.org.clock.advance(30)
    house.puller.pull("account")
    real = house.org.query

    def stale(soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        return ({**row, "Name": "Old", "SystemModstamp": old_stamp} for row in real(soql, deleted=deleted))

    house.org.query = stale  # type: ignore[method-assign]
    report = house.puller.pull("account")
    assert (report.same, report.unreadable) == (1, ())
    found = house.reader.account(acme)
    assert found is not None
    assert found.name == "New"


def test_a_first_guess_of_the_orgs_time_that_is_far_ahead_loses_nothing() -> None:
    house = House()
    house.add_leads(1)
    house.org.ahead = timedelta(hours=1)  # our clock before the org's first answer
    real = house.org.query

    def answering(soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        house.org.ahead = timedelta()
        return real(soql, deleted=deleted)

    house.org.query = answering  # type: ignore[method-assign]
    house.puller.pull("lead")
    house.org.clock.advance(15)
    house.add_leads(1, first=2)
    house.puller.pull("lead")
    assert house.mirror.count("lead") == 2


def test_a_floor_in_the_future_is_not_trusted() -> None:
    house = House()
    house.add_leads(1)
    house.puller.pull("lead")
    with house.mirror.engine.begin() as connection:
        connection.execute(table_of(PullState).update().values(floor=START + timedelta(days=1)))
    house.add_leads(1, first=2)
    house.puller.pull("lead")
    assert house.mirror.count("lead") == 2


def test_a_deleted_lead_is_known_as_deleted_and_nothing_personal_of_it_stays() -> None:
    house = House()
    lead = house.org.add(
        "Lead", 1, LastName="Doe", Company="Acme", Email="j.doe@acme.com", OwnerId=SARAH, IsConverted=False
    )
    house.puller.pull("lead")
    house.org.clock.advance(15)
    house.org.edit("Lead", lead, IsDeleted=True)
    assert house.puller.pull("lead").deleted == 1
    found = house.reader.lead(lead)
    assert found is not None
    assert (found.deleted, found.owner_id, found.email, found.company, found.last_name) == (
        True,
        SARAH,
        "",
        "",
        "",
    )
    assert house.reader.leads_with_email("j.doe@acme.com") == ()
    assert house.puller.pull("lead").deleted == 0


def test_a_lead_out_of_the_recycle_bin_comes_back_whole() -> None:
    house = House()
    house.add_leads(1)
    lead = record_id("Lead", 1)
    house.puller.pull("lead")
    for deleted in (True, False):
        house.org.clock.advance(15)
        house.org.edit("Lead", lead, IsDeleted=deleted)
        house.puller.pull("lead")
    found = house.reader.lead(lead)
    assert found is not None
    assert (found.deleted, found.company) == (False, "Acme")


def test_a_merged_account_leads_to_the_one_that_survived() -> None:
    house = House()
    first, second, third = (house.org.add("Account", number, Name=f"A{number}") for number in (1, 2, 3))
    house.puller.pull("account")
    house.org.clock.advance(15)
    house.org.edit("Account", first, IsDeleted=True, MasterRecordId=second)
    house.org.edit("Account", second, IsDeleted=True, MasterRecordId=third)
    house.puller.pull("account")
    assert house.reader.account(first) is None
    assert house.reader.surviving_account(first) == third
    assert house.reader.surviving_account(third) == third
    assert house.reader.surviving_account(record_id("Account", 77)) is None


def test_a_closed_deal_is_forgotten_and_a_reopened_one_comes_back() -> None:
    house = House()
    acme = house.org.add("Account", 1, Name="Acme")
    house.org.add("Opportunity", 1, AccountId=acme, IsClosed=True)
    deal = house.org.add("Opportunity", 2, AccountId=acme, IsClosed=False)
    house.puller.pull("opportunity")
    assert house.mirror.count("opportunity") == 1
    house.org.clock.advance(15)
    house.org.edit("Opportunity", deal, IsClosed=True)
    assert house.puller.pull("opportunity").deleted == 1
    assert house.reader.open_opportunities(acme) == ()
    house.org.clock.advance(15)
    house.org.edit("Opportunity", deal, IsClosed=False)
    house.puller.pull("opportunity")
    assert [one.id for one in house.reader.open_opportunities(acme)] == [deal]


def test_a_team_member_taken_off_is_gone_with_the_next_pull() -> None:
    house = House()
    acme = house.org.add("Account", 1, Name="Acme")
    one = house.org.add("AccountTeamMember", 1, AccountId=acme, UserId=SARAH, TeamMemberRole="CSM")
    other = house.org.add("AccountTeamMember", 2, AccountId=acme, UserId=SARAH, TeamMemberRole="Barista")
    house.puller.pull("team_member")
    assert [(one.id, one.role.value) for one in house.reader.team(acme)] == [
        (one, "customer_success"),
        (other, "other"),
    ]
    house.org.purge("AccountTeamMember", one)
    report = house.puller.pull("team_member")
    assert (report.deleted, report.same) == (1, 1)
    assert [one.id for one in house.reader.team(acme)] == [other]


@pytest.mark.parametrize("members", [5, 30])
def test_a_small_list_kept_in_another_object_from_now_on_replaces_the_old_one(
    monkeypatch: pytest.MonkeyPatch, members: int
) -> None:
    """What the old object said is no longer missed, and is forgotten in the same transaction."""
    monkeypatch.setitem(PREFIX, "Team__c", "a01")
    org, mirror = FakeOrg(), Mirror.open(None)
    account = org.add("Account", 1, Name="Acme")
    for name in ("AccountTeamMember", "Team__c"):
        for number in range(1, members + 1):
            org.add(name, number, AccountId=account, UserId=record_id("User", 1), TeamMemberRole="CSM")
    Puller(org, mirror, MAPPING, org.clock, keys=KEYS).pull("team_member")
    other = FieldMapping(
        objects={**MAPPING.objects, "team_member": replace(MAPPING.of("team_member"), object_name="Team__c")}
    )
    report = Puller(org, mirror, other, org.clock, keys=KEYS).pull("team_member")
    assert (report.new, report.deleted) == (members, 0)
    assert {one.id[:3] for one in Reader(mirror, other).team(account)} == {"a01"}
    assert mirror.count("team_member") == members


def test_another_object_that_is_empty_is_no_lost_right(monkeypatch: pytest.MonkeyPatch) -> None:
    org, mirror = FakeOrg(), Mirror.open(None)
    for number in range(1, 31):
        org.add("Opportunity", number, IsClosed=False)
    Puller(org, mirror, MAPPING, org.clock, keys=KEYS).pull("opportunity")
    other = replace(MAPPING.of("opportunity"), object_name="Deal__c")
    monkeypatch.setattr(fake_org, "MAPS", (other,))
    objects = {**MAPPING.objects, "opportunity": other}
    Puller(org, mirror, FieldMapping(objects=objects), org.clock, keys=KEYS).pull("opportunity")
    assert mirror.count("opportunity") == 0


def test_only_queues_are_read_and_each_knows_whether_it_may_own_leads() -> None:
    house = House()
    sales = house.org.add("Group", 1, Name="Sales", DeveloperName="Sales", Type="Queue")
    support = house.org.add("Group", 2, Name="Support", DeveloperName="Support", Type="Queue")
    house.org.add("Group", 3, Name="Everybody", DeveloperName="All", Type="Regular")
    house.org.add("QueueSobject", 1, QueueId=sales, SobjectType="Lead")
    house.org.add("QueueSobject", 2, QueueId=support, SobjectType="Case")
    house.puller.pull("queue")
    assert {one.name: one.takes_leads for one in house.reader.queues().values()} == {
        "Sales": True,
        "Support": False,
    }


def test_a_small_list_that_is_suddenly_empty_stops_and_keeps_what_is_here() -> None:
    house = House()
    acme = house.org.add("Account", 1, Name="Acme")
    for number in range(1, 31):
        house.org.add("AccountTeamMember", number, AccountId=acme, UserId=SARAH, TeamMemberRole="CSM")
    house.puller.pull("team_member")
    house.org.blind.add("AccountTeamMember")
    with pytest.raises(EmptySideError) as caught:
        house.puller.pull("team_member")
    assert (caught.value.had, caught.value.left) == (30, 0)
    assert len(house.reader.team(acme)) == 30


def test_a_full_reading_that_is_suddenly_empty_stops_and_moves_no_mark() -> None:
    house = House()
    for number in range(1, 31):
        house.org.add("Account", number, Name="A")
    house.puller.pull("account")
    with house.mirror.engine.begin() as connection:
        connection.execute(table_of(PullState).update().values(signature="another mapping"))
    house.org.blind.add("Account")
    with pytest.raises(EmptySideError):
        house.puller.pull("account")
    with house.mirror.reading() as connection:
        assert read_watermark(connection, ACCOUNT_MAP).floor is None
    assert house.mirror.count("account") == 30


def test_one_record_that_cannot_be_read_is_named_and_does_not_stop_the_rest() -> None:
    house = House()
    house.add_leads(2)
    bad = house.org.add("Lead", 66, LastName="Bad", Company="Secret", OwnerId="nobody", IsConverted=False)
    with capture_logs() as lines:
        report = house.puller.pull("lead")
    assert (report.new, report.unreadable) == (2, (bad,))
    assert [(one.record_id, one.field) for one in house.mirror.unreadable()] == [(bad, "owner_id")]
    assert any(line.get("record_id") == bad for line in lines)
    assert "Secret" not in str(lines)
    house.org.edit("Lead", bad, OwnerId=SARAH)
    assert house.puller.pull("lead").new == 1
    assert house.mirror.unreadable() == ()


def test_a_name_that_the_key_maker_stumbles_over_delays_only_itself() -> None:
    house = House()

    def stumble(name: str) -> str:
        if name == "Poison":
            raise RecursionError
        return name

    keys = type(KEYS)(company_key=stumble, company_domain=KEYS.company_domain, version="x")
    puller = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=keys)
    poisoned = house.org.add("Account", 1, Name="Poison")
    house.org.add("Account", 2, Name="Good")
    report = puller.pull("account")
    assert (report.new, report.unreadable) == (1, (poisoned,))


def test_another_field_in_the_mapping_reads_everything_again() -> None:
    house = House()
    house.org.add("Account", 1, Name="Acme", Industry="Tools", BillingCity="Berlin")
    house.puller.pull("account")
    house.org.clock.advance(86_400)
    wider = type(ACCOUNT_MAP)(
        noun="account",
        object_name="Account",
        fields={**ACCOUNT_MAP.fields, "city": ("BillingCity",)},
        words=ACCOUNT_MAP.words,
        extra=ACCOUNT_MAP.extra,
    )
    mapping = type(MAPPING)(objects={**MAPPING.objects, "account": wider})
    report = Puller(house.org, house.mirror, mapping, house.org.clock, keys=KEYS).pull("account")
    assert (report.first, report.changed) == (True, 1)
    assert [account.city for account in Reader(house.mirror, mapping).accounts()] == ["Berlin"]


@pytest.mark.parametrize("noun", ["opportunity", "case"])
@pytest.mark.parametrize("late", [0, 2_400], ids=["at once", "in a long transaction"])
def test_what_was_closed_while_the_mapping_was_changed_does_not_stay_open(noun: str, late: int) -> None:
    """A load asks for open deals only; what was closed since the last reading is asked for right after it."""
    house = House()
    name = MAPPING.of(noun).object_name
    account = house.org.add("Account", 1, Name="Acme")
    made = [house.org.add(name, number, AccountId=account, IsClosed=False) for number in range(1, 4)]
    house.org.clock.advance(3600)
    house.puller.pull(noun)
    house.org.edit(name, made[0], late=late, IsClosed=True)
    house.org.clock.advance(1800)
    house.puller.pull(noun)  # shows it only if the transaction has ended
    house.org.edit(name, made[1], IsClosed=True)
    house.org.clock.advance(1800)
    with house.mirror.engine.begin() as connection:
        connection.execute(table_of(PullState).update().values(signature="another mapping"))
    report = house.puller.pull(noun)
    assert (report.first, report.deleted) == (True, 2 if late else 1)
    assert house.mirror.count(noun) == 1
    house.org.clock.advance(300)
    assert not house.puller.pull(noun).first


def test_nor_when_the_load_breaks_and_lies_still_for_a_day() -> None:
    house = House(batch_rows=2)
    made = [house.org.add("Opportunity", number, IsClosed=False) for number in range(1, 9)]
    house.org.clock.advance(3600)
    house.puller.pull("opportunity")
    house.org.edit("Opportunity", made[0], IsClosed=True)
    house.org.clock.advance(3600)
    with house.mirror.engine.begin() as connection:
        connection.execute(table_of(PullState).update().values(signature="another mapping"))
    house.org.break_after = 5
    with pytest.raises(ConnectionBrokenError):
        house.puller.pull("opportunity")
    house.org.edit("Opportunity", made[7], IsClosed=True)
    house.org.clock.advance(86_400)
    house.puller.pull("opportunity")
    assert house.mirror.count("opportunity") == 6


def test_a_contact_that_lost_its_address_while_the_mapping_was_changed_is_forgotten() -> None:
    fields = {"id": ("Id",), "email": ("Email",), "account_id": ("AccountId",), "stamp": ("SystemModstamp",)}
    contacts = ObjectMap(noun="contact", object_name="Contact", fields=fields)
    org, mirror = FakeOrg(), Mirror.open(None)
    account = org.add("Account", 1, Name="Acme")
    made = [org.add("Contact", number, AccountId=account, Email=f"p{number}@acme.example") for number in (1, 2)]
    org.clock.advance(3600)

    def pull(object_map: ObjectMap) -> None:
        mapping = FieldMapping(objects={**MAPPING.objects, "contact": object_map})
        Puller(org, mirror, mapping, org.clock, keys=KEYS).pull("contact")

    pull(contacts)
    org.edit("Contact", made[0], Email=None)
    org.clock.advance(3600)
    pull(replace(contacts, fields={**fields, "deleted": ("IsDeleted",)}))
    assert mirror.count("contact") == 1


def test_new_keys_are_worked_out_without_asking_the_org() -> None:
    house = House()
    house.org.add("Lead", 1, LastName="D", Company="Acme", Email="a@gmail.com", OwnerId=SARAH, IsConverted=False)
    house.puller.pull("lead")
    calls = len(house.org.calls)
    keys = type(KEYS)(
        company_key=KEYS.company_key, company_domain=lambda mail: mail.rpartition("@")[2], version="2"
    )
    puller = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=keys)
    puller.pull("case")
    assert len(house.org.calls) == calls + 1
    with house.mirror.reading() as connection:
        assert connection.exec_driver_sql("SELECT email_domain FROM lead").scalar() == "gmail.com"


def test_a_noun_the_mapping_does_without_is_passed_over() -> None:
    house = House()
    mapping = type(MAPPING)(objects={noun: one for noun, one in MAPPING.objects.items() if noun != "case"})
    report = Puller(house.org, house.mirror, mapping, house.org.clock, keys=KEYS).pull("case")
    assert report.mapped is False
    assert house.org.calls == []


def test_pull_all_reads_every_noun_owners_first_and_leads_last() -> None:
    house = House()
    house.org.add("Organization", 1, Name="Our org", TimeZoneSidKey="Europe/Berlin", IsSandbox=True)
    house.org.add("User", 1, Name="Sarah", Email="sarah@x.com", IsActive=True)
    nouns = [report.noun for report in house.puller.pull_all()]
    assert (nouns[0], nouns[-1]) == ("organization", "lead")
    organization = house.reader.organization()
    assert organization is not None
    assert (organization.time_zone, organization.sandbox) == ("Europe/Berlin", True)
    assert house.reader.directory().by_email("SARAH@x.com") is not None


def test_another_org_is_refused() -> None:
    house = House()
    one = house.org.add("Organization", 1, Name="Ours")
    house.puller.pull("organization")
    house.org.purge("Organization", one)
    house.org.add("Organization", 2, Name="Theirs")
    with pytest.raises(OtherOrgError):
        house.puller.pull("organization")
    house.mirror.empty()
    assert house.puller.pull("organization").new == 1


def test_when_a_noun_was_last_read_to_its_end_is_known_until_the_mapping_asks_for_more() -> None:
    house = House()
    house.add_leads(3)
    assert house.puller.finished_at("lead") is None
    house.puller.pull("lead")
    assert house.puller.finished_at("lead") == house.org.clock.now()
    wider = replace(LEAD_MAP, extra={**LEAD_MAP.extra, "shoe_size": "Shoe_Size__c"})
    mapping = replace(MAPPING, objects={**MAPPING.objects, "lead": wider})
    other = Puller(house.org, house.mirror, mapping, house.org.clock, keys=KEYS)
    assert other.finished_at("lead") is None
