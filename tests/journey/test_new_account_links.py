"""R067: the link to an account made of a lead, beside people and programs that change the lead."""

from sfrouter.journey.contests import notice_contests
from sfrouter.journey.link_new_accounts import link_new_accounts
from tests.journey.stage import CARL, DORA, SARAH, Stage, an_id
from tests.journey.test_new_accounts import made, new_company, without_8b


def an_account_is_due(*, taken_by: str = "") -> tuple[Stage, str]:
    """Leads of a company whose account the org has just made; the second one has been taken by somebody."""
    stage = without_8b()
    lead = new_company(stage)[1].lead_id
    notice_contests(stage.house)
    if taken_by:
        stage.clock.advance(86_400)
        stage.edit(lead, by=taken_by, owner_id=taken_by)
        assert notice_contests(stage.house) == 0
    made(stage)
    stage.clock.advance(60)
    return stage, lead


def test_a_link_written_on_a_lead_that_a_person_took_accuses_no_automation() -> None:
    stage, lead = an_account_is_due(taken_by=DORA)
    assert link_new_accounts(stage.house) == 3
    stage.arrive()
    row = stage.house.desk.reader.lead(lead)
    assert row is not None
    assert (row.owner_id, row.account_id) == (DORA, an_id("account", 77))
    assert notice_contests(stage.house) == 0
    assert stage.ledger.contests() == ()


def test_an_automation_that_changes_the_owner_within_our_link_is_named_all_the_same() -> None:
    stage, lead = an_account_is_due(taken_by=DORA)
    assert link_new_accounts(stage.house) == 3
    stage.arrive()
    stage.edit(lead, by=stage.house.identity.user_id, owner_id=SARAH)  # type: ignore[union-attr]
    assert notice_contests(stage.house) == 1


def test_a_link_that_is_overtaken_again_and_again_is_left_for_a_day() -> None:
    """F37, I13: a program that touches the lead each minute cost a decision and a call each round, without end."""
    stage, lead = an_account_is_due()
    assert link_new_accounts(stage.house) == 3
    rounds = 0
    for _ in range(10):
        stage.overtaken(lead, by=an_id("user", 99), owner_id=CARL)
        stage.clock.advance(60)
        if not link_new_accounts(stage.house):
            break
        rounds += 1
    assert rounds == 2
    stage.clock.advance(86_400)
    assert link_new_accounts(stage.house) == 1
