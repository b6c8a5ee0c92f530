"""Two ids are equal exactly when two records are the same (F18)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.model.ids import is_queue, is_user, to_18

ids = st.text(string.ascii_letters + string.digits, min_size=15, max_size=15)


def test_the_check_characters_are_those_of_the_platform() -> None:
    assert to_18("001A0000006Vm9u") == "001A0000006Vm9uIAC"


@given(ids)
def test_the_long_form_is_a_fixed_point(short: str) -> None:
    assert to_18(to_18(short)) == to_18(short)


@given(ids, ids)
def test_ids_that_differ_only_in_case_stay_different(one: str, other: str) -> None:
    assert (to_18(one) == to_18(other)) == (one == other)


@given(ids.filter(lambda text: any(letter.isupper() for letter in text)))
def test_a_lower_cased_long_id_is_refused(short: str) -> None:
    whole = to_18(short)
    with pytest.raises(ValueError, match="not a record id"):
        to_18(whole[:15].lower() + whole[15:])


@pytest.mark.parametrize("text", ["", "00Q", "00Q00000000000'", "00Q0000000000011234", "00Q000000000001 "])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a record id"):
        to_18(text)


def test_users_and_queues_are_told_apart_by_their_prefix() -> None:
    assert is_user("005000000000001AAA")
    assert not is_user("00G000000000001AAA")
    assert is_queue("00G000000000001AAA")
