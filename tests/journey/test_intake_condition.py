"""L01, L02: which leads the intake's condition brings in, without an org: what it answers is said by the test."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from sfrouter.config.policy_form import Intake
from sfrouter.journey.intake_condition import ask_condition, leads_by_condition
from sfrouter.journey.outlook import outlooks
from sfrouter.journey.status import take_status
from sfrouter.mirror.condition import MANY_IDS
from sfrouter.mirror.derive import refresh_keys
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18
from sfrouter.model.write import WriteState
from sfrouter.salesforce.gateway import Gateway
from tests.journey.stage import ACME, BOB, INBOUND, SARAH, Door, Stage, an_id

WEB_BOT = an_id("user", 6)
CONDITION = "LeadSource = 'Web' AND CreatedDate >= 2026-01-01T00:00:00Z"
INTAKE = Intake(queues=("Inbound",), condition=CONDITION)


class Answering(Door):
    """A gateway behind which the leads of `meeting` meet the condition. Counts what it was asked."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.clock)
        self.meeting: set[str] = set()
        self.asked: list[str] = []

    def query(self, soql: str) -> Iterator[dict[str, Any]]:
        self.asked.append(soql)
        named = {one for one in self.meeting if f"'{one}'" in soql or "Id IN" not in soql}
        return ({"Id": one} for one in sorted(named))


def a_stage(folder: Path | None = None, **policy: Any) -> tuple[Stage, Answering]:
    """A stage with the condition, and the org that answers it."""
    stage = Stage(folder, **{"intake": INTAKE, **policy})
    stage.row("user", id=WEB_BOT, name="Web Bot", email="web.bot@ours.example", active=[True])
    door = Answering(stage)
    stage.house.gateway = cast(Gateway, door)
    return stage, door


def ask(stage: Stage) -> None:
    ask_condition(stage.house)


def brought_in(stage: Stage) -> set[str]:
    ask(stage)
    return {lead.id for lead in leads_by_condition(stage.house.desk)}


def without_mirror(stage: Stage, folder: Path) -> None:
    """The mirror is thrown away; a new process begins with an empty one."""
    door = stage.house.gateway
    for file in folder.glob("mirror.db*"):
        file.unlink()
    stage.mirror = Mirror.open(folder / "mirror.db")
    refresh_keys(stage.mirror, stage.keys)
    stage.start()
    stage.house.gateway = door
    stage.house.desk.reader = Reader(stage.mirror, stage.mapping)
    stage.people()


def test_a_lead_that_a_person_took_stays_his_though_the_mirror_is_filled_anew(tmp_path: Path) -> None:
    """L02: what the mirror forgets, the ledger knows; who still has his lead loses it to nobody's harm."""
    stage, door = a_stage(tmp_path)
    taken, still = (stage.lead(owner_id=WEB_BOT) for _ in range(2))
    assert brought_in(stage) == set()
    without_mirror(stage, tmp_path)
    stage.lead(1, owner_id=SARAH)  # she took it while nobody looked
    stage.lead(2, owner_id=WEB_BOT)
    door.meeting = {taken, still}
    assert brought_in(stage) == {still}
    assert [one.lead_id for one in stage.cycle()] == [still]


def test_a_condition_switched_on_later_knows_what_the_mirror_saw_before() -> None:
    """Who took a lead before there was a condition has it still."""
    stage, door = a_stage(intake=Intake(queues=("Inbound",)))
    taken, still = (stage.lead(owner_id=WEB_BOT) for _ in range(2))
    assert brought_in(stage) == set()
    assert door.asked == []
    stage.edit(taken, owner_id=SARAH)
    door.meeting = {taken, still}
    stage.policy = stage.policy.__class__(**{**vars_of(stage), "intake": INTAKE})
    stage.house.desk.policy = stage.policy
    assert brought_in(stage) == {still}


def vars_of(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage.policy, name) for name in type(stage.policy).__dataclass_fields__}


def test_a_lead_given_back_to_its_first_owner_waits_again() -> None:
    stage, door = a_stage()
    lead = stage.lead(owner_id=WEB_BOT)
    door.meeting = {lead}
    assert brought_in(stage) == {lead}
    stage.edit(lead, owner_id=SARAH)
    assert brought_in(stage) == set()
    stage.edit(lead, owner_id=WEB_BOT)
    assert brought_in(stage) == {lead}


def test_a_lead_that_was_in_the_queue_first_and_that_a_person_took_is_not_brought_in() -> None:
    stage, door = a_stage()
    lead = stage.lead()
    ask(stage)
    stage.edit(lead, owner_id=SARAH)
    door.meeting = {lead}
    assert brought_in(stage) == set()
    assert door.asked == []


def test_a_held_lead_that_somebody_edits_is_still_brought_in_and_a_routed_one_is_not_asked_about() -> None:
    """RV1: its hold ends some day, and then it must be there to be routed."""
    stage, door = a_stage()
    lead = stage.lead(owner_id=WEB_BOT)
    door.meeting = {lead}
    ask(stage)
    stage.cycle()
    asked = len(door.asked)
    stage.edit(lead, owner_id=BOB, title="Buyer")
    ask(stage)
    assert len(door.asked) == asked, "it is routed: no answer would matter"
    held_stage, held_door = a_stage(reviews=type(stage.policy.reviews)(hold=True))
    held_stage.account()
    held = held_stage.lead(owner_id=WEB_BOT, company="Acme", email="ann@gmail.com")
    held_door.meeting = {held}
    ask(held_stage)
    (decision,) = held_stage.decide().decisions
    assert decision.rule == "review_hold"
    held_stage.edit(held, owner_id=WEB_BOT, title="Buyer", company="Acme", email="ann@gmail.com")
    assert brought_in(held_stage) == {held}
    held_stage.clock.advance(timedelta(hours=held_stage.policy.reviews.hold_hours + 1).total_seconds())
    (decision,) = held_stage.decide().decisions
    assert decision.owner is not None


def test_of_very_many_leads_the_org_is_asked_once_for_all_that_meet_it() -> None:
    """One question instead of one a few hundred ids; whom it names beyond those asked about does not count."""
    stage, door = a_stage()
    stage.rows("lead", (
        {"id": an_id("lead", number), "owner_id": WEB_BOT if number % 2 else SARAH, "last_name": "Doe",
         "created_at": stage.clock.now(), "modified_at": stage.clock.now(), "company": f"Delta {number}"}
        for number in range(1, MANY_IDS + 1)
    ))  # fmt: skip
    queued = stage.lead(MANY_IDS + 1, owner_id=INBOUND)
    door.meeting = {an_id("lead", number) for number in range(1, 1000)} | {queued, to_18("00Q999999999999")}
    assert brought_in(stage) == {an_id("lead", number) for number in range(1, 1000)}
    assert len(door.asked) == 1
    fewer = an_id("lead", 5)
    stage.edit(fewer, owner_id=WEB_BOT, title="Buyer")
    assert fewer in brought_in(stage)
    assert fewer in door.asked[1]


def test_the_preview_of_a_link_gives_a_lead_that_the_condition_brings_in_to_the_account_owner() -> None:
    """No person has it: it waits to be routed like one of the queue (R043)."""
    stage, door = a_stage()
    stage.account()
    waits, taken = (stage.lead(owner_id=WEB_BOT, company="Acme Labs") for _ in range(2))
    door.meeting = {waits}
    ask(stage)
    leads = stage.house.desk.reader.leads([waits, taken])
    shown = outlooks(stage.house.desk, [(leads[one], ACME) for one in (waits, taken)], stage.clock.now())
    assert [(one.stays, one.owner_after) for one in shown] == [(False, "Sarah"), (True, "Web Bot")]


def test_status_counts_those_who_wait_under_the_condition() -> None:
    stage, door = a_stage()
    lead = stage.lead(owner_id=WEB_BOT)
    stage.lead(owner_id=WEB_BOT)
    stage.lead()
    door.meeting = {lead}
    ask(stage)
    assert take_status(stage.house.desk, stage.clock.now()).waiting == 2
    stage.cycle()
    assert take_status(stage.house.desk, stage.clock.now()).waiting == 0


def test_a_lead_restored_from_the_bin_before_its_first_owner_was_written_is_brought_in_again() -> None:
    """I1: its write ended with the deletion; nobody would have decided it again, nor `status` told."""
    stage, door = a_stage()
    lead = stage.lead(owner_id=WEB_BOT)
    door.meeting = {lead}
    assert brought_in(stage) == {lead}
    assert len(stage.decide().decisions) == 1
    stage.settle(lead, WriteState.SUPERSEDED, code="ENTITY_IS_DELETED")
    stage.edit(lead, owner_id=WEB_BOT, deleted=True)
    ask(stage)
    assert stage.decide().decisions == ()
    stage.edit(lead, owner_id=WEB_BOT)
    assert brought_in(stage) == {lead}
    assert take_status(stage.house.desk, stage.clock.now()).waiting == 1
    assert len(stage.cycle()) == 1
    assert take_status(stage.house.desk, stage.clock.now()).waiting == 0
    stage.edit(lead, owner_id=WEB_BOT)  # given back: its condition brings no decided lead in again
    assert (brought_in(stage), stage.decide().decisions) == (set(), ())
