"""RV1, R073: a lead that is perhaps an entry of the named list which has no account: what each answer means."""

from dataclasses import replace

import pytest

from sfrouter.config.policy_form import Reviews
from sfrouter.journey.answer import NoAccountError
from sfrouter.journey.dossier import look_up_surroundings
from sfrouter.journey.link import undo_batch
from sfrouter.journey.outlook import outlooks
from sfrouter.journey.reviews import open_reviews
from sfrouter.model.dossier import NamedEntry
from sfrouter.model.review import ReviewState
from tests.journey.stage import BOB, CARL, DORA, INBOUND, SARAH, Stage
from tests.journey.test_reviews import owners, say_no, say_yes

ENTRY = NamedEntry(company="Strategic Partner Corp", owner_email="sarah@ours.example")
LABS = "Strategic Partner Labs"


@pytest.fixture
def stage() -> Stage:
    """A lead of "Strategic Partner Labs" is with Bob; a person is asked whether it is the entry of Sarah's."""
    made = Stage(named_entries=(ENTRY,), rules=tuple(one for one in Stage().policy.rules
                                                    if one.name != "company_profile"))  # fmt: skip
    made.lead(company=LABS, email="ann@labs.example")
    assert owners(made.cycle()) == [BOB]
    (item,) = made.ledger.reviews()
    assert (item.account_id, "Strategic Partner Corp" in item.why) == ("", True)
    return made


def lead_of(stage: Stage) -> str:
    return stage.ledger.reviews(None)[0].lead_id


def test_accepting_gives_the_lead_to_the_entrys_owner_and_teaches_the_name(stage: Stage) -> None:
    asked = lead_of(stage)
    answer = say_yes(stage, asked)
    assert dict(answer.verdict.aliases) == {LABS: "named:Strategic Partner Corp"}
    again = stage.one(stage.cycle())
    assert (again.lead_id, again.rule, stage.owner(again)) == (asked, "named_account", SARAH)
    assert again.link_account_id is None
    stage.lead(company=LABS, email="joe@labs.example")
    next_one = stage.one(stage.cycle())
    assert (next_one.rule, stage.owner(next_one)) == ("named_account", SARAH)
    assert stage.ledger.reviews() == ()


def test_the_list_shows_who_would_have_it(stage: Stage) -> None:
    (review,) = open_reviews(stage.house.desk)
    assert review.target is not None
    (after,) = outlooks(stage.house.desk, [(review.lead, review.target)], stage.clock.now())
    assert (after.owner_now, after.owner_after, after.stays) == ("Bob", "Sarah", False)


def test_a_lead_that_a_person_has_taken_since_stays_his(stage: Stage) -> None:
    asked = lead_of(stage)
    stage.edit(asked, owner_id=CARL, company=LABS, email="ann@labs.example")
    say_yes(stage, asked)
    again = stage.one(stage.cycle())
    assert (again.rule, again.owner, again.link_account_id) == ("link_by_hand", None, None)
    assert "linked" not in again.reason


def test_rejecting_asks_nobody_again(stage: Stage) -> None:
    say_no(stage, lead_of(stage))
    stage.lead(company=LABS, email="joe@labs.example")
    assert owners(stage.cycle()) == [CARL]
    assert stage.ledger.reviews() == ()
    stage.lead(company="Strategic Partner Corp", email="x@sp.example")
    assert owners(stage.cycle()) == [SARAH]


def test_other_leads_of_the_same_name_follow_the_answer(stage: Stage) -> None:
    stage.lead(company=LABS, email="joe@labs.example")
    assert owners(stage.cycle()) == [CARL]
    first, second = (one.lead_id for one in stage.ledger.reviews())
    say_yes(stage, first)
    moved = {one.lead_id: stage.owner(one) for _ in range(2) for one in stage.cycle()}
    assert moved == {first: SARAH, second: SARAH}


def test_from_free_mail_the_answer_is_about_this_lead_only_and_holds_when_it_comes_back() -> None:
    """C01: the name is the entry's own, so there is nothing to learn."""
    stage = Stage(named_entries=(ENTRY,))
    asked = stage.lead(company="Strategic Partner Corp", email="ann@gmail.com")
    assert owners(stage.cycle()) == [BOB]
    assert say_yes(stage, asked).verdict.aliases == {}
    assert owners(stage.cycle()) == [SARAH]
    stage.edit(asked, owner_id=INBOUND, company="Strategic Partner Corp", email="ann@gmail.com", by=DORA)
    assert owners(stage.cycle()) == [SARAH]
    stage.lead(company="Strategic Partner Corp", email="joe@gmail.com")
    stage.cycle()
    assert [one.state for one in stage.ledger.reviews()] == [ReviewState.OPEN]


def test_undoing_the_batch_forgets_the_name_that_it_taught(stage: Stage) -> None:
    """The next lead of that name is asked about again; the one undone is with its former owner, whoever looks."""
    asked = lead_of(stage)
    say_yes(stage, asked)
    assert owners(stage.cycle()) == [SARAH]
    desk, (batch,) = stage.house.desk, stage.ledger.batches()
    assert stage.ledger.learnt_with(batch) == (LABS,)
    around = look_up_surroundings(desk, stage.clock.now())
    (back,) = undo_batch(
        desk, batch, around.directory, around.intake_ids, by="Ann", at=stage.clock.now(), new_batch="undo-1"
    )
    assert back.order is not None
    stage.ledger.take_back([back.order], batch, by="Ann")
    assert (dict(stage.ledger.aliases()), stage.ledger.learnt_with(batch)) == ({}, ())
    assert [one.state for one in stage.ledger.reviews(None)] == [ReviewState.SKIPPED]
    assert owners(stage.cycle()) == [BOB]
    stage.edit(asked, owner_id=INBOUND, company=LABS, email="ann@labs.example", by=DORA)
    assert SARAH not in owners(stage.cycle())
    stage.lead(company=LABS, email="joe@labs.example")
    assert SARAH not in owners(stage.cycle())
    assert [one.state for one in stage.ledger.reviews()] == [ReviewState.OPEN]


def test_a_held_lead_goes_to_the_entrys_owner() -> None:
    stage = Stage(named_entries=(ENTRY,), reviews=Reviews(hold=True))
    asked = stage.lead(company=LABS, email="ann@labs.example")
    assert owners(stage.cycle()) == [None]
    say_yes(stage, asked)
    assert owners(stage.cycle()) == [SARAH]


def test_an_entry_that_left_the_list_cannot_be_accepted(stage: Stage) -> None:
    desk = stage.house.desk
    desk.policy = replace(desk.policy, named_entries=())
    with pytest.raises(NoAccountError, match="has left the named list"):
        say_yes(stage, lead_of(stage))
