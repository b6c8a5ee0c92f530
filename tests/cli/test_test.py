"""`sfrouter test`: a table of stories, the trace of what does not hold, and an exit code for scripts."""

from pathlib import Path

import pytest

from sfrouter.config.shipped import shipped_mappings
from tests.cli.command import command

SHIPPED = str(shipped_mappings())
FALSE = "stories: [{story: Nobody knows it, given: {accounts: []}, expect: {owner: kim@example.com}}]"


def test_the_shipped_stories_hold() -> None:
    answer = command("test", "--mappings", SHIPPED)
    assert (answer.code, answer.err) == (0, "")
    assert "stories hold" in answer.out
    assert "FAILED" not in answer.out


def test_a_story_that_does_not_hold_is_shown_with_its_trace_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(FALSE)
    answer = command("test", str(tmp_path), "--mappings", SHIPPED)
    assert answer.code == 1
    assert "owner: expected kim@example.com, got inbound-1@example.com" in answer.out
    assert "company_profile, passed" in answer.out
    assert "0 of 1 stories hold" in answer.out


def test_json_holds_every_result(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(FALSE)
    answer = command("test", str(tmp_path / "one.yaml"), "--mappings", SHIPPED, "--json")
    assert (answer.code, answer.err) == (1, "")
    (story,) = answer.json["stories"]
    assert (story["passed"], story["got"], story["place"]) == (False, "inbound-1@example.com", "9")
    assert story["differences"][0]["expected"] == "kim@example.com"


def test_a_faulty_file_ends_with_3_as_json_too(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("stories: 5")
    answer = command("test", str(tmp_path), "--mappings", SHIPPED, "--json")
    assert (answer.code, answer.err) == (3, "")
    assert answer.json["problems"][0]["code"] == "STO03"
    assert command("test", str(tmp_path), "--mappings", SHIPPED).code == 3


@pytest.mark.filterwarnings("error")
def test_a_story_with_changes_to_the_policy_prints_its_answer_and_nothing_else(tmp_path: Path) -> None:
    """Departments of specialists are kept so that nobody changes them; a copy of the rule once warned of that."""
    story = tmp_path / "one.yaml"
    story.write_text(
        "people:\n  Lea: {email: lea@ours.example}\n"
        "stories:\n  - story: Lea has it\n"
        "    given: {lead: {department: legal}, account: {name: A, relationship: customer, segment: enterprise}}\n"
        "    policy: {options: {customer_owner: {specialists: {Legal: lea@ours.example}}}}\n"
        "    expect: {owner: Lea, rule: customer_owner}\n"
    )
    answer = command("test", str(story), "--mappings", str(shipped_mappings() / "examples" / "enterprise"))
    assert (answer.code, answer.err) == (0, ""), answer.out


@pytest.mark.parametrize(
    ("more", "told"),
    [("not: Inbund", "nobody and no queue is called 'Inbund'"),
     ("quiet: [new_ownr]", "no notice is called 'new_ownr'. Did you mean 'new_owner'?")],
)  # fmt: skip
def test_a_name_that_is_none_does_not_hold_for_want_of_it(tmp_path: Path, more: str, told: str) -> None:
    """What must not be holds for every misspelt name, so the name is looked up."""
    (tmp_path / "one.yaml").write_text(FALSE.replace("kim@example.com", f"inbound-1@example.com, {more}"))
    answer = command("test", str(tmp_path), "--mappings", SHIPPED)
    assert answer.code == 3
    assert told in " ".join((answer.out + answer.err).split())
