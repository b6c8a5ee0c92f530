"""Several partner kinds on one account (a multi-select picklist): the kind that the hierarchy names first decides.

C23: (a) partner company, (b) partner-sourced, (c) partner-managed, (d) direct with a partner involved. The org
joins the choices in an order of its own, which says nothing.
"""

import pytest

from tests.journey.stage import CARL, DORA, SARAH, Stage

COMPANY, SOURCED, MANAGED, INVOLVED = "Reseller", "Partner Sourced", "Partner Managed", "Partner Involved"


def decided(kinds: str) -> tuple[str, str]:
    """Who has a lead of Sarah's customer, and by which words; Dora is partner manager, Carl the partner's user."""
    stage = Stage()
    stage.account(partner_kind=[kinds], partner_manager_id=DORA, partner_owner_id=CARL)
    stage.lead(company="Acme", state="California")
    decision = stage.one(stage.cycle())
    return stage.owner(decision), decision.reason


@pytest.mark.parametrize(
    ("before", "after", "owner", "words"),
    [
        (COMPANY, SOURCED, DORA, "partner company"),
        (COMPANY, MANAGED, DORA, "partner company"),
        (COMPANY, INVOLVED, DORA, "partner company"),
        (SOURCED, MANAGED, CARL, "a partner brought"),
        (SOURCED, INVOLVED, CARL, "a partner brought"),
        (MANAGED, INVOLVED, CARL, "a partner manages"),
    ],
)
def test_of_two_kinds_the_one_that_is_named_first_decides(before: str, after: str, owner: str, words: str) -> None:
    for kinds in (f"{before};{after}", f"{after};{before}"):
        found, reason = decided(kinds)
        assert (found, words in reason) == (owner, True), f"{kinds}: {reason}"


@pytest.mark.parametrize(
    ("kind", "owner", "words"),
    [
        (SOURCED, CARL, "a partner brought"),
        (MANAGED, CARL, "a partner manages"),
        (INVOLVED, SARAH, "customer"),
    ],
)
def test_the_second_kind_alone_decides_as_it_does_alone(kind: str, owner: str, words: str) -> None:
    """The near miss: the same account without the kind that goes before."""
    found, reason = decided(kind)
    assert (found, words in reason) == (owner, True), reason
