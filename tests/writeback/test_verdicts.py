"""What the org's ENTITY_IS_DELETED means for each kind of write."""

import random
from dataclasses import replace

import pytest

from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import failed
from sfrouter.writeback.settings import SendSettings
from sfrouter.writeback.verdicts import ACCOUNT_GONE, QUEUE_GONE, Answers
from tests.writeback.house import ACME, NOON, PEOPLE, lead_id

LINK = "Matched_Account__c"


@pytest.mark.parametrize(
    ("kind", "values", "state", "anew"),
    [
        (WriteKind.LEAD, {"OwnerId": PEOPLE[0], LINK: ACME}, WriteState.SUPERSEDED, ACCOUNT_GONE),
        (WriteKind.LEAD, {"OwnerId": PEOPLE[0], LINK: None}, WriteState.SUPERSEDED, ""),
        (WriteKind.LEAD, {"OwnerId": PEOPLE[0]}, WriteState.SUPERSEDED, ""),
        (WriteKind.TASK, {"OwnerId": PEOPLE[0]}, WriteState.SUPERSEDED, ""),
        (WriteKind.REMOVAL, {}, WriteState.DONE, ""),
    ],
)
def test_a_deleted_record(kind: WriteKind, values: dict[str, str | None], state: WriteState, anew: str) -> None:
    """A lead that is to be linked may be there and its account gone; an account to remove is as it should be."""
    write = Write(
        key="k", lead_id=lead_id(1), decision_number=1, kind=kind, object_name="Lead", values=dict(values)
    )
    answer = failed(Verdict.GONE, "ENTITY_IS_DELETED", "entity is deleted")
    settled = Answers(SendSettings(), random.Random(1), LINK).settle(write, answer, NOON, "OwnerId", alone=True)
    assert (settled.state, settled.decide_anew) == (state, anew)
    assert settled.text


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (WriteKind.LEAD, WriteState.PENDING),
        (WriteKind.TASK, WriteState.PENDING),
        (WriteKind.ACCOUNT, WriteState.DEAD),
        (WriteKind.REMOVAL, WriteState.DONE),
    ],
)
def test_a_record_that_is_not_there_at_all(kind: WriteKind, state: WriteState) -> None:
    """A lead may as well be hidden from us for a while: it is looked for before anything is given up."""
    write = Write(key="k", lead_id=lead_id(1), decision_number=1, kind=kind, object_name="Lead", values={})
    answer = failed(Verdict.GONE, "NOT_FOUND", "The requested resource does not exist")
    settled = Answers(SendSettings(), random.Random(1), LINK).settle(write, answer, NOON, "OwnerId", alone=True)
    assert settled.state is state
    assert settled.code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("kind", "matches", "state"),
    [
        (WriteKind.ACCOUNT, (ACME,), WriteState.DONE),
        (WriteKind.ACCOUNT, (ACME, ACME[:14] + "2AAA"), WriteState.REFUSED),
        (WriteKind.ACCOUNT, (), WriteState.REFUSED),
        (WriteKind.LEAD, (lead_id(2),), WriteState.REFUSED),
    ],
)
def test_a_duplicate_account_is_used_where_the_org_names_just_one(
    kind: WriteKind, matches: tuple[str, ...], state: WriteState
) -> None:
    """F42: which of several is meant is for a person to say; a lead is written again by policy only."""
    write = Write(key="k", lead_id=lead_id(1), decision_number=1, kind=kind, object_name="Account", values={})
    answer = replace(failed(Verdict.DUPLICATE, "DUPLICATES_DETECTED", "use it"), matches=matches)
    settled = Answers(SendSettings(), random.Random(1), LINK).settle(write, answer, NOON, "OwnerId", alone=True)
    assert (settled.state, settled.code) == (state, "DUPLICATES_DETECTED")
    assert settled.record_id == (matches[0] if state is WriteState.DONE else None)


@pytest.mark.parametrize("code", ["INVALID_OPERATION", "INVALID_CROSS_REFERENCE_KEY"])
@pytest.mark.parametrize(
    ("kind", "owner", "state", "anew"),
    [
        (WriteKind.LEAD, "00G000000000001AAA", WriteState.SUPERSEDED, QUEUE_GONE),
        (WriteKind.LEAD, PEOPLE[0], WriteState.REFUSED, ""),
        (WriteKind.TASK, "00G000000000001AAA", WriteState.REFUSED, ""),
    ],
)
def test_a_queue_that_takes_no_leads_any_more(
    code: str, kind: WriteKind, owner: str, state: WriteState, anew: str
) -> None:
    """F39: the lead is decided anew; it was refused for good and lay in the intake."""
    values = {"OwnerId": owner}
    write = Write(key="k", lead_id=lead_id(1), decision_number=1, kind=kind, object_name="Lead", values=values)
    answer = failed(Verdict.REFUSED, code, "Queue not associated with this SObject type")
    settled = Answers(SendSettings(), random.Random(1), LINK).settle(write, answer, NOON, "OwnerId", alone=True)
    assert (settled.state, settled.decide_anew, settled.code) == (state, anew, code)
