"""A condition as an admin writes it: faults are named, and values are compared the way people mean them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.weigh import folded, weigh
from sfrouter.model.records import Segment
from tests.routing.world import account, lead


def holds(written: dict[str, Any], *, of_account: dict[str, Any] | None = None, **values: Any) -> bool:
    """Does the condition hold for such a lead?"""
    matched = account(**of_account) if of_account is not None else None
    return weigh(Condition.model_validate(written), lead(**values), matched).holds


@pytest.mark.parametrize(
    ("op", "value", "state", "expected"),
    [
        ("eq", "California", "california ", True),
        ("eq", "California", "Ｃalifornia", True),
        ("eq", "California", "Baja California", False),
        ("ne", "California", "Oregon", True),
        ("ne", "California", "", True),
        ("in", ["CA", "California"], "ca", True),
        ("in", ["CA", "California"], "C", False),
        ("not_in", ["CA"], "NV", True),
        ("starts_with", "Cal", "CALIFORNIA", True),
        ("starts_with", ["Or", "Cal"], "California", True),
        ("starts_with", "Cal", "Baja California", False),
        ("contains", "forn", "California", True),
        ("contains", ["x", "y"], "California", False),
        ("exists", None, "California", True),
        ("exists", None, "  ", False),
        ("missing", None, "", True),
        ("eq", "ｶﾘﾌｫﾙﾆｱ", "カリフォルニア", True),
    ],
)
def test_text_is_compared_whatever_its_case_and_width(op: str, value: Any, state: str, expected: bool) -> None:
    assert holds({"field": "lead.state", "op": op, "value": value}, state=state) is expected


@pytest.mark.parametrize(
    ("low", "high", "code", "expected"),
    [
        (90000, 96199, "94105", True),
        (90000, 96199, "90000", True),
        (90000, 96199, "96199-1234", True),
        (90000, 96199, "96200", False),
        ("01000", "09999", "01067", True),
        (1000, 9999, "01067", True),
        (10000, 14999, "1A", False),
        ("EC1", "EC4", "EC4A 1AA", True),
        ("EC1", "EC4", "N1 9GU", False),
        (80000, 81999, "D-80331", True),
        (80000, 81999, "D-82031", False),
        (100, 199, "〒100-0001", True),
        (10000, 19999, "110 00", True),
        (1000, 1999, "1011AB", True),
        (1000, 1999, "1011 AB", True),
    ],
)
def test_postal_ranges_include_both_ends(low: Any, high: Any, code: str, expected: bool) -> None:
    written = {"field": "lead.postal_code", "op": "between", "value": [low, high]}
    assert holds(written, postal_code=code) is expected


@pytest.mark.parametrize(
    ("op", "value", "seats", "expected"),
    [
        ("at_least", 100, 100, True),
        ("at_least", 100, Decimal("99.5"), False),
        ("at_least", 100, "250", True),
        ("at_least", 100, "many", False),
        ("at_most", 5, 5.0, True),
        ("more_than", 100, 100, False),
        ("more_than", 100, "100.5", True),
        ("less_than", 5, 5, False),
        ("less_than", 5, 4, True),
        ("between", [1, 10], 10, True),
        ("between", [1, 10], float("nan"), False),
        ("eq", 100, 100.0, True),
        ("eq", "100", 100, True),
        ("in", [5, 7], Decimal(7), True),
        ("at_least", 100, True, False),
        ("at_least", "x", 5, False),
    ],
)
def test_numbers_are_compared_as_numbers(op: str, value: Any, seats: Any, expected: bool) -> None:
    assert holds({"field": "lead.seats", "op": op, "value": value}, extra={"seats": seats}) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("2026-01-01", True), (date(2026, 6, 1), True), ("2026-06-02", False), ("soon", False)]
)
def test_days_are_compared_as_days(value: Any, expected: bool) -> None:
    written = {"field": "lead.asked_on", "op": "at_least", "value": value}
    assert holds(written, extra={"asked_on": date(2026, 6, 1)}) is expected


def test_a_flag_is_compared_as_true_or_false() -> None:
    written = {"field": "account.strategic", "value": True}
    assert holds(written, of_account={"strategic": True})
    assert not holds(written, of_account={"strategic": False})
    assert not holds(written)


def test_words_of_the_model_and_lists_are_values_too() -> None:
    enterprise = {"segment": Segment.ENTERPRISE, "products": ("Router", "Analytics")}
    assert holds({"field": "account.segment", "value": "Enterprise"}, of_account=enterprise)
    assert holds({"field": "account.products", "value": "analytics"}, of_account=enterprise)
    assert not holds({"field": "account.products", "op": "ne", "value": "analytics"}, of_account=enterprise)


def test_all_and_any_may_stand_in_each_other() -> None:
    written = {
        "all": [
            {"field": "lead.country", "value": "US"},
            {"any": [{"field": "lead.state", "value": "CA"}, {"field": "lead.city", "value": "Reno"}]},
        ]
    }
    assert holds(written, country="US", city="reno")
    assert not holds(written, country="US", city="Boston")
    assert not holds(written, country="DE", state="CA")


def test_not_is_the_contrary() -> None:
    written = {"not": {"any": [{"field": "lead.state", "value": "CA"}, {"field": "lead.city", "value": "Reno"}]}}
    assert holds(written, state="TX")
    assert not holds(written, city="Reno")
    assert "lead.city 'Reno' is eq" in weigh(Condition.model_validate(written), lead(city="Reno"), None).words


def test_numbered_conditions_with_the_logic_of_reports() -> None:
    conditions = [
        {"field": "lead.country", "value": "US"},
        {"field": "lead.state", "value": "CA"},
        {"field": "lead.city", "value": "Reno"},
    ]
    written = {"conditions": conditions, "logic": "1 AND (2 OR 3)"}
    assert holds(written, country="US", city="Reno")
    assert not holds(written, city="Reno", state="CA")
    assert holds({"conditions": conditions, "logic": "NOT 1 AND NOT (2 OR 3)"}, country="DE")
    assert not holds({"conditions": conditions}, country="US", city="Reno")
    assert holds({"conditions": conditions}, country="US", city="Reno", state="CA")
    assert holds({"conditions": conditions[:1], "logic": 1}, country="US")
    assert Condition.model_validate(written).fields() == {"lead.country", "lead.state", "lead.city"}


def test_the_words_name_the_value_on_either_side() -> None:
    written = Condition.model_validate({"field": "lead.state", "op": "in", "value": ["CA", "NV"]})
    words = weigh(written, lead(state="Texas"), None).words
    assert "lead.state 'Texas'" in words
    assert "'CA', 'NV'" in words
    assert "not" in words


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"field": "lead.state", "op": "is", "value": "x"}, "no comparison"),
        ({"field": "lead.state", "op": "betwen", "value": [1, 2]}, "Did you mean 'between'"),
        ({"field": "state", "value": "x"}, "write lead.<name>"),
        ({"field": "person.state", "value": "x"}, "write lead.<name>"),
        ({"field": "lead.ip", "op": "exists"}, "may not decide"),
        ({"field": "lead.state"}, "needs a value"),
        ({"field": "lead.state", "op": "exists", "value": 1}, "takes no value"),
        ({"field": "lead.state", "op": "between", "value": [1]}, "two values"),
        ({"field": "lead.state", "op": "eq", "value": ["a", "b"]}, "takes one value"),
        ({}, "either field"),
        ({"field": "lead.state", "value": "x", "all": [{"field": "lead.city", "value": "y"}]}, "either field"),
        ({"field": "lead.state", "valu": "x"}, "valu"),
        ({"any": [{"field": "city", "value": "x"}]}, "write lead.<name>"),
        ({"not": {"field": "city", "value": "x"}}, "write lead.<name>"),
        ({"conditions": [{"field": "city", "value": "x"}]}, "write lead.<name>"),
        ({"conditions": [{"field": "lead.city", "value": "x"}], "logic": "1 AND 2"}, "no condition 2"),
        ({"field": "lead.city", "value": "x", "logic": "1"}, "needs the numbered list"),
    ],
)
def test_a_fault_is_named_with_what_to_write(written: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Condition.model_validate(written)


def test_the_further_fields_of_a_condition_are_known_for_the_check_of_the_mapping() -> None:
    written = {"all": [{"field": "lead.seats", "value": 1}, {"field": "lead.state", "value": "CA"}]}
    condition = Condition.model_validate(written)
    assert condition.fields() == {"lead.seats", "lead.state"}
    assert condition.further_fields() == {"lead.seats"}


@given(st.text(), st.text(min_size=1))
def test_any_text_is_weighed_without_a_fault_and_ne_is_the_contrary_of_eq(state: str, value: str) -> None:
    same = holds({"field": "lead.state", "op": "eq", "value": value}, state=state)
    assert same is not holds({"field": "lead.state", "op": "ne", "value": value}, state=state)
    for op in ("at_least", "at_most", "more_than", "less_than", "starts_with", "contains"):
        holds({"field": "lead.state", "op": op, "value": value}, state=state)


@pytest.mark.parametrize(
    "written",
    [
        {"value": "California", "all": [{"field": "lead.state", "value": "Oregon"}]},
        {"op": "ne", "any": [{"field": "lead.state", "value": "Oregon"}]},
        {"op": "eq", "not": {"field": "lead.state", "value": "Oregon"}},
        {"value": 1, "cel": "lead.state == 'Oregon'"},
    ],
)
def test_a_value_or_comparison_without_its_field_is_refused(written: dict[str, Any]) -> None:
    """It would have been passed over without a word."""
    with pytest.raises(ValidationError, match="need the 'field'"):
        Condition.model_validate(written)


def test_what_was_read_can_be_read_again_from_its_dump() -> None:
    read = Condition.model_validate({"all": [{"field": "lead.state", "op": "ne", "value": "Oregon"}]})
    assert Condition.model_validate(read.model_dump(exclude_unset=True)) == read


@pytest.mark.parametrize(("value", "expected"), [
    (Decimal("1.0"), "1.0"), (Decimal("1.00"), "1.00"), (1, "1"), (True, "true"), (1.0, "1.0"),
    (Segment.SMB, "smb"), ("  ＡCME\u00a0 Straße ", "acme strasse"),
])  # fmt: skip
def test_equal_values_that_print_differently_are_folded_each_for_itself(value: object, expected: str) -> None:
    assert folded(value) == expected
