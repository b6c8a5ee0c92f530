"""Stories are told by the real matching, routing and distribution; a false one fails, a faulty file is named."""

import re
import shutil
from pathlib import Path

import pytest

from sfrouter.config.shipped import shipped_mappings
from sfrouter.journey.policy_test import Rehearsal, StoryReport, prepare, run_stories
from sfrouter.journey.story_form import Expect, Given, PersonForm, Story, StoryFile, StoryPolicy

SHIPPED = shipped_mappings()
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "stories.md").read_text("utf-8")
GOOD = """\
people:
  Sarah: {email: sarah@ours.example}
stories:
  - story: A customer stays hers
    given:
      account: {name: Acme, owner: Sarah, relationship: customer, contract_value: 1}
    expect: {owner: Sarah, rule: customer_owner}
"""


def told(folder: Path, text: str) -> tuple[StoryReport | None, list[str]]:
    """The report of a file with this text under the shipped policy, or the faults that kept it from being told."""
    (folder / "mine.yaml").write_text(text, "utf-8")
    rehearsal, problems = prepare(SHIPPED, [folder / "mine.yaml"])
    if rehearsal is None or problems:
        return None, [str(problem) for problem in problems]
    report = run_stories(rehearsal)
    return report, [str(problem) for problem in report.problems]


def test_every_shipped_story_holds() -> None:
    rehearsal, problems = prepare(SHIPPED, [SHIPPED / "stories"])
    assert (rehearsal is None, problems) == (False, ())
    assert isinstance(rehearsal, Rehearsal)
    report = run_stories(rehearsal)
    assert len(report.results) >= 9
    assert [(one.story, list(map(str, one.differences))) for one in report.failed] == []
    assert report.problems == ()


def test_the_demo_companys_stories_hold(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(SHIPPED / "examples" / "demo", folder)
    shutil.copy(SHIPPED / "fields.yaml", folder)
    rehearsal, problems = prepare(folder, [folder / "stories"])
    assert rehearsal is not None, problems
    assert run_stories(rehearsal).failed == ()


def test_the_lead_of_a_story_is_read_in_standard_form_as_in_the_daemon(tmp_path: Path) -> None:
    """L03: with `account` as well as with `accounts`."""
    text = """\
stories:
  - story: However the country is typed
    given: {lead: {company: Delta, country: Deutschland, state: Bavaria}}
    expect: {owner: johanna@example.com, rule: default_pool, says: [Southern Germany]}
"""
    report, problems = told(tmp_path, text)
    assert problems == []
    assert report is not None
    assert [str(difference) for one in report.failed for difference in one.differences] == []


def test_a_story_with_a_moment_is_told_on_that_day(tmp_path: Path) -> None:
    """The churn of 31 August is six months ago on 28 February, not in the November that is meant otherwise."""
    text = """\
people: {Sarah: {email: sarah@ours.example}}
stories:
  - story: Six months are over
    given:
      now: 2026-02-28T12:00:00Z
      account: {name: Acme, relationship: churned, churned_on: 2025-08-31, previous_owner: Sarah}
    expect: {owner: inbound-1@example.com, rule: default_pool}
  - story: The day before they are not
    given:
      now: 2026-02-27T12:00:00Z
      account: {name: Acme, relationship: churned, churned_on: 2025-08-31, previous_owner: Sarah}
    expect: {owner: Sarah, rule: churned_customer}
"""
    report, problems = told(tmp_path, text)
    assert problems == []
    assert report is not None
    assert [one.passed for one in report.results] == [True, True]


def test_a_true_story_passes(tmp_path: Path) -> None:
    report, problems = told(tmp_path, GOOD)
    assert problems == []
    assert report is not None
    assert [one.passed for one in report.results] == [True]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{owner: Sarah, rule", "{owner: bob@example.com, rule", "owner: expected bob@example.com, got Sarah"),
        ("{owner: Sarah, rule", "{rule", "owner: expected the owner stays, got Sarah"),
        ("rule: customer_owner}", "rule: partner}", "rule: expected partner, got customer_owner"),
        ("rule: customer_owner}", "because: [R047]}", "because: expected R047, got R046, R117"),
        ("rule: customer_owner}", "says: [Berlin]}", "reason: expected 'Berlin' in it, got Sarah, because"),
        (
            "rule: customer_owner}",
            "passed: [customer_owner]}",
            "rule customer_owner: expected passed, got decided",
        ),
        ("rule: customer_owner}", "tells: {}}", "told: expected nothing, got Sarah (new_owner)"),
        ("rule: customer_owner}", "quiet: [new_owner]}", "notice new_owner: expected quiet, got somebody is told"),
        ("rule: customer_owner}", "changes: {status: x}}", "changes: expected status=x, got nothing"),
        ("rule: customer_owner}", "warns: [rate]}", "warnings: expected 'rate', got nothing"),
        ("rule: customer_owner}", "alert: true}", "alert: expected an alert, got no alert"),
        ("rule: customer_owner}", "not: Sarah}", "owner: expected anybody but Sarah, got Sarah"),
        ("rule: customer_owner}", "match: {account: Beta}}", "matched account: expected Beta, got Acme"),
        ("rule: customer_owner}", "asks: [Beta]}", "a person is asked about: expected Beta, got nothing"),
        ("rule: customer_owner}", "trace: [Berlin]}", "trace: expected 'Berlin' in it"),
    ],
)
def test_a_false_story_fails_and_says_what_differs(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    report, problems = told(tmp_path, GOOD.replace(old, new))
    assert problems == []
    assert report is not None
    (result,) = report.failed
    assert any(str(one).startswith(said) for one in result.differences), list(map(str, result.differences))
    assert result.trace


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("owner: Sarah, relation", "onwer: Sarah, relation", 6, "no field of an account is called 'onwer'"),
        ("relationship: customer", "relationship: friend", 6, "'relationship' of an account cannot be 'friend'"),
        ("contract_value: 1", "contract_value: much", 6, "'contract_value' of an account cannot be 'much'"),
        ("owner: Sarah, relation", "owner: Sara, relation", 4, "'Sara' in this story. Did you mean 'Sarah'"),
        ("    expect:", "    expects:", 7, "no setting is called 'expects'"),
        ("sarah@ours.example}", "sarah@ours.example, manager: Bob}", 2, "no person is called 'Bob'"),
        ("    expect:", "    policy: {without: [costumer_owner]}\n    expect:", 4,
         "no rule is called 'costumer_owner'. Did you mean 'customer_owner'?"),
        ("    expect:", "    policy: {options: {churned_customer: {months: 0}}}\n    expect:", 4,
         "its policy cannot be: months"),
        ("stories:", "tales:", 3, "no setting is called 'tales'"),
    ],
)  # fmt: skip
def test_a_faulty_story_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert GOOD.count(old) == 1
    _, problems = told(tmp_path, GOOD.replace(old, new))
    found = [problem for problem in problems if said in problem]
    assert found, problems
    assert f"mine.yaml:{line}:" in found[0]


@pytest.mark.parametrize("said", ["yesterday", "2026-13-40T09:00:00", "2026-11-20T25:00:00", "soon-ish-11"])
def test_a_moment_that_is_none_is_told_once_with_its_line_and_what_to_write(tmp_path: Path, said: str) -> None:
    """`today` is taken from `now`: that must not be told beside it."""
    _, problems = told(tmp_path, GOOD.replace("    expect:", f"      now: {said}\n    expect:"))
    (found,) = problems
    assert "mine.yaml:7:" in found
    assert f"'now' must be a moment like 2026-11-30T09:00:00, not the text '{said}'" in found


def test_with_accounts_the_matching_finds_the_company(tmp_path: Path) -> None:
    text = GOOD.replace(
        "      account: {name: Acme, owner: Sarah, relationship: customer, contract_value: 1}",
        "      lead: {company: ACME Incorporated, country: US}\n"
        "      accounts: [{name: Acme, owner: Sarah, relationship: customer, contract_value: 1}]",
    ).replace("rule: customer_owner}", "rule: customer_owner, match: {account: Acme, by: name, ids: [R016]}}")
    report, problems = told(tmp_path, text)
    assert (report is not None and [list(map(str, one.differences)) for one in report.results], problems) == (
        [[]],
        [],
    )


def test_an_empty_folder_and_a_missing_file_are_faults(tmp_path: Path) -> None:
    _, problems = prepare(SHIPPED, [tmp_path, tmp_path / "none.yaml"])
    assert [problem.code for problem in problems] == ["STO01", "FILE01"]


def test_telling_twice_gives_the_same(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == told(tmp_path, GOOD)


@pytest.mark.parametrize("form", [StoryFile, PersonForm, Story, Given, StoryPolicy, Expect])
def test_the_page_tells_of_every_key(form: type[StoryFile]) -> None:
    for name, field in form.model_fields.items():
        assert f"`{field.alias or name}`" in PAGE, name


def test_the_page_tells_of_every_code_and_of_no_other() -> None:
    files = (ROOT / "sfrouter" / "journey").glob("*.py")
    raised = {code for path in files for code in re.findall(r'"(STO\d\d)"', path.read_text("utf-8"))}
    assert raised == set(re.findall(r"\bSTO\d\d\b", PAGE))


LATER = """\
people:
  Sarah: {email: sarah@ours.example, manager: Mara}
  Mara: {email: mara@ours.example}
stories:
  - story: A reply within two hours
    given:
      now: 2026-11-20T10:00:00
      account: {name: Acme, owner: Sarah, relationship: customer, contract_value: 1}
    policy: {followup: {sla: {}}}
    expect:
      owner: Sarah
      answer_by: 2026-11-20T12:00:00
      later:
        - {minutes: 100, owner: Sarah, tells: {Sarah: sla_reminder}}
        - {business_minutes: 120, owner: Mara}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("T12:00:00", "T12:01:00", "answer by: expected 2026-11-20T12:01:00+00:00, got 2026-11-20T12:00:00+00:00"),
        ("120, owner: Mara", "120, owner: Sarah", "at 2026-11-20 12:00, owner: expected Sarah, got Mara"),
        ("{Sarah: sla_reminder}", "{}", "at 2026-11-20 11:40, told: expected nothing, got Sarah (sla_reminder)"),
        ("minutes: 100", "minutes: 80", "at 2026-11-20 11:20, told: expected Sarah (sla_reminder), got nothing"),
        (
            "tells: {Sarah: sla_reminder}",
            "tells: {Sarah: {kind: sla_reminder, says: [Berlin]}}",
            "at 2026-11-20 11:40, told Sarah: expected 'Berlin' in it, got Reply due soon",
        ),
        ("100, owner", "100, answered: true, owner", "at 2026-11-20 12:00, owner: expected Mara, got Sarah"),
    ],
)  # fmt: skip
def test_a_story_whose_time_goes_by_otherwise_fails_and_says_when(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    report, problems = told(tmp_path, LATER)
    assert problems == []
    assert report is not None
    assert [list(map(str, one.differences)) for one in report.results] == [[]]
    assert old in LATER
    report, _ = told(tmp_path, LATER.replace(old, new))
    assert report is not None
    (result,) = report.results
    assert any(one.startswith(said) for one in map(str, result.differences)), result.differences


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: Acme,", "name: Acme, competitor: true,", "needs the watch 'sla' (policy: followup) and a person"),
        ("{minutes: 100,", "{minutes: 100, business_minutes: 3,", "has one of 'minutes', 'business_minutes' and"),
        ("followup: {sla: {}}", "followup: {sls: {}}", "no watch is called 'sls'"),
    ],
)  # fmt: skip
def test_a_later_that_cannot_be_told_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    _, problems = told(tmp_path, LATER.replace(old, new))
    assert any(said in one for one in problems), problems
