"""F06: people merge two leads; what was open about the loser ends in that round, the winner goes on as it was."""

from datetime import timedelta

import pytest

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.cycle import run_cycle
from sfrouter.journey.erase import erase_deleted
from sfrouter.journey.follow_up import follow_up
from sfrouter.journey.merged_leads import follow_merges
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.decision import Decision
from sfrouter.model.new_company import Action
from sfrouter.model.review import ReviewItem
from sfrouter.model.write import LIVE_STATES, WriteKind, WriteState
from tests.journey.stage import CARL, SARAH, Stage


@pytest.fixture
def stage() -> Stage:
    """First replies are watched by the clock on the wall: two hours."""
    return Stage(watches=(Sla(hours="clock"),))


def merge(stage: Stage, loser: str, winner: str) -> None:
    """A person merges in the org, and the mirror reads both."""
    stage.edit(winner, by=SARAH, owner_id=owner_of(stage, winner))
    stage.edit(loser, by=SARAH, deleted=True, merged_into_id=winner)


def owner_of(stage: Stage, lead: str) -> str | None:
    found = stage.house.desk.reader.lead(lead)
    assert found is not None
    return found.owner_id


def two_leads(stage: Stage) -> tuple[str, str]:
    """Two leads with owners, the first an hour older; both are waited for."""
    old = stage.lead()
    stage.cycle()
    stage.clock.advance(3600)
    young = stage.lead()
    stage.cycle()
    return old, young


def test_a_review_of_the_loser_is_asked_no_more(stage: Stage) -> None:
    old, young = two_leads(stage)
    suspected = stage.account()
    items = [
        ReviewItem(lead_id=lead, account_id=suspected, score=75.0, why="a name alike", raised_at=stage.clock.now())
        for lead in (old, young)
    ]
    stage.ledger.record(next_decision(stage, old), (), items[:1])
    stage.ledger.record(next_decision(stage, young), (), items[1:])
    merge(stage, young, old)
    assert follow_merges(stage.house) == 1
    assert [one.lead_id for one in stage.ledger.reviews()] == [old]
    assert stage.ledger.status().open_reviews == 1


def next_decision(stage: Stage, lead: str) -> Decision:
    last = stage.ledger.decisions_of(lead)[-1].decision
    return Decision(
        lead_id=lead, number=last.number + 1, at=stage.clock.now(), rule="priority", place="after", ids=(),
        reason="as before", owner=None, match=last.match, steps=(), policy_hash="", engine="",
    )  # fmt: skip


def test_the_winner_is_waited_for_since_the_older_lead_was_created(stage: Stage) -> None:
    """R085: the person wrote first with the older lead; but the winner's owner keeps his time to answer."""
    old, young = two_leads(stage)
    first, second = stage.ledger.sla_clock(old), stage.ledger.sla_clock(young)
    assert first is not None
    assert second is not None
    merge(stage, old, young)
    follow_merges(stage.house)
    lost, won = stage.ledger.sla_clock(old), stage.ledger.sla_clock(young)
    assert lost is not None
    assert won is not None
    assert (lost.stopped_because, won.stopped_at) == ("the lead was merged into another", None)
    assert (won.started_at, won.due_at) == (first.started_at, first.due_at)
    assert (won.owner_id, won.passes_at) == (second.owner_id, second.passes_at)
    assert won.due_at < second.due_at


def test_the_winner_keeps_its_own_clock_where_it_is_the_older_one(stage: Stage) -> None:
    old, young = two_leads(stage)
    before = stage.ledger.sla_clock(old)
    merge(stage, young, old)
    follow_merges(stage.house)
    assert stage.ledger.sla_clock(old) == before
    assert [one.lead_id for one in stage.ledger.running_clocks()] == [old]


def test_a_winner_that_was_answered_is_not_waited_for_again(stage: Stage) -> None:
    old, young = two_leads(stage)
    stage.edit(young, by=CARL, owner_id=owner_of(stage, young), status="Working")
    follow_up(stage.house)
    merge(stage, old, young)
    follow_merges(stage.house)
    assert stage.ledger.running_clocks() == ()


def test_the_winner_stands_in_the_company_profile_for_the_loser(stage: Stage) -> None:
    """Where it is in none itself, it takes the loser's place; else the loser leaves its own."""
    one = stage.lead(email="a@delta.example", company="Delta")
    two = stage.lead(email="b@delta.example", company="Delta")
    other = stage.lead(email="c@gmail.com", company="[not provided]", owner_id=SARAH)
    stage.cycle()
    merge(stage, two, other)
    follow_merges(stage.house)
    (profile,) = stage.ledger.profiles()
    assert set(profile.lead_ids) == {one, other}
    assert "domain delta.example" in [key.key for key in profile.keys]
    merge(stage, one, other)
    follow_merges(stage.house)
    (profile,) = stage.ledger.profiles()
    assert profile.lead_ids == (other,)


def test_what_is_on_its_way_to_the_loser_ends_with_the_reason(stage: Stage) -> None:
    """Owner and Tasks of the winner are the winner's own decision: nothing moves over, nothing is told twice."""
    old, young = stage.lead(), stage.lead()
    stage.decide()
    merge(stage, young, old)
    follow_merges(stage.house)
    writes = stage.ledger.writes(young)
    assert {one.state for one in writes} == {WriteState.SUPERSEDED}
    assert {one.answer_text for one in writes} == {"the lead was merged into another"}
    assert any(one.state in LIVE_STATES for one in stage.ledger.writes(old))


def test_a_chain_of_merges_is_followed_to_the_lead_that_is_left(stage: Stage) -> None:
    first, second, third = (stage.lead(email=f"{name}@delta.example", company="Delta") for name in "abc")
    stage.cycle()
    merge(stage, first, second)
    merge(stage, second, third)
    assert follow_merges(stage.house) == 2
    assert [one.lead_id for one in stage.ledger.running_clocks()] == [third]
    (profile,) = stage.ledger.profiles()
    assert profile.lead_ids == (third,)


def test_a_merge_is_followed_once_and_after_a_restart_too(stage: Stage) -> None:
    old, young = two_leads(stage)
    merge(stage, old, young)
    stage.start()
    assert follow_merges(stage.house) == 1
    kept = stage.ledger.sla_clock(young)
    stage.clock.advance(timedelta(minutes=5).total_seconds())
    assert follow_merges(stage.house) == 0
    stage.start()
    assert follow_merges(stage.house) == 0
    assert stage.ledger.sla_clock(young) == kept


def test_the_account_of_a_company_is_made_although_the_lead_that_completed_it_was_merged() -> None:
    """It belongs to the company, whose other leads wait for it (R066)."""
    stage = Stage(new_accounts=NewAccounts(action=Action.CREATE))
    leads = [stage.lead(email=f"p{number}@newcompany.com", company="New Company Inc") for number in range(3)]
    stage.cycle()
    (asked,) = stage.waiting_writes(WriteKind.ACCOUNT)
    merge(stage, asked.lead_id, next(lead for lead in leads if lead != asked.lead_id))
    follow_merges(stage.house)
    assert stage.waiting_writes(WriteKind.ACCOUNT) == (asked,)
    assert erase_deleted(stage.house) is not None
    assert stage.waiting_writes(WriteKind.ACCOUNT) == (asked,)


def test_a_write_whose_outcome_nobody_knows_is_still_read_back_after_the_merge(stage: Stage) -> None:
    old, young = stage.lead(), stage.lead()
    stage.decide()
    sent = next(one for one in stage.ledger.writes(young) if one.kind is WriteKind.LEAD)
    stage.ledger.mark_sending([sent.key], stage.clock.now())
    stage.ledger.settle([Settlement(key=sent.key, state=WriteState.UNKNOWN)], stage.clock.now())
    merge(stage, young, old)
    follow_merges(stage.house)
    assert WriteState.UNKNOWN in {one.state for one in stage.ledger.writes(young)}


def test_every_round_follows_merges_and_a_rehearsal_none(stage: Stage) -> None:
    """The clock says so, too: the watch of first replies, later in the round, would only find the lead gone."""
    old, young = stage.lead(), stage.lead()
    stage.decide()
    merge(stage, young, old)
    run_cycle(stage.house, dry_run=True)
    assert any(one.state in LIVE_STATES for one in stage.ledger.writes(young))
    run_cycle(stage.house)
    assert {one.answer_text for one in stage.ledger.writes(young)} == {"the lead was merged into another"}
    clock = stage.ledger.sla_clock(young)
    assert clock is not None
    assert clock.stopped_because == "the lead was merged into another"
