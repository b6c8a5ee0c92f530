"""The handbook pages for admins name every rule, option, custom field and code there is, and none that is not."""

import re
from collections.abc import Mapping

import pytest
from pydantic import BaseModel

from sfrouter.config.companies_form import CompaniesForm
from sfrouter.config.policy_form import PolicyForm
from sfrouter.distribution import methods
from sfrouter.distribution.conditions import Op
from sfrouter.followup import watches
from sfrouter.routing import notices, rules
from tests.config.files import ROOT, shipped_mapping

MAPPING = (ROOT / "docs" / "mapping.md").read_text("utf-8")
POLICY = (ROOT / "docs" / "policy.md").read_text("utf-8")


def row(page: str, name: str) -> str:
    """The one row of a table that begins with a name (places before it aside)."""
    found = [line for line in page.splitlines() if re.match(rf"\| (?:\w+ \| )?`{name}` \|", line)]
    assert len(found) == 1, f"{name} has {len(found)} rows"
    return found[0]


@pytest.mark.parametrize(
    ("name", "part"), [*rules.shelf().items(), *notices.shelf().items()], ids=lambda value: str(value)
)
def test_every_rule_and_notice_has_a_row_with_exactly_its_options(name: str, part: type[BaseModel]) -> None:
    told = row(POLICY, name)
    options = set(part.model_fields) - {"reviewed_on"}
    assert [option for option in options if f"`{option}`" not in told] == []


def test_the_place_of_every_rule_is_told() -> None:
    for name, rule in rules.shelf().items():
        assert row(POLICY, name).startswith(f"| {rule.place} |")


def test_no_rule_is_told_of_that_does_not_exist() -> None:
    section = POLICY[POLICY.index("### Rules") : POLICY.index("## teams.yaml")]
    named = set(re.findall(r"^\| (?:\w+ \| )?`(\w+)` \|", section, re.MULTILINE))
    assert named == {*rules.shelf(), *notices.shelf(), *watches.shelf()}


def test_every_key_of_the_policy_and_of_the_companies_is_told() -> None:
    for key in (*PolicyForm.model_fields, *CompaniesForm.model_fields):
        assert re.search(rf"\| `{key}[`:]", POLICY), key


def test_every_method_and_operator_is_told() -> None:
    for name in (*methods.shelf(), *Op):
        assert f"`{name}`" in POLICY


def custom_fields() -> Mapping[str, str]:
    """Our name by each custom field of the shipped mapping, as object and name."""
    return {
        f"{one.object_name} {api}": ours
        for one in shipped_mapping().objects.values()
        for ours, apis in one.fields.items()
        for api in apis
        if api.endswith("__c")
    }


def test_every_custom_field_of_the_shipped_mapping_is_listed() -> None:
    listed = re.findall(r"^\| (\w+) \| `(\w+)` \| `(\w+__c)`", MAPPING, re.MULTILINE)
    assert {f"{thing} {api}": ours for thing, ours, api in listed} == custom_fields()


def expanded(page: str) -> set[str]:
    """The codes of a page, `MAP14 to MAP18` spelt out."""
    found = set(re.findall(r"\b[A-Z]{3,4}\d\d\b", page))
    for kind, first, last in re.findall(r"([A-Z]{3,4})(\d\d) to [A-Z]{3,4}(\d\d)", page):
        found |= {f"{kind}{number:02}" for number in range(int(first), int(last) + 1)}
    return found


def test_every_code_the_check_can_raise_is_explained() -> None:
    named = ("base/yamlfile.py", "journey/check.py", "writeback/probe.py")
    single = [ROOT / "sfrouter" / name for name in named]
    rooms = [*(ROOT / "sfrouter" / "config").glob("*.py"), *single]
    raised = {code for path in rooms for code in re.findall(r'code="([A-Z]{3,4}\d\d)"', path.read_text("utf-8"))}
    assert raised == expanded(MAPPING + POLICY)
