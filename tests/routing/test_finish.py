"""A ruling that left the owner open is completed by the default layer or the catch-all queue."""

from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.decision import Outcome, Step
from sfrouter.routing.decide import decide
from sfrouter.routing.finish import caught, shared_out
from tests.routing.test_decide import rules
from tests.routing.world import dossier, person, user_id

BOB = Owner(id=user_id(1), kind=OwnerKind.PERSON, name="Bob")
QUEUE = Owner(id="00G000000000009AAA", kind=OwnerKind.QUEUE, name="Catch All")
STEP = Step(place="9", rule="territory", outcome=Outcome.DECIDED, words="West Coast")


def test_the_default_layers_owner_territory_and_turn_stand_in_the_reason() -> None:
    ruling = decide(dossier([person(1)]), rules())
    done = shared_out(ruling, BOB, territory="West Coast", pool="west", words="Bob is next", steps=[STEP])
    assert done.owner == BOB
    assert not done.to_default
    assert done.steps == (*ruling.steps, STEP)
    assert "Bob, because" in done.reason
    assert "West Coast, Bob is next" in done.reason
    assert (done.rule, done.alert) == ("default_pool", "")


def test_when_the_default_layer_has_nobody_the_catch_all_queue_has_it_with_an_alert() -> None:
    ruling = shared_out(decide(dossier([person(1)]), rules()), None, words="no territory fits", warnings=["w"])
    assert ruling.to_catch_all
    done = caught(ruling, QUEUE)
    assert (done.owner, done.rule, done.place) == (QUEUE, "catch_all", "10")
    assert "L05" in done.ids
    assert "no territory fits" in done.alert
    assert done.silent
    assert done.warnings == ("w",)


def test_without_a_catch_all_queue_the_owner_stays_and_the_alert_says_so() -> None:
    ruling = shared_out(decide(dossier([person(1)]), rules()), None, words="no territory fits")
    done = caught(ruling, None)
    assert done.owner is None
    assert done.keep_owner
    assert "no catch-all queue" in done.alert
