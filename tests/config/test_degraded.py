"""A hidden field names every part of the policy that looks at it, and no other."""

from sfrouter.config.degraded import Part, degraded
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.territories import Territory
from tests.journey.stage import a_policy

POLICY = a_policy(
    territories=(
        Territory(name="Japan", when=Condition(field="lead.country", value=("JP",)), pool="all"),
        Territory(name="World", pool="all"),
    )
)


def named(*hidden: str) -> set[tuple[Part, str]]:
    """What a policy with all rules and two territories calls degraded."""
    return {(one.part, one.name) for one in degraded(POLICY, hidden)}


def test_nothing_is_degraded_while_everything_can_be_seen() -> None:
    assert degraded(POLICY, ()) == ()


def test_a_rule_is_named_by_the_field_behind_the_word_it_needs() -> None:
    assert (Part.RULE, "customer_owner") in named("account.relationship")
    assert (Part.RULE, "competitor") not in named("account.relationship")


def test_a_territory_and_the_match_are_named_by_the_fields_they_compare() -> None:
    assert named("lead.country") == {(Part.TERRITORY, "Japan"), (Part.MATCHING, "")}


def test_a_vanished_object_names_whoever_looks_at_anything_of_it() -> None:
    assert (Part.RULE, "open_opportunity") in named("opportunity")
    assert {(Part.RULE, "competitor"), (Part.RULE, "named_account")} <= named("account")


def test_a_field_of_an_object_that_a_rule_reads_as_a_whole_counts() -> None:
    assert (Part.RULE, "open_opportunity") in named("opportunity.amount")


def test_a_field_that_nobody_looks_at_degrades_nothing() -> None:
    assert named("lead.phone") == set()


def test_the_sentence_names_part_and_field() -> None:
    (one,) = [one for one in degraded(POLICY, ("account.competitor",)) if one.part is Part.RULE]
    assert str(one) == "the rule 'competitor': account.competitor cannot be seen"
