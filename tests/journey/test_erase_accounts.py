"""A company's account outlives the erasure of the lead that completed the company: it is asked for once (I6)."""

from pathlib import Path

import pytest

from sfrouter.journey.erase import erase
from sfrouter.ledger.new_accounts import AccountState
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.write import WriteKind, WriteState
from tests.journey.stage import Stage
from tests.journey.test_erase import found_in
from tests.journey.test_new_accounts import MADE, answered, asked, new_company, without_8b

DOMAIN = "newcompany.com"


def ended(stage: Stage, key: str) -> None:
    """The org's account is found by its mark, or made now."""
    if asked(stage):
        stage.ledger.mark_sending([key], stage.clock.now())
    settled = Settlement(key=key, state=WriteState.DONE, record_id=MADE)
    stage.ledger.settle([settled], stage.clock.now())


@pytest.mark.parametrize("state", [WriteState.PENDING, WriteState.UNKNOWN])
def test_the_account_is_still_made_and_not_asked_for_twice(tmp_path: Path, state: WriteState) -> None:
    """It goes as it was asked for; of the lead it was kept with nothing is left, and no later lead asks again."""
    stage = without_8b(folder=tmp_path)
    lead = new_company(stage)[-1].lead_id
    (write,) = asked(stage)
    assert write.lead_id == lead
    if state is WriteState.UNKNOWN:
        answered(stage, state, text="Zyxlast lost the line")
    assert erase(stage.ledger, stage.mirror, [lead]).erased.in_flight == 0
    assert found_in(tmp_path) == set()
    assert stage.ledger.unerased([lead]) == (), "no further sweep finds anything to do"
    kept = stage.ledger.asked_account(DOMAIN)
    assert kept is not None
    assert kept.state is AccountState.ON_ITS_WAY
    stage.clock.advance(3600)
    stage.lead(email=f"p9@{DOMAIN}", company="New Company Inc")
    stage.cycle()
    now = stage.ledger.asked_account(DOMAIN)
    assert now is not None
    assert now.turn == 1
    found = asked(stage) or stage.ledger.unknown(WriteKind.ACCOUNT, stage.clock.now(), 9)
    assert [(one.key, one.state, dict(one.values)) for one in found] == [(write.key, state, dict(write.values))]


def test_what_its_write_held_goes_once_the_org_has_the_account() -> None:
    stage = without_8b()
    lead = new_company(stage)[-1].lead_id
    (write,) = asked(stage)
    erase(stage.ledger, stage.mirror, [lead])
    ended(stage, write.key)
    assert stage.ledger.unerased([lead]) == (lead,)
    assert erase(stage.ledger, stage.mirror, [lead]).erased.writes == 1
    assert stage.ledger.unerased([lead]) == ()
    made = stage.ledger.asked_account(DOMAIN)
    assert made is not None
    assert (made.state, made.account_id) == (AccountState.MADE, MADE)


def test_nobodys_name_or_address_stands_in_it() -> None:
    """What may survive an erasure: the company, its domain, its owner, and how many leads it was made of."""
    stage = without_8b()
    new_company(stage)
    (write,) = asked(stage)
    assert set(write.values) == {"Name", "OwnerId", "Website", "Created_By_Router__c", "Description"}
    said = str(write.values["Description"]).splitlines()[0]
    assert said == f"Made by the lead router of 3 leads at {DOMAIN} without an account."
    assert write.extra == {}
