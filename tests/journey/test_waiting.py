"""Which leads are decided: new ones in the intake, and those that a person gave us again; no others."""

from datetime import UTC, datetime, timedelta

from sfrouter.journey.waiting import Why, waiting
from sfrouter.ledger.decisions import StoredDecision
from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.decision import Decision
from sfrouter.model.evidence import NO_MATCH
from sfrouter.model.records import Lead
from sfrouter.model.write import WriteState

INTAKE, ROUTER, BOB, SARAH = "00G0", "005R", "005B", "005S"
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


def decided(state: WriteState | None = WriteState.DONE, *, link: str | None = None) -> StoredDecision:
    """A decision for Bob, made on the lead as it was created."""
    decision = Decision(
        lead_id="00Q1", number=1, at=T0, rule="default_pool", place="9", ids=(), reason="",
        owner=Owner(id=BOB, kind=OwnerKind.PERSON, name="Bob"), match=NO_MATCH, steps=(),
        lead_stamp=T0, lead_owner_id=INTAKE, link_account_id=link,
    )  # fmt: skip
    return StoredDecision(decision=decision, lead_write=state)


def why(one: Lead, stored: StoredDecision | None = None, *, anew: bool = False) -> Why | None:
    """Why this lead is decided now, or None."""
    last = {one.id: stored} if stored else {}
    found = list(waiting([one], last, intake_ids={INTAKE}, anew={one.id} if anew else set(), router_id=ROUTER))
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


def test_a_lead_moved_to_somebody_else_is_never_touched_again() -> None:
    assert why(lead(owner_id=SARAH, stamp=LATER, modified_by_id=SARAH), decided()) is None


def test_a_changed_link_alone_routes_again() -> None:
    relinked = lead(owner_id=BOB, account_id="001X", stamp=LATER, modified_by_id=BOB)
    assert why(relinked, decided()) is Why.RELINKED


def test_our_own_link_is_no_changed_link() -> None:
    linked = lead(owner_id=BOB, account_id="001X", stamp=LATER, modified_by_id=BOB)
    assert why(linked, decided(link="001X")) is None


def test_link_and_owner_changed_together_are_final() -> None:
    moved = lead(owner_id=SARAH, account_id="001X", stamp=LATER, modified_by_id=BOB)
    assert why(moved, decided()) is None


def test_a_lead_whose_decision_lost_its_footing_is_decided_anew() -> None:
    assert why(lead(stamp=LATER, modified_by_id=SARAH), decided(WriteState.SUPERSEDED), anew=True) is Why.ANEW


def test_a_lead_whose_decision_lost_its_footing_to_a_person_is_not() -> None:
    moved = lead(owner_id=SARAH, stamp=LATER, modified_by_id=SARAH)
    assert why(moved, decided(WriteState.SUPERSEDED), anew=True) is None


def test_leads_are_decided_in_the_order_of_their_creation() -> None:
    leads = [lead(id=f"00Q{n}", created_at=T0 + timedelta(seconds=(7 * n) % 5)) for n in range(5)]
    found = list(waiting(leads, {}, intake_ids={INTAKE}, anew=set(), router_id=ROUTER))
    assert [item.lead.created_at for item in found] == sorted(item.created_at for item in leads)
