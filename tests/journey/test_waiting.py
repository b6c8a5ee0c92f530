"""Which leads are decided: new ones in the intake, and those that a person gave us again; no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sfrouter.journey.waiting import Scene, Why, may_come_by_condition, needs_somebody, waiting
from sfrouter.ledger.decisions import Standing
from sfrouter.model.records import Lead
from sfrouter.model.write import WriteState

INTAKE, ROUTER, BOB, SARAH, CARL = "00G0", "005R", "005B", "005S", "005C"
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def lead(**changes: object) -> Lead:
    """A lead in the intake, as a web form made it."""
    values: dict[str, object] = {
        "id": "00Q1",
        "owner_id": INTAKE,
        "created_at": T0,
        "modified_at": T0,
        "stamp": T0,
        "modified_by_id": "005W",
        **changes,
    }
    return Lead(**values)  # type: ignore[arg-type]


def decided(state: WriteState | None = WriteState.DONE, **changes: object) -> Standing:
    """A decision for Bob, made on the lead as it was created."""
    values: dict[str, object] = {
        "number": 1, "rule": "default_pool", "owner_id": BOB, "lead_stamp": T0, "lead_owner_id": INTAKE,
        "lead_account_id": None, "link_account_id": None, "lead_write": state, **changes,
    }  # fmt: skip
    return Standing(**values)  # type: ignore[arg-type]


def scene(*, anew: str = "", can_catch: bool = True, merged: dict[str, str] | None = None) -> Scene:
    """One intake queue, and the router's own user."""
    went = merged or {}
    return Scene(
        intake_ids={INTAKE},
        anew={anew: "it changed"},
        router_id=ROUTER,
        can_catch=can_catch,
        survivor=lambda one: went.get(one, one),
    )


def why(one: Lead, before: Standing | None = None, around: Scene | None = None) -> Why | None:
    """Why this lead is decided now, or None."""
    found = waiting([one], {one.id: before} if before else {}, around or scene())
    return found[0].why if found else None


LATER = T0 + timedelta(minutes=5)


def test_a_new_lead_in_the_intake_is_decided() -> None:
    assert why(lead()) is Why.NEW


def test_a_lead_that_a_person_already_owns_is_left_alone() -> None:
    assert why(lead(owner_id=BOB)) is None


def test_converted_and_deleted_leads_are_left_alone() -> None:
    assert why(lead(converted=True)) is None
    assert why(lead(deleted=True)) is None


def test_a_decision_on_its_way_is_not_made_twice() -> None:
    for state in (WriteState.PENDING, WriteState.SENDING, WriteState.UNKNOWN):
        assert why(lead(stamp=LATER, modified_by_id=SARAH), decided(state)) is None


def test_a_mirror_that_does_not_know_our_write_yet_makes_no_second_decision() -> None:
    assert why(lead(), decided()) is None


def test_our_own_write_is_no_reason_to_decide() -> None:
    assert why(lead(owner_id=BOB, stamp=LATER, modified_by_id=ROUTER), decided()) is None


def test_a_lead_put_back_into_the_intake_is_decided_again() -> None:
    assert why(lead(stamp=LATER, modified_by_id=SARAH), decided()) is Why.PUT_BACK


@pytest.mark.parametrize("end", [WriteState.REFUSED, WriteState.DEAD])
def test_a_lead_whose_write_ended_badly_is_decided_again_once_a_person_edits_it(end: WriteState) -> None:
    """As docs/operations.md says: any field will do; what the router does itself, or nobody, will not."""
    assert why(lead(), decided(end)) is None
    assert why(lead(stamp=LATER, modified_by_id=ROUTER), decided(end)) is None
    assert why(lead(stamp=LATER, modified_by_id=SARAH), decided(end)) is Why.PUT_BACK


def test_a_lead_moved_to_somebody_else_is_never_touched_again() -> None:
    assert why(lead(owner_id=SARAH, stamp=LATER, modified_by_id=SARAH), decided()) is None


def test_a_changed_link_alone_routes_again() -> None:
    relinked = lead(owner_id=BOB, account_id="001X", stamp=LATER, modified_by_id=BOB)
    assert why(relinked, decided()) is Why.RELINKED


def test_our_own_link_is_no_changed_link() -> None:
    linked = lead(owner_id=BOB, account_id="001X", stamp=LATER, modified_by_id=BOB)
    assert why(linked, decided(link_account_id="001X")) is None


def test_link_and_owner_changed_together_are_final() -> None:
    moved = lead(owner_id=SARAH, account_id="001X", stamp=LATER, modified_by_id=BOB)
    assert why(moved, decided()) is None


def test_a_lead_whose_decision_lost_its_footing_is_decided_anew() -> None:
    assert (
        why(lead(stamp=LATER, modified_by_id=SARAH), decided(WriteState.SUPERSEDED), scene(anew="00Q1"))
        is Why.ANEW
    )


def test_a_lead_whose_decision_lost_its_footing_to_a_person_is_not() -> None:
    moved = lead(owner_id=SARAH, stamp=LATER, modified_by_id=SARAH)
    assert why(moved, decided(WriteState.SUPERSEDED), scene(anew="00Q1")) is None


def test_leads_are_decided_in_the_order_of_their_creation() -> None:
    leads = [lead(id=f"00Q{n}", created_at=T0 + timedelta(seconds=(7 * n) % 5)) for n in range(5)]
    found = waiting(leads, {}, scene())
    assert [item.lead.created_at for item in found] == sorted(item.created_at for item in leads)


def test_a_link_that_moved_with_a_merge_of_accounts_is_nobodys_wish() -> None:
    moved = lead(owner_id=BOB, account_id="001Y", stamp=LATER, modified_by_id=BOB)
    assert why(moved, decided(link_account_id="001X"), scene(merged={"001X": "001Y"})) is None
    assert why(moved, decided(link_account_id="001X")) is Why.RELINKED


def test_a_lead_nobody_could_take_waits_for_the_catch_all_queue() -> None:
    before = decided(None, rule="catch_all", owner_id=None)
    assert why(lead(), before, scene(can_catch=False)) is None
    assert why(lead(), before) is Why.STRANDED


def test_status_counts_every_lead_of_the_intake_that_still_wants_an_owner() -> None:
    """I1: waiting with a reason, never just gone from sight."""
    back = lead(stamp=LATER, modified_by_id=ROUTER)
    assert needs_somebody(lead(), None)
    assert needs_somebody(lead(), decided(None, rule="catch_all", owner_id=None))
    assert needs_somebody(back, decided())  # a flow of the org gave it back in our name
    assert needs_somebody(lead(), decided(WriteState.REFUSED))
    assert not needs_somebody(lead(), decided(WriteState.PENDING))
    assert not needs_somebody(lead(), decided())  # the mirror has not seen our write yet
    assert not needs_somebody(back, decided(owner_id=None, rule="competitor"))  # it stays here by decision


class TestUnderTheCondition:
    """Leads that no intake queue or user owns, but that meet the intake's condition (L01)."""

    AROUND = Scene(intake_ids={INTAKE}, anew={}, router_id=ROUTER, can_catch=True, by_condition={"00Q1"})

    def test_an_undecided_one_is_decided_unless_it_is_converted_or_deleted(self) -> None:
        assert why(lead(owner_id=SARAH), around=self.AROUND) is Why.NEW
        assert why(lead(owner_id=SARAH, converted=True), around=self.AROUND) is None
        assert why(lead(owner_id=SARAH, deleted=True), around=self.AROUND) is None

    def test_a_decided_one_is_not_decided_again_by_whatever_a_person_edits(self) -> None:
        """No circles: the condition may fit what the router puts down."""
        edited = lead(owner_id=SARAH, stamp=LATER, modified_by_id=SARAH)
        for before in (decided(owner_id=SARAH, lead_owner_id=SARAH), decided(owner_id=None, lead_owner_id=SARAH)):
            assert why(edited, before, self.AROUND) is None

    def test_put_back_into_the_queue_it_is_decided_again(self) -> None:
        back = lead(stamp=LATER, modified_by_id=SARAH)
        assert why(back, decided(lead_owner_id=SARAH), self.AROUND) is Why.PUT_BACK

    def test_one_that_nobody_could_take_is_tried_again_unless_a_person_took_it(self) -> None:
        before = decided(None, rule="catch_all", owner_id=None, lead_owner_id=SARAH)
        assert why(lead(owner_id=SARAH), before, self.AROUND) is Why.STRANDED
        assert why(lead(owner_id=BOB), before, self.AROUND) is None


def test_a_write_that_ended_without_effect_leaves_no_lead_in_the_intake() -> None:
    ended = decided(WriteState.SUPERSEDED)
    assert why(lead(stamp=LATER, modified_by_id=ROUTER), ended) is Why.ANEW
    assert why(lead(), decided(WriteState.SUPERSEDED, erased=True)) is Why.ANEW
    assert why(lead(), ended) is None, "whoever overtook it may have taken the lead: the row is from before"


def test_a_write_that_ended_without_effect_takes_a_lead_from_nobody() -> None:
    for erased in (False, True):
        ended = decided(WriteState.SUPERSEDED, erased=erased)
        assert why(lead(owner_id=SARAH, stamp=LATER, modified_by_id=ROUTER), ended) is None


def test_a_lead_of_the_condition_whose_write_an_erasure_ended_is_decided_anew() -> None:
    erased = decided(WriteState.SUPERSEDED, erased=True, lead_owner_id=CARL)
    by_condition = replace(scene(), by_condition={"00Q1"})
    assert may_come_by_condition(erased)
    assert why(lead(owner_id=CARL), erased, by_condition) is Why.ANEW
    assert why(lead(owner_id=CARL), erased) is None
    assert why(lead(owner_id=SARAH), erased, by_condition) is None
