"""What is allowed and surely not meant is told, each with its code and line; a clean policy raises nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from sfrouter.base.errors import Problem
from sfrouter.config.lint import lint
from sfrouter.config.lint_territories import Survey, survey
from sfrouter.config.policy import read_clean_files, read_configuration
from sfrouter.config.policy_value import Policy
from tests.config.files import SHIPPED, change, copied, read

TODAY = date(2026, 11, 22)
LAST = "  - name: Worldwide\n    pool: Worldwide\n"
REVIEW = ("policy.yaml", "      months: 6", "      months: 6\n      reviewed_on: {day}")

SIZES = """\
  - {{name: Small, pool: LATAM, when: {{field: lead.employees, op: at_most, value: {low}}}}}
  - {{name: Large, pool: LATAM, when: {{field: lead.employees, op: at_least, value: {high}}}}}
"""
SHADOWED = "  - {name: Texas, pool: LATAM, when: {field: lead.country, op: in, value: [US]}}\n"
NEVER = """\
  - name: Never
    pool: LATAM
    when: {all: [{field: lead.source, value: Web}, {field: lead.source, value: Fair}]}
"""
CEL = """\
  - {name: Not web, pool: LATAM, when: {not: {cel: "lead.source == 'Web'"}}}
  - {name: Fair, pool: LATAM, when: {cel: "lead.source == 'Fair'"}}
"""
CEL_NEVER = """\
  - name: Never
    pool: LATAM
    when: {all: [{cel: "lead.source == 'Web'"}, {not: {cel: "lead.source == 'Web'"}}]}
"""
NOBODY = ("Keiner", "keine", "k. A.", "unbekannt", "ninguno", "ninguna", "desconocido", "n/d",
          "なし", "不明", "該当なし", "tidak ada", "tidak diketahui")  # fmt: skip
FAULTY = [
    ("LIN01", "teams.yaml", LAST, CEL + LAST, "'Fair' never gets a lead: before it"),
    ("LIN02", "teams.yaml", LAST, CEL_NEVER + LAST, "no lead can fit the territory 'Never'"),
    ("LIN01", "teams.yaml", LAST, SHADOWED + LAST, "'Texas' never gets a lead: before it 'US West Coast'"),
    ("LIN02", "teams.yaml", LAST, NEVER + LAST, "no lead can fit the territory 'Never'"),
    ("LIN03", "teams.yaml", LAST, SIZES.format(low=100, high=102) + LAST,
     "a gap between 'Small' and 'Large': neither takes lead.employees 101"),
    ("LIN03", "teams.yaml", LAST, SIZES.format(low=100, high=102).replace("at_least", "more_than") + LAST,
     "a gap between 'Small' and 'Large'"),
    ("LIN03", "teams.yaml", LAST, SIZES.format(low=100, high=102).replace("at_least", "more_than") + LAST,
     "a gap between 'Small' and 'Large'"),
    ("LIN05", "teams.yaml", "successors: {}", "successors: {bob@example.com: maria@example.com}",
     "bob@example.com has a successor under 'successors:' and is still named in the pool 'West Coast'"),
    ("LIN06", *REVIEW[:2], REVIEW[2].format(day="2026-08-21"), "reviewed on 2026-08-21, more than a quarter ago"),
    ("LIN07", *REVIEW[:2], REVIEW[2].format(day="2026-11-23"), "a day that is still to come"),
    ("LIN08", "companies.yaml", "never_match: []", "never_match: [[IBM, International Business Machines]]",
     "'IBM' is another name of 'International Business Machines', and a pair that must never match"),
    ("LIN09", "companies.yaml", "shared_domains: []", "shared_domains: [gmail.com]",
     "'gmail.com' is listed as shared"),
    ("LIN10", "policy.yaml", "hand_off_currency: USD", "hand_off_currency: CHF",
     "hand_off_value is in CHF, for which 'rates:' has no rate"),
    ("LIN11", "policy.yaml", "order: [successor, managers, on_down]", "order: [successor, on_down, managers]",
     "nothing is tried after on_down: managers"),
    ("LIN16", "policy.yaml", "  users: []", "  users: []\n  condition: LeadSource = 'OwnerId'",
     "leads of any owner and any day meet the intake's condition"),
    ("LIN16", "policy.yaml", "  users: []", "  users: []\n  condition: CreatedDate = TODAY OR Status = 'Open'",
     "leads of any owner and any day meet the intake's condition"),
    ("LIN17", "companies.yaml", "company: Strategic Partner Corp", "company: n/a", "'n/a' is no company's name"),
    ("LIN17", "companies.yaml", "company: Strategic Partner Corp", "company: '-'", "'-' is no company's name"),
    ("LIN17", "companies.yaml", "company: Strategic Partner Corp", "company: Unknown", "is no company's name"),
    ("LIN17", "companies.yaml", "company: Strategic Partner Corp", "company: none", "'none' is no company's name"),
    ("LIN17", "companies.yaml", "company: Strategic Partner Corp", "company: Test", "'Test' is no company's name"),
    *(("LIN17", "companies.yaml", "company: Strategic Partner Corp", f"company: {word}", f"'{word}' is no company")
      for word in NOBODY),
    ("LIN18", "policy.yaml", "  - specialist_awareness\n  - account_owner ",
     "  - account_owner\n  - specialist_awareness ", "the words of 'specialist_awareness' are never read"),
    ("LIN12", "policy.yaml", "queue: Competitor Leads", "queue: Unassigned Leads", "is an intake queue"),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _surveyed_once() -> Iterator[None]:
    """Most of these policies differ in other things than territories: who takes which lead is found out once."""
    known: dict[str, Survey] = {}

    def surveyed(policy: Policy) -> Survey:
        key = "\n".join(one.model_dump_json() for one in policy.territories)
        if key not in known:
            known[key] = survey(policy)
        return known[key]

    with patch("sfrouter.config.lint_territories.survey", surveyed):
        yield


def findings(folder: Path) -> tuple[Problem, ...]:
    """What the lint says of a folder that has no fault."""
    return lint(read(folder).policy, TODAY)


def test_the_shipped_files_raise_nothing() -> None:
    assert findings(SHIPPED) == ()


@pytest.mark.parametrize(("code", "file", "old", "new", "words"), FAULTY, ids=[one[0] for one in FAULTY])
def test_each_faulty_policy_raises_its_own_code_and_no_other(
    tmp_path: Path, code: str, file: str, old: str, new: str, words: str
) -> None:
    folder = copied(tmp_path)
    line = change(folder, file, old, new)
    (found,) = findings(folder)
    assert found.code == code
    assert words in found.what
    assert found.mend
    assert found.warning
    assert found.file == file
    assert line - 3 <= found.line <= line + 2 or code == "LIN05", f"{found}, changed at {line}"


CLEAN = [
    ("limits that meet", "teams.yaml", LAST, SIZES.format(low=100, high=101) + LAST),
    ("limits that overlap", "teams.yaml", LAST, SIZES.format(low=100, high=50) + LAST),
    ("a narrower territory before a wider", "teams.yaml", "  - name: US West Coast\n",
     SHADOWED.replace("value: [US]", "value: [US-TX]") + "  - name: US West Coast\n"),
    ("a successor of somebody nobody names", "teams.yaml", "successors: {}",
     "successors: {gone@example.com: maria@example.com}"),
    ("a limit in a currency with a rate", "policy.yaml", "hand_off_currency: USD", "hand_off_currency: EUR"),
    ("a company whose name holds such a word", "companies.yaml", "Strategic Partner Corp", "Test Valley Foods"),
    ("specialist_awareness alone", "policy.yaml", "  - account_owner ", "  # - account_owner "),
    ("other notices in another order", "policy.yaml", "  - specialist_awareness\n  - account_owner ",
     "  - specialist_awareness\n  - {executive: {vp_sales: vp@example.com}}\n  - account_owner "),
    ("leavers' leads go on down at once", "policy.yaml", "[successor, managers, on_down]", "[on_down]"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new"), [one[1:] for one in CLEAN], ids=[one[0] for one in CLEAN])
def test_a_clean_policy_raises_nothing(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = copied(tmp_path)
    change(folder, file, old, new)
    assert findings(folder) == ()


def test_a_rule_that_nobody_looked_at_for_a_quarter_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, *REVIEW[:2], REVIEW[2].format(day="2026-08-21"))
    assert [found.code for found in findings(folder)] == ["LIN06"]


def test_a_rule_looked_at_within_the_quarter_is_not(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, *REVIEW[:2], REVIEW[2].format(day="2026-08-22"))
    assert findings(folder) == ()


def test_too_many_kinds_of_leads_are_not_looked_at_in_silence(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    one = "  - {{name: {0} {1}, pool: LATAM, when: {{field: lead.{0}, value: {1}}}}}\n"
    many = "".join(
        one.format(field, letter)
        for letter in "abcd"
        for field in ("source", "industry", "status", "title", "city", "department", "product", "website")
    )
    change(folder, "teams.yaml", LAST, many + LAST)
    assert [found.code for found in findings(folder)] == ["LIN13"]
    assert not survey(read(folder).policy).takes


def test_more_than_and_less_than_are_limits_that_something_fits(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    sizes = SIZES.format(low=100, high=100).replace("at_least", "more_than") + LAST
    change(folder, "teams.yaml", LAST, sizes)
    assert findings(folder) == ()


def with_hours(folder: Path, hours: str, *, pools: int) -> Path:
    """The first so many pools have hours of their own."""
    path = folder / "teams.yaml"
    method = "    method: round_robin\n"
    path.write_text(path.read_text("utf-8").replace(method, f"{method}    hours: {hours}\n", pools), "utf-8")
    return folder


ALL_POOLS = 100
DRIFTED = '"10:00-18:00"'


def test_hours_of_first_replies_that_no_pool_works_by_are_told(tmp_path: Path) -> None:
    """They were written beside the pools' hours, and only these were changed."""
    (found,) = findings(with_hours(copied(tmp_path), DRIFTED, pools=ALL_POOLS))
    assert (found.code, found.file, found.warning) == ("LIN15", "policy.yaml", True)
    assert "West Coast" in found.what
    text = (SHIPPED / "policy.yaml").read_text("utf-8").splitlines()
    assert "working_hours" in text[found.line - 1]


@pytest.mark.parametrize(
    ("hours", "pools"), [('"09:00-17:00"', ALL_POOLS), (DRIFTED, 1)], ids=["the same", "one pool has none"]
)
def test_hours_that_agree_or_hold_for_somebody_are_no_drift(tmp_path: Path, hours: str, pools: int) -> None:
    assert findings(with_hours(copied(tmp_path), hours, pools=pools)) == ()


def test_a_row_of_the_list_that_is_no_company_is_told_with_its_line(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "named_accounts_csv:", "named_accounts_csv: list.csv")
    rows = ["company,owner", "Omega,a@example.com", "N/A,a@example.com", "tbd,a@example.com"]
    (folder / "list.csv").write_text("\n".join(rows) + "\n", "utf-8")
    assert [(found.code, found.file, found.line) for found in findings(folder)] == [
        ("LIN17", "list.csv", 3), ("LIN17", "list.csv", 4),
    ]  # fmt: skip


GAP = ("teams.yaml", LAST, SIZES.format(low=100, high=102) + LAST)
LATE_WAY = ("policy.yaml", "[successor, managers, on_down]", "[on_down, successor, managers]")


@pytest.mark.parametrize(
    ("faults", "codes"),
    [
        ([], ["LIN03", "LIN11"]),
        ([("policy.yaml", "catch_all_queue:", "catch_al_queue:")], ["LIN03"]),
        ([("policy.yaml", "  - partner:", "  - partnr:")], ["LIN03"]),
        ([("teams.yaml", "successors: {}", "successors: [a]")], ["LIN11"]),
        ([("companies.yaml", "Strategic Partner Corp", "'")], ["LIN03", "LIN11"]),
        ([("policy.yaml", "catch_all_queue:", "standard_values: [a]\ncatch_all_queue:")], []),
        ([("policy.yaml", "catch_all_queue:", ": [")], []),
    ],
)
def test_a_fault_in_one_file_hides_no_finding_of_a_file_without(
    tmp_path: Path, faults: list[tuple[str, str, str]], codes: list[str]
) -> None:
    """But what stands in the faulty file itself, or rests on it, is looked for when it is mended."""
    folder = copied(tmp_path)
    for one in (GAP, LATE_WAY, *faults):
        change(folder, *one)
    _, problems = read_configuration(folder)
    assert any(not one.warning for one in problems) is bool(faults)
    policy, clean = read_clean_files(folder)
    found = lint(policy, TODAY, clean=clean) if policy else ()
    assert [one.code for one in found if one.code in ("LIN03", "LIN11")] == codes[::-1]
