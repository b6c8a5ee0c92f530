"""Second names in one field, and what each is to the company."""

import pytest

from sfrouter.matching.readings import Part, part_called, readings


def said(raw: str) -> dict[str, Part]:
    return {reading.name.key: reading.part for reading in readings(raw)}


@pytest.mark.parametrize(
    "raw",
    ["Wexcombe (formerly Trautmann)", "Wexcombe, formerly known as Trautmann", "Wexcombe vormals Trautmann AG",
     "Wexcombe Ltd dba Trautmann", "Wexcombe f/k/a Trautmann"],
)  # fmt: skip
def test_a_former_or_trading_name_is_read(raw: str) -> None:
    assert "trautmann" in said(raw)
    assert Part.OF_PARENT not in said(raw).values()


@pytest.mark.parametrize(
    "raw", ["Rookhope, a division of Skelder Inc", "Rookhope part of Skelder", "Rookhope, filial de Skelder SA"]
)
def test_the_parent_is_known_as_the_parent(raw: str) -> None:
    assert said(raw) == {"rookhope": Part.BRACKETS, "skelder": Part.OF_PARENT}


def test_a_remark_in_brackets_leaves_the_name_before_it() -> None:
    assert said("Wexcombe (the valve people)")["wexcombe"] is Part.BRACKETS


def test_the_sides_of_a_dash_are_parted() -> None:
    assert said("Wexcombe - Labs of Trautmann")["wexcombe"] is Part.PARTED
    assert said("Wexcombe-Trautmann") == {}


def test_an_ordinary_name_and_a_generic_part_have_no_second_reading() -> None:
    assert said("Wexcombe Valves Ltd") == {}
    assert "consultinggroup" not in said("Wexcombe (Consulting Group)")


def test_the_whole_name_is_no_part() -> None:
    assert part_called("Wexcombe (Trautmann)", "") is None
    assert part_called("Wexcombe (Trautmann)", "trautmann") is Part.BRACKETS
