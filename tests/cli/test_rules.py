"""`sfrouter rules`: the whole shelf, in its order, with what each part does."""

import pytest

from sfrouter.routing import notices, rules
from tests.cli.command import command

pytestmark = pytest.mark.usefixtures("nowhere")


def test_every_rule_and_notice_is_listed_with_words_and_options() -> None:
    found = {(entry["shelf"], entry["name"]): entry for entry in command("rules", "--json").json}
    assert {name for shelf, name in found if shelf == "rule"} == set(rules.shelf())
    assert {name for shelf, name in found if shelf == "notice"} == set(notices.shelf())
    for entry in found.values():
        assert entry["when"], entry
        assert entry["then"], entry
        assert entry["why"], entry
    for name, part in rules.shelf().items():
        assert set(found["rule", name]["options"]) == set(part.model_fields) - {"reviewed_on"}
        assert found["rule", name]["place"] == part.place


def test_the_rules_stand_in_the_order_of_their_places() -> None:
    places = [entry["place"] for entry in command("rules", "--json").json if entry["shelf"] == "rule"]
    assert places == ["1", "2", "3", "4", "5", "6", "7", "7b", "8", "8b", "9"]


def test_defaults_are_told_as_the_policy_file_would_say_them() -> None:
    options = {entry["name"]: entry["options"] for entry in command("rules", "--json").json}
    assert options["customer_owner"]["product_hand_off"] == "true"
    assert options["customer_owner"]["hand_off_value"] == "50000"
    assert options["churned_customer"] == {"months": "6", "win_back_months": "0", "win_back_pool": ""}
    assert options["executive"]["vp_sales"] == "required"


def test_the_table_needs_no_settings_and_says_when_and_then() -> None:
    answer = command("rules")
    assert (answer.code, answer.err) == (0, "")
    assert "customer_owner       When the matched account is a customer." in answer.out
    assert "Options: months (6), win_back_months (0), win_back_pool (none)" in answer.out
    assert "Notices (all that apply are sent)" in answer.out
