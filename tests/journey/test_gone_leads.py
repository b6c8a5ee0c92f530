"""A lead that merely cannot be seen is not erased at once: it may be hidden (F13). A deleted one is (F05)."""

from datetime import timedelta
from functools import partial

import pytest

from sfrouter.base.database import writing
from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.erase import erase, erase_deleted
from sfrouter.journey.follow_up import follow_up
from sfrouter.journey.gone_leads import LEAST_MISSED, MISSED_FOR
from sfrouter.journey.refresh import sweep
from sfrouter.ledger.missing import MissingLeads
from sfrouter.mirror.put import bury
from sfrouter.mirror.report import SweepReport
from tests.journey.stage import BOB, NOON, Stage, routed

HOUR = timedelta(hours=1)


def missed(stage: Stage, *leads: str) -> None:
    """Two sweeps did not see these."""
    with writing(stage.mirror.engine) as connection:
        bury(connection, "lead", leads, change=stage.mirror.next_change(connection))


def binned(stage: Stage, lead: str) -> None:
    """A reading saw it in the recycle bin."""
    stage.row("lead", id=lead, created_at=NOON, modified_at=stage.clock.now(), deleted=True)


def erased(stage: Stage, lead: str) -> bool:
    return stage.ledger.decisions_of(lead)[0].decision.reason == "erased"


def decided(stage: Stage, count: int = 1) -> list[str]:
    leads = [stage.lead() for _ in range(count)]
    stage.decide()
    return leads


def test_a_lead_that_is_missed_is_erased_once_it_has_been_missed_for_most_of_a_day() -> None:
    stage = Stage()
    lead, other = decided(stage, 2)
    missed(stage, lead)
    began = stage.clock.now()
    assert erase_deleted(stage.house) is None
    assert stage.ledger.missing_leads() == MissingLeads(count=1, since=began, lead_ids=(lead,))
    stage.clock.advance((MISSED_FOR - HOUR).total_seconds())
    assert erase_deleted(stage.house) is None
    assert not erased(stage, lead)
    stage.clock.advance(HOUR.total_seconds())
    report = erase_deleted(stage.house)
    assert report is not None
    assert report.lead_ids == (lead,)
    assert erased(stage, lead)
    assert not erased(stage, other)
    assert stage.ledger.missing_leads() == MissingLeads()
    assert erase_deleted(stage.house) is None


def test_with_the_sweeps_before_it_that_is_within_a_day() -> None:
    """The row of handbook and guarantees: within 24 h. Two sweeps an hour apart miss it, one more erases it."""
    assert timedelta(hours=2) + MISSED_FOR + HOUR < timedelta(hours=24)


def test_it_is_called_off_when_the_lead_is_seen_again_and_begins_anew() -> None:
    stage = Stage()
    (lead,) = decided(stage)
    missed(stage, lead)
    erase_deleted(stage.house)
    stage.clock.advance((MISSED_FOR - HOUR).total_seconds())
    stage.row("lead", id=lead, created_at=NOON, modified_at=stage.clock.now(), owner_id="005000000000002AAA")
    assert erase_deleted(stage.house) is None
    assert stage.ledger.missing_leads().count == 0
    missed(stage, lead)
    stage.clock.advance(2 * HOUR.total_seconds())
    assert erase_deleted(stage.house) is None
    assert stage.ledger.missing_leads().since == stage.clock.now()
    assert not erased(stage, lead)


def test_the_clock_of_the_first_reply_waits_while_a_lead_is_missed_and_goes_on_when_it_is_back() -> None:
    """R152, F13: nothing can be done for a lead that cannot be seen; its owner owes the reply all the same."""
    stage = Stage(watches=(Sla(hours="clock"),))
    lead = routed(stage)
    missed(stage, lead)
    stage.clock.advance(95 * 60)
    assert follow_up(stage.house).counts == {}
    assert [one.lead_id for one in stage.ledger.running_clocks()] == [lead]
    stage.row("lead", id=lead, owner_id=BOB, status="New", created_at=NOON, modified_at=stage.clock.now())
    assert follow_up(stage.house).counts == {"remind": 1}
    missed(stage, lead)
    stage.row("lead", id=lead, owner_id=BOB, status="Working", created_at=NOON, modified_at=stage.clock.now())
    assert follow_up(stage.house).counts == {"stop": 1}


def test_a_hand_on_that_was_overtaken_waits_while_its_lead_is_missed() -> None:
    """R152, F13."""
    stage = Stage(watches=(Sla(hours="clock"),))
    lead = routed(stage)
    stage.clock.advance(150 * 60)
    assert follow_up(stage.house).counts == {"hand_on": 1}
    stage.overtaken(lead)
    missed(stage, lead)
    assert follow_up(stage.house).counts == {}
    stage.clock.advance(60)
    stage.row("lead", id=lead, owner_id=BOB, status="New", created_at=NOON, modified_at=stage.clock.now())
    assert follow_up(stage.house).counts == {"hand_on": 1}


def test_the_clock_of_the_first_reply_ends_with_the_lead() -> None:
    """Seen in the recycle bin, or missed for so long that it is erased."""
    stage = Stage(watches=(Sla(hours="clock"),))
    seen, away = decided(stage, 2)
    stage.arrive()
    binned(stage, seen)
    missed(stage, away)
    assert follow_up(stage.house).counts == {"stop": 1}
    assert [one.lead_id for one in stage.ledger.running_clocks()] == [away]
    erase_deleted(stage.house)
    stage.clock.advance(MISSED_FOR.total_seconds())
    assert follow_up(stage.house).counts == {}
    erase_deleted(stage.house)
    assert stage.ledger.running_clocks() == ()
    ended = [clock.stopped_because for one in (seen, away) if (clock := stage.ledger.sla_clock(one))]
    assert ended == ["erased", "erased"]


def test_a_lead_seen_in_the_recycle_bin_is_erased_at_once() -> None:
    stage = Stage()
    seen, first_missed = decided(stage, 2)
    binned(stage, seen)
    missed(stage, first_missed)
    assert erase_deleted(stage.house) is not None
    assert (erased(stage, seen), erased(stage, first_missed)) == (True, False)
    stage.clock.advance(60)
    binned(stage, first_missed)
    assert erase_deleted(stage.house) is not None
    assert erased(stage, first_missed)
    assert stage.ledger.missing_leads().count == 0


def test_while_many_are_missed_at_once_none_is_erased() -> None:
    stage = Stage()
    leads = decided(stage, LEAST_MISSED + 2)
    missed(stage, *leads[:-1])
    for _sweep in range(3):
        assert erase_deleted(stage.house) is None
        stage.clock.advance(MISSED_FOR.total_seconds())
    waiting = stage.ledger.missing_leads()
    assert (waiting.count, waiting.held, len(waiting.lead_ids)) == (LEAST_MISSED + 1, True, LEAST_MISSED + 1)
    erase(stage.ledger, stage.mirror, leads[:1])
    assert erased(stage, leads[0])
    report = erase_deleted(stage.house)
    assert report is not None
    assert set(report.lead_ids) == set(leads[1:-1]), "so many alone may be missed"
    assert stage.ledger.missing_leads() == MissingLeads()


def test_in_a_large_house_a_share_may_be_missed_at_once() -> None:
    stage = Stage()
    leads = decided(stage, 41)
    missed(stage, *leads[:LEAST_MISSED])
    erase_deleted(stage.house)
    assert not stage.ledger.missing_leads().held


@pytest.mark.parametrize(("compared", "reload"), [(False, False), (True, True)], ids=["blind", "read anew"])
def test_a_sweep_that_did_not_compare_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, compared: bool, reload: bool
) -> None:
    stage = Stage()
    gone, binned_lead = decided(stage, 2)
    missed(stage, gone)
    erase_deleted(stage.house)
    stage.clock.advance(MISSED_FOR.total_seconds())
    binned(stage, binned_lead)
    made = partial(SweepReport, compared=compared, reload=reload)
    monkeypatch.setattr(stage.pulls, "sweep", lambda noun: made(noun=noun), raising=False)
    sweep(stage.house)
    assert (erased(stage, gone), erased(stage, binned_lead)) == (False, True)
    monkeypatch.setattr(stage.pulls, "sweep", lambda noun: SweepReport(noun=noun, compared=True))
    stage.ledger.doubt_org("account", "half of them are gone")
    sweep(stage.house)
    assert not erased(stage, gone)
    stage.ledger.trust_org("account")
    sweep(stage.house)
    assert erased(stage, gone)


def test_what_comes_after_an_erasure_on_request_does_not_wait() -> None:
    """A write that was being sent is erased after its answer; nobody waits for most of a day again."""
    stage = Stage()
    (lead,) = decided(stage)
    (write,) = stage.waiting_writes()
    stage.ledger.mark_sending([write.key], stage.clock.now())
    erase(stage.ledger, stage.mirror, [lead])
    stage.ledger.unknown_at_start(stage.clock.now())
    assert stage.ledger.unerased([lead]) == (lead,)
    assert erase_deleted(stage.house) is not None
    assert stage.ledger.unerased([lead]) == ()


def test_a_lead_that_a_refilled_mirror_never_had_waits_too() -> None:
    stage = Stage()
    (lead,) = decided(stage)
    stage.mirror.empty()
    stage.people()
    assert erase_deleted(stage.house) is None
    stage.clock.advance(MISSED_FOR.total_seconds())
    assert erase_deleted(stage.house) is not None
    assert erased(stage, lead)
