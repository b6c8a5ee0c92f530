"""Ids have the checksum and the order of Salesforce's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.localorg.ids import ALPHABET, IdFactory, checksum18, make_id, normalise, prefix_of, serial_of


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("001000000000000", "001000000000000AAA"),
        ("0015e00000AbCdE", "0015e00000AbCdEAAV"),
        ("01gRO0000016PIA", "01gRO0000016PIAYA2"),
    ],
)
def test_checksum_tells_which_letters_are_capitals(short: str, full: str) -> None:
    assert checksum18(short) == full
    assert normalise(short) == normalise(full) == full


@pytest.mark.parametrize("wrong", ["", "001", "01gRO0000016PIAya2", "01gro0000016piaYA2", "001-00000000000"])
def test_ill_formed_and_wrong_cased_ids_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="id"):
        normalise(wrong)


@given(st.text(ALPHABET, min_size=15, max_size=15))
def test_every_short_id_has_one_full_form(short: str) -> None:
    full = checksum18(short)
    assert full.startswith(short)
    assert normalise(full) == full


def test_a_factory_counts_and_its_ids_sort_in_the_order_they_were_given() -> None:
    factory = IdFactory("00Q")
    given_out = [factory.next() for _ in range(200)]
    assert given_out[0] == "00Q5e0000000001EAA"
    assert given_out == sorted(given_out)
    assert [serial_of(one) for one in given_out] == list(range(1, 201))
    assert prefix_of(given_out[0]) == "00Q"


def test_ids_from_elsewhere_have_no_serial() -> None:
    assert serial_of("00Q000000000001EAA") is None


@pytest.mark.parametrize(("prefix", "serial"), [("00", 1), ("00Q", -1), ("00Q", 62**9)])
def test_what_cannot_be_an_id_is_refused(prefix: str, serial: int) -> None:
    with pytest.raises(ValueError, match=r"prefix|fit"):
        make_id(prefix, serial)
