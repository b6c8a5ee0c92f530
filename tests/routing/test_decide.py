"""The hierarchy: first match wins, every lead ends with exactly one who can take it, every answer is kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.model.assignment import OwnerKind
from sfrouter.model.decision import Outcome
from sfrouter.model.dossier import Dossier, NamedEntry
from sfrouter.model.records import PartnerKind, Relationship
from sfrouter.routing.decide import decide
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Rule
from sfrouter.routing.rules import shelf
from sfrouter.routing.ruling import Ruling
from tests.routing.dossiers import dossiers
from tests.routing.world import RIVALS, account, deal, dossier, lead, person, user_id

ORDER = (
    "competitor", "partner", "strategic_account", "named_account", "churned_customer", "customer_owner",
    "open_opportunity", "prospect_owner", "previous_lead_owner", "company_profile", "default_pool",
)  # fmt: skip
SHELF = shelf()


def rules(**options: dict[str, Any]) -> tuple[Rule, ...]:
    """The whole hierarchy in its order."""
    written: dict[str, dict[str, Any]] = {"competitor": {"queue": RIVALS.name}, **options}
    return tuple(SHELF[name].model_validate(written.get(name, {})) for name in ORDER)


def check_one_owner(ruling: Ruling, given_dossier: Dossier) -> None:
    """Exactly one way on, and an owner who can really take a lead."""
    assert [ruling.owner is not None, ruling.to_default, ruling.keep_owner, ruling.to_catch_all].count(True) == 1
    owner = ruling.owner
    if owner is None:
        return
    assert owner.id not in given_dossier.intake_ids
    if owner.kind is OwnerKind.PERSON:
        assert given_dossier.directory.people[owner.id].active
    else:
        assert given_dossier.directory.queues[owner.id].takes_leads


@given(dossiers())
@settings(max_examples=150, deadline=None)
def test_any_lead_ends_with_exactly_one_active_owner_or_a_queue_or_the_default_layer(any_one: Dossier) -> None:
    check_one_owner(decide(any_one, rules()), any_one)


@given(dossiers())
@settings(max_examples=100, deadline=None)
def test_every_rule_leaves_a_step_with_words_and_those_after_the_decision_are_not_asked(any_one: Dossier) -> None:
    ruling = decide(any_one, rules())
    assert list(dict.fromkeys(step.rule for step in ruling.steps)) == list(ORDER)
    assert all(step.words and "\n" not in step.words for step in ruling.steps)
    outcomes = [step.outcome for step in ruling.steps]
    decided = [place for place, outcome in enumerate(outcomes) if outcome is Outcome.DECIDED]
    assert len(decided) <= 1
    if decided:
        assert ruling.steps[decided[0]].rule == ruling.rule
        assert set(outcomes[decided[0] + 1 :]) <= {Outcome.NOT_ASKED}
        assert Outcome.NOT_ASKED not in outcomes[: decided[0]]


@given(dossiers(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_records_were_read_changes_nothing(any_one: Dossier, chance: Random) -> None:
    def mixed(items: Any) -> Any:
        return tuple(chance.sample(list(items), len(items)))

    people, queues = any_one.directory.people, any_one.directory.queues
    other = replace(
        any_one,
        directory=replace(
            any_one.directory, people=dict(mixed(people.items())), queues=dict(mixed(queues.items())),
            successors=dict(mixed(any_one.directory.successors.items())),
        ),
        opportunities=mixed(any_one.opportunities), team=mixed(any_one.team), open_cases=mixed(any_one.open_cases),
    )  # fmt: skip
    assert decide(other, rules()) == decide(any_one, rules())


@given(dossiers())
@settings(max_examples=70, deadline=None)
def test_the_ip_never_changes_a_decision(any_one: Dossier) -> None:
    """R037"""
    without = replace(any_one, lead=replace(any_one.lead, ip=""))
    assert decide(without, rules()) == decide(any_one, rules())


@given(dossiers(), st.permutations(range(len(ORDER) - 1)))
@settings(max_examples=70, deadline=None)
def test_the_first_rule_of_the_policys_order_that_has_an_owner_decides(any_one: Dossier, order: list[int]) -> None:
    """Asked one by one, each alone, the first that does not pass gives the same owner as the whole list."""
    mixed = (*(rules()[place] for place in order), rules()[-1])
    alone = (decide(any_one, [rule]) for rule in mixed)
    first = next((one for one in alone if not (one.rule == "catch_all" and _goes_on(one))), None)
    ruling = decide(any_one, mixed)
    if first is not None:
        assert (ruling.rule, ruling.owner, ruling.why) == (first.rule, first.owner, first.why)
    else:
        assert ruling.to_catch_all


def _goes_on(ruling: Ruling) -> bool:
    return ruling.steps[0].rule != "competitor" or ruling.steps[0].outcome is Outcome.PASSED


# A second, blunt telling of section 6 for a world where everybody is active and everything is recorded.
SARAH, STEFAN, JANE, PETER, OLGA, JOHN, NORA, PAULA = (user_id(number) for number in range(1, 9))
FLAGS = (
    "matched", "competitor", "partner", "strategic", "named", "listed", "churned", "recent", "customer", "deal",
    "auto_created", "lost", "profile",
)  # fmt: skip


def oracle(on: set[str]) -> tuple[str, str | None]:
    """Rule and owner by the table of section 6, read as an admin reads it."""
    matched = "matched" in on
    kind = "churned" if "churned" in on else "customer" if "customer" in on else "prospect"
    table: Iterator[tuple[Callable[[], bool], str, str | None]] = iter(
        (
            (lambda: matched and "competitor" in on, "competitor", RIVALS.id),
            (lambda: matched and "partner" in on, "partner", PAULA),
            (lambda: matched and "strategic" in on, "strategic_account", STEFAN),
            (lambda: matched and "named" in on, "named_account", JANE),
            (lambda: "listed" in on, "named_account", NORA),
            (
                lambda: matched and kind == "churned" and "recent" in on and "deal" not in on,
                "churned_customer",
                PETER,
            ),
            (lambda: matched and kind == "customer", "customer_owner", SARAH),
            (lambda: matched and "deal" in on, "open_opportunity", OLGA),
            (lambda: matched and kind == "prospect" and "auto_created" in on, "prospect_owner", SARAH),
            (lambda: "lost" in on and not (matched and kind == "churned"), "previous_lead_owner", JOHN),
            (lambda: "profile" in on, "company_profile", NORA),
            (lambda: True, "default_pool", None),
        )
    )
    return next((rule, owner) for applies, rule, owner in table if applies())


def told_by(on: set[str]) -> Dossier:
    """The dossier with exactly these flags."""
    kind = "churned" if "churned" in on else "customer" if "customer" in on else "prospect"
    today = dossier([]).today
    company = account(
        owner_id=SARAH, competitor="competitor" in on,
        partner_kind=PartnerKind.COMPANY if "partner" in on else None,
        partner_manager_id=PAULA, strategic="strategic" in on, strategic_owner_id=STEFAN, named="named" in on,
        named_owner_id=JANE, relationship=Relationship(kind), previous_owner_id=PETER,
        churned_on=today.replace(month=10) if "recent" in on else today.replace(year=2024),
        auto_created="auto_created" in on,
    )  # fmt: skip
    crowd = [person(number) for number in range(1, 9)]
    return dossier(
        crowd,
        account=company if "matched" in on else None,
        opportunities=(deal(1, OLGA),) if {"matched", "deal"} <= on else (),
        named_entry=NamedEntry(company="Acme", owner_email="p7@ours.example") if "listed" in on else None,
        lost_leads=(lead(5, owner_id=JOHN),) if "lost" in on else (),
        open_leads=(lead(6, owner_id=NORA),) if "profile" in on else (),
    )


def test_all_8192_combinations_of_flags_agree_with_the_table_of_the_handbook() -> None:
    hierarchy = rules()
    for bits in range(2 ** len(FLAGS)):
        on = {flag for place, flag in enumerate(FLAGS) if bits >> place & 1}
        ruling = decide(told_by(on), hierarchy)
        assert (ruling.rule, ruling.owner.id if ruling.owner else None) == oracle(on), on


def test_the_trace_can_say_what_the_default_would_have_been() -> None:
    acme = account(owner_id=SARAH, relationship=Relationship.CUSTOMER)
    ruling = decide(dossier([person(1)], account=acme), rules(), default_would_be="territory West Coast: Bob")
    assert "territory West Coast: Bob" in ruling.steps[-1].words
    assert ruling.steps[-1].outcome is Outcome.NOT_ASKED
    assert not any("Bob" in step.words for step in ruling.steps[:-1])


def test_without_any_rule_the_lead_is_for_the_catch_all_queue() -> None:
    ruling = decide(dossier([person(1)]), [])
    assert ruling.to_catch_all
    assert ruling.ids == ("L05",)


def test_a_reason_names_the_owner_first_and_is_one_line() -> None:
    acme = account(name="Acme\n\tCorp", owner_id=SARAH, relationship=Relationship.CUSTOMER)
    ruling = decide(dossier([person(1, "Sarah Jones")], account=acme), rules())
    assert ruling.reason.startswith("Sarah Jones, because Acme Corp is a customer")
    assert "\n" not in ruling.reason


def test_a_claim_without_anybody_wanted_goes_on_down() -> None:
    class Empty(Rule):
        place = "0"
        ids = ()

        def decide(self, dossier: Dossier) -> Claim:
            return Claim(wanted=(), words=say("named.no"))

    ruling = decide(dossier([person(1)]), [Empty(), *rules()])
    assert ruling.to_default
    assert ruling.steps[0].outcome is Outcome.NOBODY
