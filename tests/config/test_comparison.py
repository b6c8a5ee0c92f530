"""The comparison of two policies as an admin writes it: what is otherwise, what is wrong, and where it stands."""

from pathlib import Path

import pytest

from sfrouter.config.policy import read_policy
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.conditions import Condition
from tests.config.files import copied

WHOLE = """
comparison:
  name: everybody-west
  share: 20
  after_days: 14
  conversion: {field: lead.status, op: in, value: [Qualified, Working]}
  test:
    territories:
      - {name: Everywhere, pool: West Coast}
    departed: {order: [managers, on_down]}
"""


def with_section(tmp_path: Path, section: str) -> Path:
    folder = copied(tmp_path)
    file = folder / "policy.yaml"
    file.write_text(file.read_text("utf-8") + section, "utf-8")
    return folder


def read(tmp_path: Path, section: str) -> Policy:
    policy, problems = read_policy(with_section(tmp_path, section))
    assert policy is not None, problems
    return policy


def test_the_test_policy_is_the_policy_but_for_what_it_says_itself(tmp_path: Path) -> None:
    policy = read(tmp_path, WHOLE)
    told = policy.comparison
    assert told is not None
    assert (told.name, told.share, told.after_days) == ("everybody-west", 20, 14)
    assert told.conversion.field == "lead.status"
    assert [one.name for one in told.test.territories] == ["Everywhere"]
    assert told.test.departed != policy.departed
    same = ("rules", "notices", "watches", "priority", "matching", "pools", "intake", "rates")
    assert all(getattr(told.test, name) == getattr(policy, name) for name in same)
    assert told.test.hash != policy.hash


def test_converted_within_a_month_and_half_of_the_leads_unless_said_otherwise(tmp_path: Path) -> None:
    told = read(tmp_path, "\ncomparison: {name: a, test: {departed: {order: [on_down]}}}\n").comparison
    assert told is not None
    assert (told.share, told.after_days) == (50, 30)
    assert told.conversion == Condition(field="lead.converted", value=(True,))


def test_rules_of_their_own_end_with_the_default_pool_too(tmp_path: Path) -> None:
    told = read(tmp_path, "\ncomparison: {name: a, test: {rules: [customer_owner, default_pool]}}\n").comparison
    assert told is not None
    assert [rule.name for rule in told.test.rules] == ["customer_owner", "default_pool"]


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("comparison: {name: a, test: {}}", "nothing to compare"),
        ("comparison: {name: a}", "test"),
        ("comparison: {name: a, share: 100, test: {rules: [default_pool]}}", "share"),
        ("comparison: {name: a, shares: 10, test: {rules: [default_pool]}}", "Did you mean 'share'"),
        ("comparison: {name: a, test: {rules: [customer_owner]}}", "do not end with 'default_pool'"),
        ("comparison: {name: a, test: {rules: [costumer_owner, default_pool]}}", "Did you mean 'customer_owner'"),
        ("comparison: {name: a, test: {territories: [{name: W, pool: Wset Coast}]}}", "Did you mean 'West Coast'"),
        (
            "comparison: {name: a, conversion: {field: account.name, op: exists}, test: {rules: [default_pool]}}",
            "'account.name' is not the lead's",
        ),
        (
            "comparison: {name: a, conversion: {field: lead.budget, op: exists}, test: {rules: [default_pool]}}",
            "needs lead.budget",
        ),
        ("comparison: {name: a, test: {notices: []}}", "notices"),
    ],
)
def test_a_fault_is_named_with_file_and_line(section: str, says: str, tmp_path: Path) -> None:
    folder = with_section(tmp_path, f"\n{section}\n")
    policy, problems = read_policy(folder)
    line = (folder / "policy.yaml").read_text("utf-8").splitlines().index(section) + 1
    assert policy is None
    assert any(says in str(one) and one.line == line and one.file.endswith("policy.yaml") for one in problems), (
        problems
    )


def test_a_pool_that_only_the_test_policy_names_is_not_called_unused(tmp_path: Path) -> None:
    folder = with_section(tmp_path, "\ncomparison: {name: a, test: {territories: [{name: All, pool: Hunters}]}}\n")
    file = folder / "teams.yaml"
    pool = "pools:\n  - {name: Hunters, members: [ana@example.com]}\n"
    file.write_text(file.read_text("utf-8").replace("pools:\n", pool, 1), "utf-8")
    policy, problems = read_policy(folder)
    assert policy is not None, problems
    assert not [one for one in problems if "Hunters" in str(one)]
