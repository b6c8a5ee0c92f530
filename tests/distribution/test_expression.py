"""A CEL expression is checked when it is loaded, answers true or false, and never sees what may not decide."""

import sys
from typing import Any

import pytest
from pydantic import ValidationError

from sfrouter.distribution import expression
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.weigh import weigh
from tests.routing.world import account, lead


def answer(cel: str, *, of_account: dict[str, Any] | None = None, **values: Any) -> bool:
    """What the expression says of such a lead."""
    matched = account(**of_account) if of_account is not None else None
    return weigh(Condition(cel=cel), lead(**values), matched).holds


def test_fields_of_lead_and_account_and_further_fields() -> None:
    cel = "lead.state in ['CA', 'NV'] && lead.seats * 2 > 150 && account.strategic"
    assert answer(cel, of_account={"strategic": True}, state="CA", extra={"seats": 100})
    assert not answer(cel, of_account={"strategic": True}, state="CA", extra={"seats": 50})
    assert not answer(cel, of_account={"strategic": False}, state="CA", extra={"seats": 100})
    assert answer("account.products.exists(one, one == 'Router')", of_account={"products": ("Router",)})


def test_no_answer_counts_as_no_and_the_words_say_why() -> None:
    for cel in ("account.strategic", "lead.state", "lead.seats > 5", "lead['ip'] == ''"):
        weighed = weigh(Condition(cel=cel), lead(extra={"seats": None}), None)
        assert not weighed.holds
        assert "has no answer" in weighed.words


UNKNOWN = {"cel": "account.strategic"}
NO, YES = {"cel": "lead.state == 'NV'"}, {"cel": "lead.state == 'CA'"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"not": NO}, True),
        ({"not": YES}, False),
        ({"not": UNKNOWN}, False),
        ({"not": {"not": UNKNOWN}}, False),
        ({"not": {"all": [YES, UNKNOWN]}}, False),
        ({"not": {"all": [UNKNOWN, NO]}}, True),
        ({"not": {"any": [NO, UNKNOWN]}}, False),
        ({"any": [UNKNOWN, {"not": NO}]}, True),
        ({"conditions": [YES, UNKNOWN], "logic": "1 AND NOT 2"}, False),
        ({"conditions": [NO, UNKNOWN], "logic": "NOT (1 AND 2)"}, True),
    ],
)
def test_under_not_an_expression_without_an_answer_still_holds_for_nobody(
    condition: dict[str, Any], holds: bool
) -> None:
    """What cannot be told is neither so nor not so; what can be told without it, is."""
    assert weigh(Condition.model_validate(condition), lead(state="CA"), None).holds is holds


@pytest.mark.parametrize(
    ("cel", "message"),
    [
        ("lead.state ==", "no CEL expression: at character 14"),
        ("leed.state == 'CA'", "speaks of 'leed', which is nothing here. Did you mean 'lead'"),
        ("now > 5", "There are lead and account"),
        ("startWith(lead.state, 'C')", "calls 'startWith', .* Did you mean 'startsWith'"),
        ("lead.ip != ''", "'lead.ip' may not decide"),
        ("lead.state == '" + "x" * 1000 + "'", "may have 1000 characters"),
    ],
)
def test_a_fault_is_found_when_it_is_loaded(cel: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Condition(cel=cel)


@pytest.mark.parametrize(
    ("cel", "message"),
    [
        (
            "account.contract_value > '500'",
            "'account.contract_value' is a number, but '500' is text: .*without quotation marks",
        ),
        (
            "lead.state == 'CA' && '500' <= account.contract_value",
            "'account.contract_value' is a number, but '500' is text",
        ),
        ("account.contract_value in [100, '500']", "'account.contract_value' is a number, but '500' is text"),
        ("lead.postal_code == 94105", "'lead.postal_code' is text, but 94105 is a number: .*in quotation marks"),
        ("account.strategic == 'true'", "'account.strategic' is true or false, but 'true' is text"),
        ("account.products == 'Router'", "'account.products' is a list, but 'Router' is text: .*'text in field'"),
        (
            "account.contract_value > lead.company",
            "'account.contract_value' is a number, but lead.company is text",
        ),
        ("account.churned_on > 2026", "'account.churned_on' is text, but 2026 is a number"),
        (
            "account.contract_value >= (-1) ? account.contract_value > '-1' : true",
            "'account.contract_value' is a number",
        ),
    ],
)
def test_a_comparison_of_two_kinds_is_found_when_it_is_loaded(cel: str, message: str) -> None:
    """Such an expression has no answer for any lead, or the same one for all."""
    with pytest.raises(ValidationError, match=message):
        Condition(cel=cel)


@pytest.mark.parametrize(
    "cel",
    [
        "account.contract_value > 500 && account.contract_value < 5e3 && account.contract_value != -1",
        "string(account.contract_value) == '500'",
        "size(lead.company) > 5",
        "lead.state + '5' == 'CA5'",
        "lead.company.size() > 5",
        "account.products[0] == 'Router'",
        "'Router' in account.products",
        "lead.seats > 5 && lead.seats != 'many'",
        "account.contract_value == null",
        "account.strategic == true",
        "(account.contract_value > 5) == true",
        "lead.company == 'lead.employees > 5' // account.contract_value > 'x'",
        "account.churned_on > '2026-01-01'",
        "account.segment == 'enterprise'",
        "5 + account.contract_value * 2 > 7",
        "account.contract_value in [1, 2]",
    ],
)
def test_comparisons_of_one_kind_and_of_unknown_kinds_are_no_fault(cel: str) -> None:
    assert Condition(cel=cel).cel == cel


def test_names_in_text_are_no_fields() -> None:
    condition = Condition(cel="lead.state == 'lead.city' && account.name != \"account.owner\" && lead.seats > 1")
    assert condition.fields() == {"lead.state", "account.name", "lead.seats"}
    assert condition.further_fields() == {"lead.seats"}


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    expression._compiled.cache_clear()
    monkeypatch.setitem(sys.modules, "cel", None)
    with pytest.raises(ValidationError, match=r"pip install 'sfrouter\[cel\]'"):
        Condition(cel="lead.state == 'CA'")
