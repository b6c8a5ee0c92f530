"""The records that a duplicate rule named are read from its refusal; whatever else stands there names none."""

from typing import Any

import pytest

from sfrouter.salesforce.duplicates import matches_named
from sfrouter.salesforce.writing import judge_collection

ONE, TWO, CONTACT = "001000000000001AAA", "001000000000002AAA", "003000000000001AAA"


def result(*ids: str, kind: str = "Account", rule_of: str = "Account") -> dict[str, Any]:
    """One rule's word."""
    records = [{"matchConfidence": 100.0, "record": {"Id": one, "attributes": {"type": kind}}} for one in ids]
    return {"duplicateRuleEntityType": rule_of, "matchResults": [{"entityType": kind, "matchRecords": records}]}


def error(**more: Any) -> list[dict[str, Any]]:
    return [{"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": [], **more}]


@pytest.mark.parametrize("name", ["duplicateResut", "duplicateResult"])
def test_each_record_is_named_once_in_the_orgs_order(name: str) -> None:
    assert matches_named(error(**{name: result(TWO, ONE[:15], TWO)})) == (TWO, ONE)


def test_records_of_another_object_are_none_of_them() -> None:
    assert matches_named(error(duplicateResut=result(CONTACT, kind="Contact"))) == ()


@pytest.mark.parametrize("odd", [
    None, "text", [], {}, {"matchResults": None}, {"matchResults": [{"matchRecords": [{"record": {"Id": 7}}]}]},
    {"matchResults": [{"entityType": None, "matchRecords": [{"record": None}, "x", None]}]},
])  # fmt: skip
def test_an_odd_answer_names_none(odd: Any) -> None:
    assert matches_named(error(duplicateResut=odd)) == ()
    assert matches_named(odd) == ()


def test_a_created_rows_answer_carries_them() -> None:
    (answer,) = judge_collection([{"success": False, "errors": error(duplicateResut=result(ONE))}], 1)
    assert (answer.code, answer.matches) == ("DUPLICATES_DETECTED", (ONE,))
