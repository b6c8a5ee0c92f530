"""RV1: an answer links, routes again and teaches; what a person touched since stays; nobody is asked twice."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sfrouter.config.policy_form import DatedRate, Reviews
from sfrouter.journey.answer import Answer, TwiceAnsweredError, UnknownReviewError, accept, pick, reject, skip
from sfrouter.journey.reviews import open_reviews
from sfrouter.model.decision import Decision
from sfrouter.model.review import ReviewState
from tests.journey.stage import ACME, BOB, CARL, INBOUND, NOON, SARAH, Stage, an_id

OTHER = an_id("account", 2)


def lead(stage: Stage, company: str, **values: Any) -> str:
    return stage.lead(company=company, email="joe@gmail.com", **values)


def say_yes(stage: Stage, *ids: str) -> Answer:
    desk = stage.house.desk
    found = accept(desk, pick(desk, ids), by="Ann", at=stage.clock.now(), batch="yes")
    stage.ledger.keep_verdict(found.verdict)
    return found


def say_no(stage: Stage, *ids: str) -> Answer:
    found = reject(stage.house.desk, pick(stage.house.desk, ids), by="Ann")
    stage.ledger.keep_verdict(found.verdict)
    return found


def doubtful(stage: Stage, company: str = "Acme Labs", **values: Any) -> str:
    """A lead that perhaps belongs to a subsidiary of Acme: a name of its own, and no domain we know."""
    return stage.lead(company=company, **values)


def owners(decisions: Iterable[Decision]) -> list[str | None]:
    return [one.owner.id if one.owner else None for one in decisions]


@pytest.fixture
def stage() -> Stage:
    """Acme, a customer of Sarah; a lead of "Acme Labs" waits for a person and is with Bob meanwhile."""
    made = Stage()
    made.account()
    doubtful(made)
    assert owners(made.cycle()) == [BOB]
    (item,) = made.ledger.reviews()
    assert item.account_id == ACME
    return made


def only_lead(stage: Stage) -> str:
    return stage.ledger.reviews(None)[0].lead_id


def test_accepting_links_the_lead_and_routes_it_at_once_by_the_hierarchy(stage: Stage) -> None:
    say_yes(stage, only_lead(stage))
    decision = stage.one(stage.decide().decisions)
    assert (stage.owner(decision), decision.link_account_id, decision.rule) == (SARAH, ACME, "customer_owner")
    (write,) = stage.waiting_writes()
    assert {SARAH, ACME} <= set(write.values.values())
    assert stage.ledger.open_orders() == {}
    stage.arrive()
    assert stage.decide().decisions == ()


def test_a_lead_that_a_person_gave_to_somebody_since_keeps_its_owner_and_only_gets_the_link(stage: Stage) -> None:
    """RV1, R044: re-routed unless a person has touched it."""
    stage.edit(only_lead(stage), by=BOB, owner_id=CARL)
    say_yes(stage, only_lead(stage))
    decision = stage.one(stage.decide().decisions)
    assert (decision.owner, decision.link_account_id, decision.notices) == (None, ACME, ())
    (write,) = stage.waiting_writes()
    assert list(write.values.values()) == [ACME]


def test_a_link_only_write_that_was_too_late_is_tried_again_and_still_takes_the_lead_from_nobody(
    stage: Stage,
) -> None:
    """The write is refused as the lead changed; what is decided anew is no other thing."""
    from sfrouter.model.write import WriteState

    key = only_lead(stage)
    stage.edit(key, by=BOB, owner_id=CARL)
    say_yes(stage, key)
    stage.decide()
    stage.settle(key, WriteState.SUPERSEDED, decide_anew="edited")
    stage.edit(key, by=CARL, status="Working")
    decision = stage.one(stage.decide().decisions)
    assert (decision.owner, decision.link_account_id) == (None, ACME)


def test_a_lead_that_a_person_linked_elsewhere_since_is_left_alone(stage: Stage) -> None:
    stage.account(2, name="Other", owner_id=CARL)
    say_yes(stage, only_lead(stage))
    stage.edit(only_lead(stage), by=BOB, account_id=OTHER)
    assert owners(stage.decide().decisions) == [CARL]  # the person's own link, by R039
    assert stage.ledger.open_orders() == {}


def test_a_lead_converted_since_is_left_alone(stage: Stage) -> None:
    say_yes(stage, only_lead(stage))
    stage.edit(only_lead(stage), converted=[True])
    assert stage.decide().decisions == ()
    assert stage.ledger.open_orders() == {}


def test_an_accepted_name_is_learnt_and_the_next_lead_of_it_is_not_asked_about(stage: Stage) -> None:
    """Repeat reviews fall: of 20 leads of one company a person is asked about one, without learning about all."""
    say_yes(stage, only_lead(stage))
    stage.cycle()
    for _ in range(20):
        doubtful(stage, "ACME LABS Inc.")
    assert set(owners(stage.cycle())) == {SARAH}
    assert stage.ledger.reviews() == ()


def test_other_waiting_leads_of_the_same_name_follow_the_answer() -> None:
    """The answer re-scores what waits: they are routed again, too, and their items are answered."""
    stage = Stage()
    stage.account()
    first, *others = [doubtful(stage) for _ in range(4)]
    stage.cycle()
    assert len(stage.ledger.reviews()) == 4
    say_yes(stage, first)
    assert {one.lead_id for one in stage.decide().decisions} == {first, *others}
    assert stage.ledger.reviews() == ()
    assert stage.ledger.review_answerer(others[0], ACME) == "learnt"


def test_a_lead_whose_contact_is_known_meanwhile_does_not_follow_the_answer() -> None:
    """D02 comes before what an answer taught: the contact says with certainty whose company it is."""
    stage = Stage()
    stage.account()
    stage.account(2, name="Other", owner_id=CARL)
    first, second = doubtful(stage), doubtful(stage, email="pat@adviser.example")
    stage.cycle()
    assert len(stage.ledger.reviews()) == 2
    stage.row("contact", id="003000000000001AAA", account_id=OTHER, email="pat@adviser.example")
    say_yes(stage, first)
    assert [one.lead_id for one in stage.decide().decisions] == [first]
    assert [one.lead_id for one in stage.ledger.reviews()] == [second]


def test_without_an_answer_every_lead_of_that_name_is_asked_about(stage: Stage) -> None:
    """The near miss: nothing is learnt from silence."""
    for _ in range(5):
        doubtful(stage)
    stage.cycle()
    assert len(stage.ledger.reviews()) == 6


def test_a_rejected_pair_is_never_asked_again_and_older_items_of_it_are_closed() -> None:
    stage = Stage()
    stage.account()
    first, second = doubtful(stage), doubtful(stage)
    stage.cycle()
    assert [one.lead.id for one in say_no(stage, first).also] == [second]
    assert stage.ledger.reviews() == ()
    doubtful(stage, "Acme Labs")
    decision = stage.one(stage.cycle())
    assert decision.match.suspicions == ()
    assert stage.ledger.reviews() == ()


def test_rejecting_another_name_leaves_the_company_itself_alone(stage: Stage) -> None:
    """The near miss of "never these two": Acme itself is still Acme."""
    say_no(stage, only_lead(stage))
    stage.lead(company="Acme Inc")
    assert owners(stage.cycle()) == [SARAH]


def test_rejecting_free_mail_with_the_accounts_own_name_is_about_that_lead_alone() -> None:
    """C01: "john@gmail.com" is not of Acme; whoever else writes "Acme" still may be."""
    stage = Stage()
    stage.account()
    john = lead(stage, "Acme")
    stage.cycle()
    say_no(stage, john)
    stage.lead(company="Acme Corp", email="jane@yahoo.com")
    stage.lead(company="Acme Corp")
    first, second = stage.cycle()
    assert [one.account_id for one in first.match.suspicions] == [ACME]
    assert stage.owner(second) == SARAH


def test_a_skipped_item_leaves_the_queue_and_can_be_answered_later(stage: Stage) -> None:
    desk, key = stage.house.desk, only_lead(stage)
    stage.ledger.keep_verdict(skip(desk, pick(desk, [key]), by="Ann").verdict)
    assert open_reviews(desk) == ()
    assert stage.decide().decisions == ()
    say_yes(stage, key)
    assert owners(stage.decide().decisions) == [SARAH]


def test_a_held_lead_stays_in_the_intake_until_its_item_is_answered() -> None:
    """RV1, the switch: nobody has the lead before a person has said whose company it is."""
    stage = Stage(reviews=Reviews(hold=True))
    stage.account()
    key, plain = doubtful(stage), stage.lead()
    held, routed = stage.cycle()
    assert (held.lead_id, held.owner, held.rule, held.moves) == (key, None, "review_hold", ())
    assert (routed.lead_id, stage.owner(routed)) == (plain, BOB)
    assert stage.decide().decisions == ()
    say_yes(stage, key)
    assert owners(stage.decide().decisions) == [SARAH]


def test_a_held_lead_whose_item_is_rejected_is_routed_by_the_next_rule() -> None:
    stage = Stage(reviews=Reviews(hold=True))
    stage.account()
    key = doubtful(stage)
    stage.cycle()
    say_no(stage, key)
    assert owners(stage.decide().decisions) == [BOB]


def test_a_held_lead_whose_item_is_skipped_is_routed_by_the_next_rule() -> None:
    stage = Stage(reviews=Reviews(hold=True))
    stage.account()
    key = doubtful(stage)
    stage.cycle()
    desk = stage.house.desk
    stage.ledger.keep_verdict(skip(desk, pick(desk, [key]), by="Ann").verdict)
    assert owners(stage.decide().decisions) == [BOB]


def test_nobody_answers_and_a_held_lead_is_routed_when_its_time_is_over() -> None:
    """L05: no lead waits for ever."""
    stage = Stage(reviews=Reviews(hold=True, hold_hours=2))
    stage.account()
    doubtful(stage)
    stage.cycle()
    stage.clock.advance(1.9 * 3600)
    assert stage.decide().decisions == ()
    stage.clock.advance(0.2 * 3600)
    assert owners(stage.decide().decisions) == [BOB]


def test_without_the_switch_the_lead_is_routed_while_it_waits(stage: Stage) -> None:
    lead_now = stage.house.desk.reader.lead(only_lead(stage))
    assert lead_now is not None
    assert lead_now.owner_id == BOB != INBOUND


def test_the_queue_begins_where_most_is_at_stake() -> None:
    """Strategic before money, money before a plain customer, a plain customer before a prospect."""
    stage = Stage(rates={"USD": Decimal(1), "EUR": Decimal(2)})
    names = ("Falcon", "Heron", "Osprey", "Kestrel")
    stage.account(1, name="Falcon", relationship=["Prospect"])
    stage.account(2, name="Heron", relationship=["Customer"])
    stage.account(3, name="Osprey", contract_value=Decimal(900), currency="EUR")
    stage.account(4, name="Kestrel", relationship=["Prospect"], strategic=[True])
    stage.row(
        "opportunity", id=an_id("opportunity", 1), account_id=an_id("account", 3), owner_id=BOB, closed=[False],
        amount=Decimal(100), currency="USD",
    )  # fmt: skip
    for name in names:
        lead(stage, name)
    stage.cycle()
    found = open_reviews(stage.house.desk)
    assert [one.lead.company for one in found] == ["Kestrel", "Osprey", "Heron", "Falcon"]
    assert found[1].stake.amount == Decimal(1900)


def test_stakes_are_counted_by_the_rates_of_the_day() -> None:
    begins = [NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=1)]
    dated = tuple(DatedRate.model_validate({"currency": "EUR", "from": day, "rate": day.day}) for day in begins)
    stage = Stage(rates={"USD": Decimal(1), "EUR": Decimal(99)}, dated_rates=dated)
    stage.account(contract_value=Decimal(900), currency="EUR")
    doubtful(stage)
    stage.cycle()
    (item,) = open_reviews(stage.house.desk)
    assert item.stake.amount == Decimal(900)


def test_a_lead_with_two_open_items_must_say_which_and_accepting_one_closes_the_other() -> None:
    """T01: two accounts of one name and nothing that decides between them."""
    stage = Stage()
    stage.account()
    stage.account(2, owner_id=CARL)
    key = stage.lead(company="Acme")
    stage.cycle()
    both = [f"{key}:{one.account_id}" for one in stage.ledger.reviews()]
    assert len(both) == 2
    with pytest.raises(UnknownReviewError, match="name one of them"):
        pick(stage.house.desk, [key])
    with pytest.raises(TwiceAnsweredError):
        say_yes(stage, *both)
    say_yes(stage, f"{key}:{OTHER}")
    assert owners(stage.cycle()) == [CARL]
    assert stage.ledger.reviews() == ()


def test_a_link_made_in_the_crm_is_certain_and_its_evidence_is_offered_for_learning() -> None:
    """R039: at the next cycle the account's owner has it; the name and the domain are a question, not a fact."""
    stage = Stage()
    stage.account()
    key = stage.lead(company="Roadrunner Traps", email="joe@roadrunner.example")
    assert owners(stage.cycle()) == [BOB]
    stage.edit(key, by=BOB, account_id=ACME)
    decision = stage.one(stage.cycle())
    assert (stage.owner(decision), decision.match.score, decision.match.findings[0].signal) == (SARAH, 100, "link")
    (offer,) = open_reviews(stage.house.desk, learn=True)
    assert open_reviews(stage.house.desk, learn=False) == ()
    stage.lead(company="Roadrunner Traps")
    assert stage.one(stage.cycle()).link_account_id is None
    say_yes(stage, offer.id)
    stage.lead(company="ROADRUNNER TRAPS GmbH")
    stage.lead(company="", email="ann@mail.roadrunner.example")
    assert owners(stage.cycle()) == [SARAH, SARAH]


def test_a_link_that_says_nothing_new_offers_nothing() -> None:
    """The near miss: free mail and the account's own name teach nothing."""
    stage = Stage()
    stage.account()
    key = lead(stage, "Acme Corp")
    stage.cycle()
    stage.ledger.keep_verdict(skip(stage.house.desk, pick(stage.house.desk, [key]), by="Ann").verdict)
    stage.edit(key, by=BOB, account_id=ACME)
    assert owners(stage.cycle()) == [SARAH]
    assert open_reviews(stage.house.desk, learn=True) == ()


def test_rejecting_an_offer_to_learn_undoes_no_link() -> None:
    stage = Stage()
    stage.account()
    key = stage.lead(company="Roadrunner Traps")
    stage.cycle()
    stage.edit(key, by=BOB, account_id=ACME)
    stage.cycle()
    found = say_no(stage, key)
    assert found.verdict.never == frozenset()
    assert stage.ledger.reviews(ReviewState.REJECTED)[0].lead_id == key
    assert stage.decide().decisions == ()


def test_learnt_names_follow_a_merge_of_accounts(stage: Stage) -> None:
    from tests.journey.test_human_links import merge

    say_yes(stage, only_lead(stage))
    stage.cycle()
    stage.account(2, name="Umbrella", owner_id=CARL)
    merge(stage, ACME, OTHER)
    doubtful(stage, "Acme Labs")
    assert owners(stage.cycle()) == [CARL]
