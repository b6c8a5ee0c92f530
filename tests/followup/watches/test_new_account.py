"""What makes a company earn an account, and what it is called."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sfrouter.followup.watches.new_account import NewAccounts, company_name
from sfrouter.model.new_company import Action, Candidate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CREATE = NewAccounts(action=Action.CREATE)


def one(number: int, **values: Any) -> Candidate:
    """A lead of its own person, `number` hours after noon."""
    usual: dict[str, Any] = {
        "lead_id": f"lead {number}", "person": f"p{number}@new.example",
        "created_at": NOON + timedelta(hours=number),
        "owner_id": f"owner {number}", "known": True, "open": True, "in_review": False, "personal": False,
        "company": "New Company Inc", "name_key": "newcompany",
    }  # fmt: skip
    return Candidate(**{**usual, **values})


def test_the_third_person_earns_it_and_the_first_leads_owner_has_it() -> None:
    """R066, R068."""
    found = CREATE.earned("new.example", [one(3), one(1), one(2)], "lead 3")
    assert found is not None
    assert (found.first_owner_id, found.name, found.lead_ids) == (
        "owner 1", "New Company Inc", ("lead 1", "lead 2", "lead 3"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "third",
    [
        one(3, person="p1@new.example"), one(3, open=False), one(3, in_review=True), one(3, person=""),
        one(4, known=False),
    ],
    ids=["the same person", "closed", "in review", "no address", "came later"],
)  # fmt: skip
def test_two_and_a_half_leads_do_not(third: Candidate) -> None:
    assert CREATE.earned("new.example", [one(1), one(2), third], "lead 2" if not third.known else "lead 3") is None


def test_a_persons_own_domain_needs_three_people_whatever_the_setting() -> None:
    """R072."""
    two = NewAccounts(action=Action.CREATE, leads=2)
    assert two.earned("new.example", [one(1), one(2)], "lead 2") is not None
    assert two.earned("smith.example", [one(1, personal=True), one(2)], "lead 2") is None
    assert two.earned("smith.example", [one(1, personal=True), one(2), one(3)], "lead 3") is not None


def test_off_and_blocked_domains_earn_nothing() -> None:
    leads = [one(1), one(2), one(3)]
    assert NewAccounts().earned("new.example", leads, "lead 3") is None
    blocked = NewAccounts(action=Action.CREATE, never_for=("new.example",))
    assert blocked.earned("new.example", leads, "lead 3") is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("New Company Inc", "New Company", "New Company"), "New Company"),
        (("New Company Inc", "New  Company Inc"), "New Company Inc"),
        (("New Company", "New Company Inc"), "New Company"),
        (("", ""), "New"),
    ],
)
def test_the_name_is_as_most_leads_spell_it(said: tuple[str, ...], name: str) -> None:
    leads = [
        one(number, company=text, name_key="newcompany" if text else "") for number, text in enumerate(said, 1)
    ]
    assert company_name(leads, "new.example") == name


def test_of_two_companies_the_one_more_leads_name() -> None:
    leads = [
        one(1, company="Other", name_key="other"),
        one(2),
        one(3, company="NEW COMPANY", name_key="newcompany"),
    ]
    assert company_name(leads, "new.example") == "New Company Inc"
