"""People's word on proposed accounts: agreed to once, turned down for good."""

import pytest

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.journey.accounts import agree, list_accounts, turn_down
from sfrouter.ledger.new_accounts import AccountState, NoSuchNewAccountError
from sfrouter.model.new_company import Action
from tests.journey.stage import BOB, Stage
from tests.journey.test_new_accounts import asked, made, new_company

PROPOSE = NewAccounts(action=Action.PROPOSE)


def test_a_proposed_account_is_made_once_somebody_agrees() -> None:
    stage = Stage(new_accounts=PROPOSE)
    new_company(stage)
    assert [one.state for one in list_accounts(stage.house.desk)] == [AccountState.PROPOSED]
    found = agree(stage.house, " NewCompany.com")
    assert (found.state, found.owner_id, len(found.lead_ids)) == (AccountState.ON_ITS_WAY, BOB, 3)
    (write,) = asked(stage)
    assert (write.values["Name"], write.values["OwnerId"]) == ("New Company Inc", BOB)
    made(stage)
    with pytest.raises(NoSuchNewAccountError, match="is made"):
        agree(stage.house, "newcompany.com")


def test_what_was_turned_down_is_not_proposed_again() -> None:
    stage = Stage(new_accounts=PROPOSE)
    new_company(stage)
    assert turn_down(stage.house.desk, "newcompany.com").state is AccountState.DISMISSED
    stage.lead(email="p9@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert [one.state for one in list_accounts(stage.house.desk)] == [AccountState.DISMISSED]
    with pytest.raises(NoSuchNewAccountError):
        agree(stage.house, "newcompany.com")
    with pytest.raises(NoSuchNewAccountError, match="no account was asked for"):
        turn_down(stage.house.desk, "elsewhere.example")
