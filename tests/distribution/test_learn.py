"""Weights learnt from similar leads stay within half and double, and sharing stays fair by them (R151)."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sfrouter.distribution.learn import Learn, Record, factors, learnt_words, with_learnt
from sfrouter.distribution.method import Candidate
from sfrouter.distribution.methods.weighted import Weighted
from tests.routing.world import lead

records = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda two: Record(min(two), max(two))),
)  # fmt: skip
LEARN = Learn(by=("lead.industry", "lead.country"), least=20)
LEAD = lead(industry="Software", country="DE")
CROWD = tuple(Candidate(person_id=one, name=one.upper(), weight=Fraction(2)) for one in "abc")


@given(records, st.integers(5, 50))
def test_no_weight_is_more_than_doubled_or_halved(known: dict[str, Record], least: int) -> None:
    assert all(Fraction(1, 2) <= one <= 2 for one in factors(known, least).values())
    assert factors(known, least) == factors(dict(reversed(known.items())), least)


def test_without_enough_leads_or_any_won_the_written_weights_stay() -> None:
    assert factors({}, 20) == {}
    assert factors({"a": Record(9, 10), "b": Record(1, 9)}, 20) == {}
    assert factors({"a": Record(0, 100), "b": Record(0, 100)}, 20) == {}
    assert with_learnt(CROWD, LEARN, {}, LEAD) == (CROWD, ())


def test_who_wins_more_gets_more_and_a_short_record_moves_little() -> None:
    shift = factors({"a": Record(30, 60), "b": Record(10, 60), "c": Record(1, 1)}, 20)
    assert shift["b"] < 1 < shift["c"] < shift["a"]


def test_everybody_alike_changes_nothing() -> None:
    assert set(factors({"a": Record(10, 40), "b": Record(20, 80)}, 20).values()) == {1}


def test_the_trace_tells_written_and_learnt_weight_and_the_leads_behind_them() -> None:
    kind = LEARN.kind(LEAD)
    ready, shares = with_learnt(CROWD, LEARN, {kind: {"a": Record(30, 60), "b": Record(10, 60)}}, LEAD)
    assert [one.weight for one in ready] == [Fraction("2.76"), Fraction("1.24"), 2]
    assert [(one.person_id, one.in_force, one.won, one.of) for one in shares] == [
        (ready[0].person_id, 2.76, 30, 60), (ready[1].person_id, 1.24, 10, 60), (ready[2].person_id, 2.0, 0, 0),
    ]  # fmt: skip
    words = learnt_words(ready, LEARN, shares, LEAD)
    assert words == ("weights by similar leads (industry software, country de): A 2 becomes 2.76 (won 30 of 60), "
                     "B 2 becomes 1.24 (won 10 of 60), C 2 becomes 2 (none yet)")  # fmt: skip
    other = lead(industry="Mining", country="DE")
    assert with_learnt(CROWD, LEARN, {kind: {"a": Record(30, 60)}}, other) == (CROWD, ())


@given(st.randoms(use_true_random=False), st.integers(2, 6))
@settings(max_examples=100, deadline=None)
def test_sharing_is_fair_by_the_weights_in_force(chance: Random, people: int) -> None:
    """Leads of three kinds in any order: everybody has the sum of his shares, give or take less than two leads."""
    names = "abcdef"[:people]
    crowd = tuple(Candidate(person_id=one, name=one, weight=Fraction(chance.randint(1, 9))) for one in names)
    results: dict[tuple[str, ...], dict[str, Record]] = {}
    for kind in ("x", "y", "z"):
        pairs = {one: (chance.randint(0, 90), chance.randint(0, 90)) for one in names}
        results[(kind,)] = {one: Record(min(two), max(two)) for one, two in pairs.items()}
    learn, turns = Learn(by=("lead.industry",)), dict[str, int]()
    counts, due = Counter[str](), {one: Fraction(0) for one in names}
    for _ in range(150):
        ready, _words = with_learnt(crowd, learn, results, lead(industry=chance.choice("xyz")))
        total = sum(one.weight for one in ready)
        for one in ready:
            due[one.person_id] += one.weight / total
        turn = Weighted().choose(ready, turns)
        turns.update(turn.turns)
        counts[turn.person_id] += 1
        assert all(abs(counts[one] - due[one]) < 2 for one in names)


@pytest.mark.parametrize(
    "by", [["account.country"], ["lead.ip"], ["lead.email"], ["lead.phone"], [], ["industry"]]
)
def test_fields_that_make_no_leads_similar_are_refused(by: list[str]) -> None:
    with pytest.raises(ValidationError):
        Learn.model_validate({"by": by})
