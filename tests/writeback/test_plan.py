"""Which writes a decision asks for, and that each is named the same whenever it is planned."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sfrouter.config.mapping import NotMappedError, read_mapping
from sfrouter.model.decision import Decision, Notice
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.writeback.names import LeadNames, TaskNames
from sfrouter.writeback.plan import PlanSettings, plan_writes
from sfrouter.writeback.task_text import references_in
from tests.ledger.samples import ACME, BOB, LEAD, NOON, QUEUE, SARAH, decision
from tests.writeback.fake_org import mapping

ORG = "00D000000000001AAA"
EARLIER = NOON - timedelta(minutes=5)


def lead(**changes: Any) -> Lead:
    values: dict[str, Any] = {"id": LEAD, "owner_id": QUEUE, "created_at": EARLIER, "modified_at": EARLIER}
    return Lead(**{**values, "stamp": EARLIER, "status": "Open", **changes})


def plan(made: Decision, of: Lead, **more: Any) -> tuple[Write, ...]:
    return plan_writes(made, of, mapping(), ORG, **more)


def notice(**changes: Any) -> Notice:
    values: dict[str, Any] = {
        "kind": "new_owner",
        "person_id": SARAH,
        "subject": "New lead",
        "text": "Please call.",
    }
    return Notice(**{**values, **changes})


def test_the_lead_write_carries_owner_and_link_and_the_condition() -> None:
    first, task = plan(decision(), lead())
    assert (first.kind, first.state, first.object_name) == (WriteKind.LEAD, WriteState.PENDING, "Lead")
    assert first.values == {"OwnerId": SARAH, "Matched_Account__c": ACME}
    assert (first.record_id, first.unmodified_since) == (LEAD, EARLIER)
    assert (task.kind, task.state) == (WriteKind.TASK, WriteState.WAITING)


@pytest.mark.parametrize(
    ("present", "values"),
    [
        ({"owner_id": SARAH}, {"Matched_Account__c": ACME}),
        ({"account_id": ACME}, {"OwnerId": SARAH}),
    ],
)
def test_only_what_differs_is_written(present: dict[str, str], values: dict[str, str]) -> None:
    assert plan(decision(), lead(**present))[0].values == values


def test_tasks_need_not_wait_when_the_lead_is_right_already() -> None:
    (task,) = plan(decision(), lead(owner_id=SARAH, account_id=ACME))
    assert (task.kind, task.state) == (WriteKind.TASK, WriteState.PENDING)


def test_no_owner_no_link_and_nobody_to_tell_is_nothing_to_write() -> None:
    assert plan(decision(owner=None, link_account_id=None, notices=()), lead()) == ()


def test_the_link_is_left_alone_when_the_policy_says_so() -> None:
    first = plan(decision(), lead(), settings=PlanSettings(write_link=False))[0]
    assert first.values == {"OwnerId": SARAH}


def test_further_values_are_written_in_the_orgs_words_when_they_differ() -> None:
    changes = {"status": "disqualified", "priority": "hot"}
    first = plan(decision(owner=None, link_account_id=None, changes=changes), lead())[0]
    assert first.values == {"Status": "Unqualified", "Rating": "Hot"}
    again = plan(decision(owner=None, link_account_id=None, changes=changes), lead(status="Unqualified"))[0]
    assert again.values == {"Rating": "Hot"}


def test_a_value_the_mapping_does_not_know_is_an_error_with_its_mend() -> None:
    with pytest.raises(NotMappedError, match=r"lead\.colour"):
        plan(decision(changes={"colour": "red"}), lead())


def test_keys_are_the_same_for_the_same_plan_and_differ_by_org_lead_number_and_person() -> None:
    made = decision(notices=(notice(), notice(person_id=BOB), notice(kind="executive")))
    keys = [write.key for write in plan(made, lead())]
    assert keys == [write.key for write in plan(made, lead())]
    assert len(set(keys)) == len(keys) == 4
    assert all(len(key) == 64 for key in keys)
    others = [
        *plan(replace(made, number=2), lead()),
        *plan_writes(made, lead(), mapping(), "00D000000000002AAA"),
        *plan(replace(made, lead_id="00Q000000000002AAA"), lead(id="00Q000000000002AAA")),
    ]
    assert len({*keys, *(write.key for write in others)}) == 16


def test_one_person_gets_one_task_of_a_kind_the_first_one() -> None:
    tasks = plan(decision(notices=(notice(subject="first"), notice(subject="second"))), lead())[1:]
    assert [task.values["Subject"] for task in tasks] == ["first"]


def test_a_task_names_the_lead_only_its_owner_and_its_day_in_the_orgs_time_zone() -> None:
    due = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    settings = PlanSettings(time_zone=ZoneInfo("Asia/Tokyo"))
    task = plan(decision(notices=(notice(due_at=due, high=True),)), lead(), settings=settings)[1]
    text = task.values["Description"]
    assert task.values == {
        "WhoId": LEAD, "OwnerId": SARAH, "Subject": "New lead", "Description": text, "Status": "Not Started",
        "Priority": "High", "ActivityDate": "2026-03-03", "IsReminderSet": True,
        "ReminderDateTime": "2026-03-02T23:30:00Z",
    }  # fmt: skip


def test_a_task_without_a_due_time_has_neither_day_nor_reminder() -> None:
    values = plan(decision(), lead())[1].values
    assert values["Priority"] == "Normal"
    assert not {"ActivityDate", "IsReminderSet", "ReminderDateTime"} & set(values)


def test_the_text_names_the_account_and_ends_with_the_mark_of_its_write() -> None:
    account = Account(id=ACME, name="Acme")
    settings = PlanSettings(org_url="https://acme.my.salesforce.com/")
    task = plan(decision(), lead(), account=account, settings=settings)[1]
    assert task.values["Description"] == (
        "Please call\n\n"
        f"Account: Acme (https://acme.my.salesforce.com/{ACME})\n"
        f"Lead: https://acme.my.salesforce.com/{LEAD}\n"
        f"Ref: sfr-{task.key[:16]}"
    )


@pytest.mark.parametrize("letter", ["x", "é", "漢", "😀"])
def test_texts_too_long_for_the_org_are_cut_but_never_the_mark(letter: str) -> None:
    made = decision(notices=(notice(subject=letter * 300, text=letter * 40_000),))
    task = plan(made, lead(), account=Account(id=ACME, name="Acme"))[1]
    subject, text = task.values["Subject"], task.values["Description"]
    assert isinstance(subject, str)
    assert isinstance(text, str)
    assert 250 < len(subject.encode("utf-16-le")) // 2 <= 255
    assert 31_990 < len(text.encode("utf-16-le")) // 2 <= 32_000
    assert references_in(text) == {f"sfr-{task.key[:16]}"}


def test_a_subject_is_one_line() -> None:
    task = plan(decision(notices=(notice(subject="New\nlead\r\n today"),)), lead())[1]
    assert task.values["Subject"] == "New lead today"


def test_what_is_urgent_goes_first() -> None:
    first, urgent, plain = plan(decision(notices=(notice(high=True), notice(person_id=BOB))), lead())
    assert (first.priority, urgent.priority, plain.priority) == (1, 1, 1)
    assert {write.priority for write in plan(decision(), lead())} == {5}


@pytest.mark.parametrize(("seconds", "look"), [(0.0, True), (1.9, True), (2.0, False), (300.0, False)])
def test_a_lead_read_in_the_second_of_its_change_is_looked_at_before_it_is_written(
    seconds: float, look: bool
) -> None:
    first = plan(decision(), lead(), read_at=EARLIER + timedelta(seconds=seconds))[0]
    assert ("look_first" in first.extra) is look


def test_the_shipped_mapping_names_everything_that_is_written() -> None:
    shipped, problems = read_mapping(Path(__file__).parents[2] / "mappings")
    assert shipped is not None, problems
    LeadNames.of(shipped)
    TaskNames.of(shipped)
    made = decision(changes={"priority": "hot"}, notices=(notice(due_at=NOON),))
    assert len(plan_writes(made, lead(), shipped, ORG)) == 2
