"""The shelves of rules and notices: every part says when, then and why, and refuses options it does not know."""

import sys
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from sfrouter.routing import notices, rules

OPTIONS: Mapping[str, dict[str, Any]] = {
    "competitor": {"queue": "Competitor Leads"},
    "executive": {"vp_sales": "vp@ours.example"},
}
PARTS: dict[str, type[BaseModel]] = {
    **rules.shelf(),
    **{f"tell {name}": part for name, part in notices.shelf().items()},
}


@pytest.mark.parametrize("name", PARTS)
def test_every_part_says_when_then_and_why(name: str) -> None:
    doc = sys.modules[PARTS[name].__module__].__doc__ or ""
    assert [doc.index(f"\n{heading}: ") for heading in ("When", "Then", "Why")] == sorted(
        doc.index(f"\n{heading}: ") for heading in ("When", "Then", "Why")
    )


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_named_for_its_file_and_refuses_strange_options(name: str) -> None:
    part, plain = PARTS[name], name.removeprefix("tell ")
    made = part.model_validate(OPTIONS.get(plain, {}))
    assert getattr(made, "name") == plain  # noqa: B009 - rules and notices share no base but BaseModel
    with pytest.raises(ValidationError):
        part.model_validate({**OPTIONS.get(plain, {}), "strange": 1})


def test_the_places_are_those_of_the_handbook_in_its_order() -> None:
    places = {name: rule.place for name, rule in rules.shelf().items()}
    assert set(places.values()) == {"1", "2", "3", "4", "5", "6", "7", "7b", "8", "8b", "9"}


@pytest.mark.parametrize(
    ("rule", "options", "message"),
    [
        ("competitor", {}, "needs `queue:`"),
        ("competitor", {"action": "user", "queue": "X"}, "needs `user:`"),
        ("competitor", {"action": "status", "status": ""}, "needs `status:`"),
        ("churned_customer", {"win_back_months": 12}, "together"),
        ("churned_customer", {"win_back_months": 6, "win_back_pool": "x"}, "more than months"),
        ("customer_owner", {"hand_off_value": 0}, "greater than 0"),
        ("customer_owner", {"hand_off_currency": "dollars"}, "hand_off_currency"),
        ("prospect_owner", {"accounts": "all"}, "accounts"),
        ("previous_lead_owner", {"max_age_months": 0}, "max_age_months"),
        ("partner", {"partner_company": "nobody"}, "partner_company"),
        ("default_pool", {"subsidiary": "uncle"}, "subsidiary"),
    ],
)
def test_options_that_make_no_sense_are_refused_with_what_to_write(
    rule: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        rules.shelf()[rule].model_validate(options)


def test_a_rule_needs_the_mapped_words_of_the_options_that_are_on() -> None:
    customer = rules.shelf()["customer_owner"]
    bare = customer.model_validate({"product_hand_off": False, "hand_off_value": None})
    assert bare.needed() == ("account.relationship.customer",)
    full = customer.model_validate({"specialists": {"Legal": "lea@ours.example"}})
    assert {"lead.product", "lead.department", "account.segment.enterprise", "account.contract_value"} <= set(
        full.needed()
    )
    assert full.named_people() == ("lea@ours.example",)
    status = rules.shelf()["competitor"].model_validate({"action": "status"})
    assert "lead.status.disqualified" in status.needed()


def test_a_part_is_frozen() -> None:
    part = rules.shelf()["customer_owner"].model_validate({"specialists": {"Legal": "lea@ours.example"}})
    with pytest.raises(ValidationError, match="frozen"):
        setattr(part, "product_hand_off", False)  # noqa: B010 - mypy would refuse the plain assignment
