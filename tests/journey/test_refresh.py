"""A refresh goes on with the other objects when one cannot be read, and what was read once is enough to route."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.refresh import pull_leads, refresh
from sfrouter.mirror.report import EmptySideError, PullReport
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.salesforce.errors import (
    FieldMissingError,
    ObjectMissingError,
    OrgUnreachableError,
    QueryFailedError,
)
from tests.journey.stage import Stage


def failing(stage: Stage, noun: str, failure: Exception) -> list[str]:
    """One object cannot be read; the list fills with what was asked for."""
    asked: list[str] = []

    def pull(one: str, _progress: Callable[..., None] | None = None) -> PullReport:
        asked.append(one)
        if one == noun:
            raise failure
        return PullReport(noun=one)

    stage.pulls.pull = pull  # type: ignore[method-assign, assignment]
    return asked


def test_one_object_that_cannot_be_read_keeps_no_other_from_being_fresh() -> None:
    stage = Stage()
    asked = failing(stage, "account", QueryFailedError("QUERY_TIMEOUT"))
    with pytest.raises(QueryFailedError):
        refresh(stage.house)
    assert asked == list(ROWS)


def test_an_org_out_of_reach_is_asked_once_not_for_every_object() -> None:
    stage = Stage()
    asked = failing(stage, "user", OrgUnreachableError("no answer"))
    with pytest.raises(OrgUnreachableError):
        refresh(stage.house)
    assert asked == ["organization", "user"]


@pytest.mark.parametrize(
    ("failure", "loaded"), [(QueryFailedError("QUERY_TIMEOUT"), True), (EmptySideError("case", 900, 0), False)]
)
def test_after_a_restart_a_full_mirror_is_enough_to_route(
    failure: SfrouterError, loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for a side that came back empty: then somebody must look first."""
    stage = Stage()
    stage.house.loaded = False
    monkeypatch.setattr(Mirror, "pulled", lambda _self: frozenset(ROWS))
    failing(stage, "case", failure)
    with pytest.raises(SfrouterError):
        refresh(stage.house)
    assert stage.house.loaded is loaded


def test_an_object_that_was_never_read_keeps_the_router_from_routing() -> None:
    stage = Stage()
    stage.house.loaded = False
    failing(stage, "case", QueryFailedError("QUERY_TIMEOUT"))
    with pytest.raises(QueryFailedError):
        refresh(stage.house)
    assert not stage.house.loaded


@pytest.mark.parametrize(
    "failure", [FieldMissingError("OldValue", "LeadHistory"), ObjectMissingError("LeadHistory")]
)
def test_a_history_that_our_user_may_not_see_ends_nothing(failure: SfrouterError) -> None:
    """The exit code of a hidden field would end the daemon; one can route without the history."""
    stage = Stage()

    def hidden(_router_id: str) -> int:
        raise failure

    stage.pulls.pull_owner_history = hidden  # type: ignore[method-assign]
    assert refresh(stage.house)


def test_lead_writes_held_back_for_a_hidden_field_go_out_when_it_is_seen_again() -> None:
    """Without it they would wait for the rest of an hour although the org takes them again (L1)."""
    stage = Stage()
    lead = stage.lead()
    stage.decide()
    later = stage.clock.now() + timedelta(hours=1)
    stage.settle(lead, WriteState.PENDING, not_before=later, code="INVALID_FIELD")
    stage.ledger.park(WriteKind.LEAD, later, code="INVALID_FIELD", words="no such field")
    pull_leads(stage.house)
    assert stage.ledger.due(WriteKind.LEAD, stage.clock.now(), 10) == ()
    stage.pulls.pull = lambda noun, _progress=None: PullReport(noun=noun, returned=True)  # type: ignore[method-assign]
    pull_leads(stage.house)
    assert [one.lead_id for one in stage.ledger.due(WriteKind.LEAD, stage.clock.now(), 10)] == [lead]
    assert stage.ledger.parked() == ()
