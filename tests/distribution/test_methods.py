"""How a pool chooses: fair from the first lead on, the same in a burst as over a day, no flood for anybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.distribution.method import COUNTED_FOR, Candidate, Method
from sfrouter.distribution.methods import shelf
from sfrouter.distribution.methods.least_loaded import LeastLoaded
from sfrouter.distribution.methods.round_robin import RoundRobin
from sfrouter.distribution.methods.weighted import BY_SHARE, Weighted

weights = st.lists(st.integers(1, 1000), min_size=1, max_size=12)


def crowd(*heavy: int | Fraction) -> tuple[Candidate, ...]:
    """Candidates a, b, c ... with these weights."""
    return tuple(
        Candidate(person_id=chr(97 + place), name=chr(65 + place), weight=Fraction(weight))
        for place, weight in enumerate(heavy)
    )


class Rota:
    """A pool's counters, kept the way the ledger keeps them: absolute values written over the old ones."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.turns: dict[str, int] = {}

    def give(self, candidates: Sequence[Candidate], times: int = 1) -> str:
        """Who gets so many leads, as a string of letters."""
        given_to = ""
        for _ in range(times):
            turn = self.method.choose(candidates, self.turns)
            self.turns.update(turn.turns)
            given_to += turn.person_id
        return given_to


def test_everybody_in_turn_in_the_listed_order() -> None:
    assert Rota(RoundRobin()).give(crowd(1, 1, 1), 7) == "abcabca"


@given(st.integers(1, 12), st.integers(1, 100))
def test_a_hundred_leads_in_a_burst_are_shared_like_a_hundred_in_a_day(people: int, leads: int) -> None:
    """The counters alone decide: written to and read from a store between any two leads, they give the same."""
    burst = Rota(RoundRobin()).give(crowd(*[1] * people), leads)
    day, stored = "", dict[str, int]()
    for _ in range(leads):
        rota = Rota(RoundRobin())
        rota.turns = dict(sorted(stored.items(), reverse=True))
        day += rota.give(crowd(*[1] * people))
        stored = rota.turns
    assert day == burst
    counts = Counter(burst)
    assert max(counts.values()) - min(counts.get(one.person_id, 0) for one in crowd(*[1] * people)) <= 1


def test_somebody_back_from_leave_gets_no_flood() -> None:
    rota, all_three = Rota(RoundRobin()), crowd(1, 1, 1)
    rota.give(all_three, 3)
    rota.give(all_three[:2], 40)
    assert Counter(rota.give(all_three, 9)) == {"a": 3, "b": 3, "c": 3}


def test_a_joiner_starts_at_the_level_of_the_others() -> None:
    rota = Rota(RoundRobin())
    rota.give(crowd(1, 1), 41)
    assert Counter(rota.give(crowd(1, 1, 1), 6)) == {"a": 2, "b": 2, "c": 2}


def test_joiners_who_come_while_all_the_others_are_away_get_no_flood_either() -> None:
    rota, four = Rota(RoundRobin()), crowd(1, 1, 1, 1)
    rota.give(four[:2], 100)
    rota.give(four[2:], 2)
    assert Counter(rota.give(four, 8)) == {"a": 2, "b": 2, "c": 2, "d": 2}


def test_somebody_taken_out_of_the_list_and_put_back_gets_no_flood_either() -> None:
    rota, three = Rota(RoundRobin()), crowd(1, 1, 1)
    rota.give(three, 6)
    rota.give((three[0], three[2]), 60)
    assert Counter(rota.give(three, 6))["b"] == 2


@given(st.randoms(use_true_random=False), st.integers(2, 8))
@settings(max_examples=200)
def test_however_people_come_and_go_nobody_gets_two_leads_more_than_another_who_is_there(
    chance: Random, people: int
) -> None:
    """Over any stretch in which the same people are there."""
    rota, everybody = Rota(RoundRobin()), crowd(*[1] * people)
    for _ in range(12):
        here = tuple(one for one in everybody if chance.random() < 0.7) or everybody[:1]
        counts = Counter(rota.give(here, chance.randint(1, 30)))
        assert max(counts.values()) - min(counts.get(one.person_id, 0) for one in here) <= 2


def test_the_same_counters_give_the_same_turn_again() -> None:
    """A retry after a crash moves nothing twice: the new values are absolute."""
    rota = Rota(RoundRobin())
    rota.give(crowd(1, 1, 1), 4)
    turn = RoundRobin().choose(crowd(1, 1, 1), rota.turns)
    once, twice = {**rota.turns, **turn.turns}, {**rota.turns, **turn.turns, **turn.turns}
    assert once == twice
    assert RoundRobin().choose(crowd(1, 1, 1), rota.turns) == turn


@given(weights, st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_by_weight_nobody_is_ever_more_than_one_lead_off_his_share(heavy: list[int], leads: int) -> None:
    """I8: |count - n * share| <= 1 from the start, and less than 2 over any window."""
    people, rota, total = crowd(*heavy), Rota(Weighted()), sum(heavy)
    counts: Counter[str] = Counter()
    deviations: dict[str, list[Fraction]] = {one.person_id: [Fraction(0)] for one in people}
    for number in range(1, leads + 1):
        counts[rota.give(people)] += 1
        for one in people:
            deviations[one.person_id].append(counts[one.person_id] - number * one.weight / total)
    for seen in deviations.values():
        assert max(map(abs, seen)) <= 1
        assert max(seen) - min(seen) < 2


@given(weights, weights)
@settings(max_examples=30, deadline=None)
def test_after_a_change_of_people_or_weights_nobody_is_two_leads_off_from_the_change_on(
    before: list[int], after: list[int]
) -> None:
    rota = Rota(Weighted())
    rota.give(crowd(*before), 80)
    people, total, counts = crowd(*after), sum(after), Counter[str]()
    for number in range(1, 60):
        counts[rota.give(people)] += 1
        for one in people:
            assert abs(counts[one.person_id] - number * one.weight / total) < 2


@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 50), min_size=2, max_size=7))
@settings(max_examples=60, deadline=None)
def test_by_weight_with_people_who_come_and_go_all_day_everybody_gets_his_share_of_what_he_was_there_for(
    chance: Random, heavy: list[int]
) -> None:
    """The quota of a lead is shared among those who are there; nobody is ever two leads off the sum of his."""
    rota, everybody, off = Rota(Weighted()), crowd(*heavy), Counter[str]()
    quotas = {one.person_id: Fraction(0) for one in everybody}
    for _ in range(120):
        here = tuple(one for one in everybody if chance.random() < 0.7) or everybody[:1]
        total = sum(one.weight for one in here)
        for one in here:
            quotas[one.person_id] += one.weight / total
        off[rota.give(here)] += 1
        assert all(abs(off[person] - quota) < 2 for person, quota in quotas.items())


def test_by_weight_a_turn_given_back_leaves_the_counters_as_they_were() -> None:
    rota, people = Rota(Weighted()), crowd(3, 2, 1)
    rota.give(people, 5)
    before = dict(rota.turns)
    turn = Weighted().choose(people, rota.turns)
    back = {person: turn.turns[person] + change for person, change in turn.undo.items()}
    assert back == {person: before[person] for person in back}


def test_people_who_come_and_go_all_day_do_not_give_the_first_one_everything() -> None:
    rota, three = Rota(Weighted()), crowd(1, 1, 1)
    given_to = "".join(rota.give(three[:2] if lead % 2 else three) for lead in range(40))
    assert Counter(given_to)["a"] <= 20


@given(weights)
def test_the_counters_of_shares_fit_a_64_bit_column_and_are_marked(heavy: list[int]) -> None:
    turns = Weighted().choose(crowd(*heavy), {}).turns
    assert turns[COUNTED_FOR] == BY_SHARE
    assert all(abs(count) < 2**63 for count in turns.values())


@pytest.mark.parametrize("name", sorted(shelf()))
def test_the_line_begins_with_whose_turn_it_is_and_holds_everybody_once(name: str) -> None:
    method, people = shelf()[name](), crowd(3, 1, 2)
    turns = method.choose(people, {}).turns
    line = method.line(people, turns)
    assert line[0].person_id == method.choose(people, turns).person_id
    assert sorted(one.person_id for one in line) == ["a", "b", "c"]
    assert all(one.words for one in line)


def test_least_loaded_is_who_has_most_room_for_his_weight() -> None:
    def loaded(*leads: int, heavy: Sequence[int] = (1, 1, 1)) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(person_id=one.person_id, name=one.name, weight=one.weight, open_leads=count)
            for one, count in zip(crowd(*heavy), leads, strict=True)
        )

    assert Rota(LeastLoaded()).give(loaded(3, 1, 2)) == "b"
    assert Rota(LeastLoaded()).give(loaded(3, 5, 9, heavy=(1, 2, 1))) == "b"
    assert Rota(LeastLoaded()).give(loaded(2, 2, 2), 4) == "abca"


@pytest.mark.parametrize("first", [Weighted(), LeastLoaded()])
def test_a_pool_that_changes_to_round_robin_starts_even(first: Method) -> None:
    """Counters of shares mean nothing to turns; taken over, they would flood whoever had the smaller share."""
    rota = Rota(first)
    rota.give(_uneven(), 90)
    rota.method = RoundRobin()
    assert Counter(rota.give(crowd(1, 1, 1), 9)) == {"a": 3, "b": 3, "c": 3}
    rota.method = Weighted()
    assert Counter(rota.give(crowd(1, 1, 1), 9)) == {"a": 3, "b": 3, "c": 3}


def _uneven() -> tuple[Candidate, ...]:
    return tuple(
        Candidate(person_id=one.person_id, name=one.name, weight=one.weight, open_leads=load)
        for one, load in zip(crowd(7, 2, 1), (0, 50, 50), strict=True)
    )


@pytest.mark.parametrize("name", sorted(shelf()))
def test_every_method_says_whose_turn_it_is_and_why(name: str) -> None:
    turns: Mapping[str, int] = {}
    turn = shelf()[name]().choose(crowd(1, 2), turns)
    assert turn.person_id in ("a", "b")
    assert turn.person_id.upper() in turn.words
    assert turns == {}
