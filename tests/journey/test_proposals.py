"""Proposed accounts in the review queue: ranked with the others, made once, and every answer is remembered."""

from decimal import Decimal

import pytest

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.journey.accounts import agree, leave, turn_down
from sfrouter.journey.link_new_accounts import link_new_accounts
from sfrouter.journey.proposals import Proposal, open_proposals, open_questions, pick_proposals
from sfrouter.ledger.new_accounts import AccountState, NoSuchNewAccountError
from sfrouter.model.dossier import NamedEntry
from sfrouter.model.new_company import Action
from sfrouter.model.review import ReviewState
from tests.journey.stage import Stage, an_id
from tests.journey.test_new_accounts import MADE, asked, made, new_company

PROPOSE = NewAccounts(action=Action.PROPOSE)


def questions(stage: Stage) -> list[str]:
    """What is asked, in the queue's order: the account's name of a match, the domain of a proposal."""
    found = open_questions(stage.house.desk, stage.clock.now())
    return [one.asked.domain if isinstance(one, Proposal) else one.item.account_id for one in found]


@pytest.fixture
def stage() -> Stage:
    """Three leads of one new company, for which an account is proposed."""
    made = Stage(new_accounts=PROPOSE)
    new_company(made)
    return made


def test_a_proposed_account_is_an_item_with_its_leads_and_the_owner_it_would_have(stage: Stage) -> None:
    (one,) = open_proposals(stage.house.desk, stage.clock.now())
    assert (one.id, len(one.leads), one.owner) == ("new:newcompany.com", 3, "Bob")
    assert (one.stake.words, "3 leads" in one.why) == ("3 leads", True)


def test_it_stands_after_what_money_hangs_on_and_before_a_single_lead_without_any(stage: Stage) -> None:
    """RV1: ranked by value at stake with the others."""
    stage.account(1, contract_value=Decimal(90_000))
    stage.account(2, name="Zenith Corp", relationship=["Prospect"])
    stage.lead(company="Acme Labs")
    stage.lead(company="Zenith Labs")
    stage.cycle()
    assert questions(stage) == [an_id("account", 1), "newcompany.com", an_id("account", 2)]


def test_who_is_perhaps_on_the_named_list_comes_first_though_no_account_is_known() -> None:
    """R073: the list's own suspicion counts as named."""
    stage = Stage(named_entries=(NamedEntry(company="Globex Strategic Partner", owner_email="carl@ours.example"),))
    stage.account(1, contract_value=Decimal(90_000))
    stage.lead(company="Acme Labs")
    stage.lead(company="Globex Strategic", email="joe@gmail.com")
    stage.cycle()
    assert questions(stage)[0] == ""


def test_accepting_makes_the_account_once_and_the_question_is_gone(stage: Stage) -> None:
    agree(stage.house, "newcompany.com")
    assert questions(stage) == []
    with pytest.raises(NoSuchNewAccountError):
        agree(stage.house, "newcompany.com")
    assert len(asked(stage)) == 1
    made(stage)
    assert questions(stage) == []


def test_a_rejected_proposal_never_comes_back(stage: Stage) -> None:
    turn_down(stage.house.desk, "newcompany.com")
    stage.lead(email="p9@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert (questions(stage), asked(stage)) == ([], ())


def test_a_skipped_one_is_out_of_the_queue_stays_so_and_can_be_accepted_all_the_same(stage: Stage) -> None:
    desk = stage.house.desk
    assert leave(desk, "newcompany.com").state is AccountState.SKIPPED
    stage.lead(email="p9@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert questions(stage) == []
    (one,), rest = pick_proposals(desk, stage.clock.now(), ["NEW:newcompany.com", "other"])
    assert (one.asked.state, list(rest)) == (AccountState.SKIPPED, ["other"])
    assert [one.id for one in open_proposals(desk, stage.clock.now(), state=ReviewState.SKIPPED)] == [one.id]
    agree(stage.house, "newcompany.com")
    assert len(asked(stage)) == 1


def test_a_pattern_of_the_company_picks_it_and_another_does_not(stage: Stage) -> None:
    desk, now = stage.house.desk, stage.clock.now()
    assert [one.asked.domain for one in pick_proposals(desk, now, (), company="new comp*")[0]] == [
        "newcompany.com"
    ]
    assert pick_proposals(desk, now, (), company="Zzz*")[0] == ()


def test_a_proposal_whose_leads_all_found_an_account_is_no_question_any_more(stage: Stage) -> None:
    for lead in stage.house.desk.ledger.asked_accounts()[0].lead_ids:
        stage.edit(lead, account_id=an_id("account", 9))
    assert questions(stage) == []


def test_leads_that_came_between_the_proposal_and_the_yes_are_linked_too(stage: Stage) -> None:
    """R067: open ones of the company; not a lost one, one linked elsewhere, or another company's."""
    between = stage.lead(email="p8@newcompany.com", company="New Company Inc")
    lost = stage.lead(email="p9@newcompany.com", company="New Company Inc")
    elsewhere = stage.lead(email="p10@newcompany.com", company="New Company Inc")
    other = stage.lead(email="p11@other.example", company="Other")
    stage.cycle()
    stage.edit(lost, status="Unqualified")
    stage.edit(elsewhere, account_id=an_id("account", 9))
    stage.clock.advance(60)
    found = agree(stage.house, "newcompany.com")
    assert between in found.lead_ids
    assert not {lost, elsewhere, other} & set(found.lead_ids)
    made(stage)
    link_new_accounts(stage.house)
    stage.arrive()
    lead = stage.house.desk.reader.lead(between)
    assert lead is not None
    assert lead.account_id == MADE
