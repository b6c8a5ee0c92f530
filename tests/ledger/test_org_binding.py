"""The ledger belongs to one org; whoever gives it to another one ends what was on its way to the old."""

from datetime import timedelta

import pytest

from sfrouter.ledger.errors import OrgChangedError, OrgInDoubtError
from sfrouter.ledger.org_binding import BoundOrg
from sfrouter.model.write import WriteKind, WriteState
from tests.journey.stage import INBOUND, NOON, SARAH, Stage

HERE, THERE = "00D000000000001AAA", "00D000000000002AAA"


def test_a_moved_instance_is_the_same_org() -> None:
    ledger = Stage().ledger
    ledger.bind_org(HERE, instance="https://one.example", sandbox=False)
    ledger.bind_org(HERE, instance="https://two.example", sandbox=False)
    assert ledger.org() == BoundOrg(org_id=HERE, instance="https://two.example", sandbox=False)


def test_a_sandbox_with_the_production_orgs_id_is_another_org() -> None:
    ledger = Stage().ledger
    ledger.bind_org(HERE, sandbox=False)
    ledger.bind_org(HERE)  # an org that does not say is taken at its id
    with pytest.raises(OrgChangedError, match="sandbox"):
        ledger.bind_org(HERE, sandbox=True)


def test_adopting_ends_what_was_on_its_way_and_keeps_what_was_decided() -> None:
    stage = Stage()
    stage.ledger.bind_org(HERE)
    lead_id = stage.lead()
    stage.decide()
    assert stage.ledger.status().live > 0
    stage.ledger.doubt_org("lead", "all gone")
    ended = stage.ledger.adopt_org(BoundOrg(org_id=THERE, sandbox=True))
    assert ended > 0
    assert {write.state for write in stage.ledger.writes(lead_id)} == {WriteState.SUPERSEDED}
    assert len(stage.ledger.decisions_of(lead_id)) == 1
    assert (stage.ledger.org_id(), dict(stage.ledger.doubts())) == (THERE, {})
    stage.ledger.bind_org(THERE, sandbox=True)
    with pytest.raises(OrgChangedError):
        stage.ledger.bind_org(HERE)


def test_a_lead_whose_write_ended_with_the_old_org_is_decided_anew_in_the_new_one() -> None:
    stage = Stage()
    stage.ledger.bind_org(HERE)
    lead_id = stage.lead()
    stage.decide()
    stage.ledger.adopt_org(BoundOrg(org_id=THERE))
    assert [one.number for one in stage.cycle()] == [2]
    lead = stage.house.desk.reader.lead(lead_id)
    assert lead is not None
    assert lead.owner_id != INBOUND
    assert stage.decide().decisions == ()


def test_a_lead_that_a_person_took_meanwhile_stays_with_him_in_the_new_org() -> None:
    stage = Stage()
    stage.ledger.bind_org(HERE)
    lead_id = stage.lead()
    stage.decide()
    stage.edit(lead_id, owner_id=SARAH)
    stage.ledger.adopt_org(BoundOrg(org_id=THERE))
    assert stage.decide().decisions == ()
    assert dict(stage.ledger.to_decide_anew()) == {}


def test_what_the_old_org_said_about_writing_goes_with_it() -> None:
    ledger = Stage().ledger
    ledger.bind_org(HERE)
    later = NOON + timedelta(hours=1)
    ledger.park(WriteKind.LEAD, later, code="INSUFFICIENT_ACCESS", words="no right")
    ledger.pause_sending(later, "the day's calls are used up")
    ledger.adopt_org(BoundOrg(org_id=THERE))
    assert ledger.parked() == ()
    assert ledger.sending_pause(NOON) is None


def test_a_doubt_holds_until_it_is_cleared() -> None:
    ledger = Stage().ledger
    ledger.refuse_in_doubt()
    ledger.doubt_org("lead", "the org shows 0 of 90 lead records")
    with pytest.raises(OrgInDoubtError, match="0 of 90"):
        ledger.refuse_in_doubt()
    ledger.trust_org("lead")
    ledger.refuse_in_doubt()
