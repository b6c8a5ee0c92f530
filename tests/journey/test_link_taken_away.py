"""What becomes of the links to an account that was made, once a person took one away (R044, R067)."""

import pytest

from sfrouter.journey.link_new_accounts import link_new_accounts
from sfrouter.ledger.retention import Keep
from tests.journey.stage import CARL, Stage
from tests.journey.test_new_accounts import made, new_company, without_8b


def linked() -> tuple[Stage, list[str]]:
    """Three leads of a new company that has its account; all are linked."""
    stage = without_8b()
    leads = [one.lead_id for one in new_company(stage)]
    made(stage)
    stage.clock.advance(60)
    assert link_new_accounts(stage.house) == 3
    stage.arrive()
    return stage, leads


@pytest.mark.parametrize("gone", ["kept", "by age", "erased"])
def test_a_link_that_a_person_took_away_stays_away_when_our_words_are_gone(gone: str) -> None:
    """R044: that there was a link is known for ever, though not to which account."""
    stage, leads = linked()
    stage.edit(leads[1], by=CARL, account_id=None, owner_id=CARL)
    if gone == "by age":
        stage.clock.advance(31 * 86_400)
        assert stage.ledger.forget_old(Keep(traces=30)).traces
    elif gone == "erased":
        stage.ledger.erase_leads([leads[1]])
    assert link_new_accounts(stage.house) == 0
    assert stage.waiting_writes() == ()
