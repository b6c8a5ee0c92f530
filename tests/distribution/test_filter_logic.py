"""Filter logic reads as in the CRM: every condition used, AND and OR never guessed, faults with their place."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.distribution.filter_logic import Group, Join, Logic, read_logic


def answer(logic: Logic, truth: list[bool]) -> bool:
    """What the logic says of these conditions."""
    if isinstance(logic, int):
        return truth[logic - 1]
    parts = [answer(part, truth) for part in logic.parts]
    if logic.join is Join.NOT:
        return not parts[0]
    return all(parts) if logic.join is Join.ALL else any(parts)


@pytest.mark.parametrize(
    ("text", "truth", "expected"),
    [
        ("1 AND (2 OR 3)", [True, False, True], True),
        ("1 AND (2 OR 3)", [False, True, True], False),
        ("1 and not 2", [True, False], True),
        ("NOT (1 AND 2)", [True, True], False),
        ("((1))", [True], True),
        ("(1 AND 2) OR (3 AND NOT 4)", [False, True, True, False], True),
        ("1OR2", [False, True], True),
    ],
)
def test_the_logic_is_what_an_admin_means(text: str, truth: list[bool], expected: bool) -> None:
    assert answer(read_logic(text, len(truth)), truth) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 AND 2 OR 3", r"at character 9: AND and OR are mixed"),
        ("1 AND 2", "does not use condition 3"),
        ("1 AND 2 AND 4", "there is no condition 4; they are numbered 1 to 3"),
        ("1 AND 0", "there is no condition 0"),
        ("1 AND (2 OR 3", "closing parenthesis is missing"),
        ("1 AND 2) OR 3", "at character 8: AND, OR or the end is expected"),
        ("1 XOR 2", "AND, OR or the end"),
        ("AND 1", "at character 1: the number"),
        ("1 AND", "number of a condition"),
        ("", "number of a condition"),
        ("1 & 2", "at character 3"),
        ("(" * 30 + "1", "too deeply"),
        ("NOT " * 30 + "1", "too deeply"),
        ("1 AND 2 AND 3" + " " * 1000, "more than 1000"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_logic(text, 3)


logics: st.SearchStrategy[Logic] = st.recursive(
    st.integers(1, 4),
    lambda inner: (
        st.builds(Group, st.sampled_from([Join.ALL, Join.ANY]), st.tuples(inner, inner))
        | st.builds(Group, st.just(Join.NOT), st.tuples(inner))
    ),
    max_leaves=8,
)


def written(logic: Logic) -> str:
    """As an admin would write it."""
    if isinstance(logic, int):
        return str(logic)
    if logic.join is Join.NOT:
        return f"NOT ({written(logic.parts[0])})"
    return f" {logic.join.upper()} ".join(f"({written(part)})" for part in logic.parts)


def numbers(logic: Logic) -> set[int]:
    """The conditions in use."""
    return {logic} if isinstance(logic, int) else {one for part in logic.parts for one in numbers(part)}


@given(logics, st.lists(st.booleans(), min_size=4, max_size=4))
def test_what_is_written_and_read_says_the_same(logic: Logic, truth: list[bool]) -> None:
    unused = [str(one) for one in range(1, 5) if one not in numbers(logic)]
    text = " AND ".join([f"({written(logic)})", *unused])
    expected = answer(logic, truth) and all(truth[int(one) - 1] for one in unused)
    assert answer(read_logic(text, 4), truth) is expected


@given(st.text(alphabet="123() ANDORTnot!", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert numbers(read_logic(text, 3)) == {1, 2, 3}
