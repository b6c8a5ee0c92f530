"""Whatever is known of a lead: exactly one decision, an owner who can take it, and one order of the places.

tests/routing/test_decide.py holds the rules alone against the handbook's table; here the whole way is asked, with
territories, pools and limits.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.config.policy_form import Intake
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.journey.route_lead import route_lead
from sfrouter.model.assignment import Owner, OwnerKind, Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Account, Relationship
from tests.routing.dossiers import dossiers
from tests.routing.test_decide import ORDER, rules
from tests.routing.world import INTAKE, RIVALS, user_id

CATCH_ALL = Owner(id=RIVALS.id, kind=OwnerKind.QUEUE, name=RIVALS.name)
PLACES = {name: place for place, name in enumerate((*ORDER, "catch_all"))}


def pool(name: str, *numbers: int, **more: Any) -> Pool:
    """A pool of these people."""
    members = [f"p{number}@ours.example" for number in numbers]
    return Pool.model_validate({"name": name, "members": members, **more})


POLICY = Policy(
    intake=Intake(queues=(INTAKE.name,)),
    catch_all_queue=RIVALS.name,
    rules=rules(customer_owner={"specialists": {"IT": "p5@ours.example"}}),
    notices=(),
    pools=(pool("far", 1, 2, 3, otherwise="near", most_open=5), pool("near", 4, 5, most_a_day=3)),
    territories=(
        Territory.model_validate({"name": "far", "pool": "far", "when": {"field": "lead.title", "value": "CEO"}}),
        Territory(name="near", pool="near"),
    ),
)
open_counts = st.dictionaries(st.integers(1, 6).map(user_id), st.integers(0, 9))
turns = st.dictionaries(
    st.sampled_from(["far", "near"]),
    st.dictionaries(st.integers(1, 6).map(user_id), st.integers(0, 9)),
)


def routed(one: Dossier, busy: Mapping[str, int], had: Mapping[str, Mapping[str, int]]) -> Decision:
    """The lead's way through the whole house."""
    return route_lead(one, POLICY, Rotation(turns=had), number=1, open_leads=busy, catch_all=CATCH_ALL)


@given(dossiers(), open_counts, turns)
@settings(max_examples=150, deadline=None)
def test_no_lead_without_exactly_one_active_owner_or_the_catch_all(
    one: Dossier, busy: dict[str, int], had: dict[str, dict[str, int]]
) -> None:
    """L05, R150. Who is nobody's goes to the catch-all queue, with an alert."""
    decision = routed(one, busy, had)
    assert decision.owner is not None
    assert decision.owner.id not in one.intake_ids
    if decision.owner.kind is OwnerKind.PERSON:
        assert one.directory.people[decision.owner.id].active
    else:
        assert one.directory.queues[decision.owner.id].takes_leads
    assert (decision.rule == "catch_all") <= bool(decision.alert and decision.owner == CATCH_ALL)


@given(dossiers(), open_counts, turns, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_anything_was_read_changes_nothing(
    one: Dossier, busy: dict[str, int], had: dict[str, dict[str, int]], chance: Random
) -> None:
    def mixed(items: Any) -> Any:
        return tuple(chance.sample(list(items), len(items)))

    there = one.directory
    other = replace(
        one,
        directory=replace(
            there, people=dict(mixed(there.people.items())), queues=dict(mixed(there.queues.items())),
            successors=dict(mixed(there.successors.items())),
        ),
        opportunities=mixed(one.opportunities), team=mixed(one.team), rates=dict(mixed(one.rates.items())),
    )  # fmt: skip
    again = {name: dict(mixed(counts.items())) for name, counts in had.items()}
    assert routed(other, dict(mixed(busy.items())), again) == routed(one, busy, had)


def without(name: str, one: Dossier) -> Dossier:
    """The same lead without the fact on which this place rests."""
    of_the_account: dict[str, dict[str, Any]] = {
        "competitor": {"competitor": False},
        "partner": {"partner_kind": None},
        "strategic_account": {"strategic": False},
        "named_account": {"named": False},
        "churned_customer": {"relationship": None},
        "customer_owner": {"relationship": None},
        "prospect_owner": {"auto_created": False},
    }
    of_the_lead: dict[str, Callable[[], dict[str, Any]]] = {
        "named_account": lambda: {"named_entry": None},
        "open_opportunity": lambda: {"opportunities": ()},
        "previous_lead_owner": lambda: {"lost_leads": ()},
        "company_profile": lambda: {"open_leads": (), "same_person": ()},
    }
    account: Account | None = one.account
    if account is not None:
        account = replace(account, **of_the_account.get(name, {}))
    return replace(one, account=account, **of_the_lead.get(name, dict)())


@given(dossiers())
@settings(max_examples=250, deadline=None)
def test_without_its_fact_a_place_gives_the_lead_to_a_later_one_never_to_an_earlier(one: Dossier) -> None:
    """The hierarchy is a total order. The one way up is C07: a churned account whose open deal is gone."""
    before = routed(one, {}, {})
    while before.rule not in ("default_pool", "catch_all"):
        one = without(before.rule, one)
        after = routed(one, {}, {})
        churned = one.account is not None and one.account.relationship is Relationship.CHURNED
        upwards = before.rule == "open_opportunity" and after.rule == "churned_customer" and churned
        assert upwards or PLACES[after.rule] > PLACES[before.rule], (before.reason, after.reason)
        before = after
