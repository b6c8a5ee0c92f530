"""`fields.yaml` ties our words to the org's names; whatever is wrong in it is named by line, all at once."""

from dataclasses import fields
from pathlib import Path

import pytest

from sfrouter.base.yamlfile import parse_yaml
from sfrouter.config.mapping import FieldMapping, NotMappedError, mapping_of, read_mapping
from sfrouter.config.nouns import NOUNS
from sfrouter.model.records import Account, Case, Contact, Lead, Opportunity, Person, Queue, TeamMember
from tests.config.files import SHIPPED, change, copied, shipped_mapping

# What the mapping knows beyond the model: stamps and merges for the mirror, a priority that is only written.
BEYOND = {
    "reason", "text", "stamp", "modified_at", "deleted", "merged_into_id", "created_by_id", "priority", "licensed",
}  # fmt: skip


def problems_of(folder: Path) -> list[str]:
    """Every problem of the folder's fields.yaml."""
    return [str(problem) for problem in read_mapping(folder)[1]]


@pytest.mark.parametrize(
    ("noun", "record"),
    [
        ("user", Person),
        ("account", Account),
        ("opportunity", Opportunity),
        ("lead", Lead),
        ("contact", Contact),
        ("case", Case),
        ("team_member", TeamMember),
    ],
)
def test_our_names_are_the_attributes_of_the_model(noun: str, record: type) -> None:
    attributes = {field.name for field in fields(record)} - {"extra", "barred"}
    known = set(NOUNS[noun].fields)
    assert attributes - known == set()
    assert known - attributes <= BEYOND


def test_a_queue_is_mapped_but_for_what_is_looked_up() -> None:
    attributes = {field.name for field in fields(Queue)} - {"takes_leads"}
    assert attributes <= set(NOUNS["queue"].fields)


def test_the_shipped_mapping_has_no_fault_and_no_warning() -> None:
    mapping, problems = read_mapping(SHIPPED / "fields.yaml")
    assert problems == ()
    assert mapping is not None
    assert set(mapping.objects) == set(NOUNS) - {"user_login"}, "it takes the permission Manage Users"


def test_a_field_is_found_by_our_name() -> None:
    lead = shipped_mapping().of("lead")
    assert lead.object_name == "Lead"
    assert lead.api("owner_id") == "OwnerId"
    assert lead.api("employees") == "NumberOfEmployees"
    assert shipped_mapping().of("account").apis("domains") == ("Website", "Email_Domains__c")
    assert lead.apis("ip") == ()


def test_what_is_not_mapped_is_refused_with_the_line_to_add() -> None:
    with pytest.raises(NotMappedError, match=r"no field for lead\.ip") as refused:
        shipped_mapping().of("lead").api("ip")
    assert "ip: <the field's API name>" in refused.value.mend


def test_select_fields_names_each_field_once_id_first_and_leaves_out_what_is_only_written() -> None:
    wanted = shipped_mapping().of("lead").select_fields()
    assert wanted[0] == "Id"
    assert len(wanted) == len(set(wanted))
    assert wanted.count("Status") == 1  # behind `status` and behind `closed_lost`
    assert "NumberOfEmployees" in wanted
    assert "Rating" not in wanted


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("Customer - Direct", "customer"),
        ("  customer -  DIRECT ", "customer"),
        ("Kunde", "customer"),
        ("顧客", "customer"),
        ("Churned", "churned"),
        ("Something else", None),
        ("", None),
        (None, None),
    ],
)
def test_the_orgs_values_become_our_words(value: str | None, word: str | None) -> None:
    assert shipped_mapping().of("account").word("relationship", value) == word


def test_a_word_may_compare_numbers(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "yes: [Low, Red, At Risk, Niedrig, Bajo, 低]", 'yes: ["< 40", Red]')
    mapping, _ = read_mapping(folder)
    assert mapping is not None
    account = mapping.of("account")
    assert account.flag("health_low", 39.9)
    assert account.flag("health_low", "Red")
    assert not account.flag("health_low", 40)
    assert not account.flag("health_low", "Green")


def test_a_checkbox_needs_no_words_and_a_picklist_may_stand_for_one(tmp_path: Path) -> None:
    account = shipped_mapping().of("account")
    assert account.flag("competitor", True)
    assert not account.flag("competitor", False)
    assert not account.flag("competitor", None)
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "competitor: Competitor__c ", "competitor: Type ")
    change(folder, "fields.yaml", "    partner_kind:\n      company", "    competitor: {yes: [Wettbewerber]}\n"
           "    partner_kind:\n      company")  # fmt: skip
    mapping, problems = read_mapping(folder)
    assert problems == ()
    assert mapping is not None
    assert mapping.of("account").flag("competitor", "Wettbewerber")
    assert not mapping.of("account").flag("competitor", "Prospect")


def test_what_is_written_is_the_first_value_of_the_word() -> None:
    mapping = shipped_mapping()
    assert mapping.of("task").org_value("priority", "high") == "High"
    with pytest.raises(NotMappedError):
        mapping.of("lead").org_value("priority", "high")


@pytest.mark.parametrize(
    ("need", "there"),
    [
        ("lead", True),
        ("account.strategic", True),
        ("account.relationship.customer", True),
        ("lead.ip", False),
        ("lead.status.nonsense", False),
        ("lead.employees", True),
        ("invoice.id", False),
    ],
)
def test_a_need_is_a_noun_a_field_or_a_word(need: str, there: bool) -> None:
    assert shipped_mapping().has(need) is there


def test_an_org_without_a_field_leaves_its_line_empty(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "strategic: Strategic__c ", "strategic: ")
    mapping, problems = read_mapping(folder)
    assert problems == ()
    assert mapping is not None
    assert not mapping.has("account.strategic")


def test_an_org_without_teams_or_cases_removes_the_section(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "fields.yaml").read_text("utf-8")
    start, end = text.index("team_member:"), text.index("task:\n  object")
    (folder / "fields.yaml").write_text(text[:start] + text[end:], "utf-8")
    mapping, problems = read_mapping(folder)
    assert problems == ()
    assert mapping is not None
    assert "team_member" not in mapping.objects
    with pytest.raises(NotMappedError, match="team_member"):
        mapping.of("team_member")


WRONG = [
    ("account:\n  object: Account", "acount:\n  object: Account",
     "no section is called 'acount'. Did you mean 'account'?"),
    ("lead:\n  object: Lead\n  fields:", "lead:\n  object: Lead\n  feilds:",
     "no part of 'lead:' is called 'feilds'. Did you mean 'fields'?"),
    ("  object: QueueSobject\n", "", "'queue_object:' does not say which object it is"),
    ("object: Opportunity", "object: My Opportunity", "the text 'My Opportunity' is not an object's API name"),
    ("  object: Lead\n", "  object: Opportunity\n", "'Opportunity' stands for 'opportunity' and for 'lead'"),
    ("strategic: Strategic__c ", "strategik: Strategic__c ",
     "no field of 'account' is called 'strategik'. Did you mean"),
    ("company: Company", "company:", "lead.company is not mapped: the company's name"),
    ("industry: Industry\n    source", "industry: [Industry, 7]\n    source",
     "the number 7 is not a field's API name"),
    ("title: Title\n    country", "title: Owner.Title\n    country",
     "the text 'Owner.Title' is not a field's API name"),
    ("website: Website", "website: []", "'website' has an empty list"),
    ("website: Website", "website: [Website, website]", "'website' names a field twice"),
    ("account_id: Account__c", "account_id: [Account__c, Other__c]",
     "'account_id' must be exactly one field"),
    ("employees: NumberOfEmployees\n\nopportunity", "Employees: NumberOfEmployees\n\nopportunity",
     "'Employees' cannot be the name of a further field"),
    ("employees: NumberOfEmployees\n\nopportunity", "city: BillingCity\n\nopportunity",
     "'city' is a field the router knows"),
    ("      customer: [Customer,", "      costumer: [Customer,",
     "no word for 'relationship' is called 'costumer'. Did you mean 'customer'?"),
    ("churned: [Churned,", "churned: [Customer,", "the value 'Customer' cannot mean 'customer' and 'churned'"),
    ("priority: {normal: [Normal], high: [High]}", "priority: {normal: [Normal]}",
     "'priority' has no value for 'high'"),
    ("status: {open: [Not Started]}", "status: {open: []}", "a word must name at least one value"),
    ("    kind: Type\n", "    kind: Type\n    nickname: X\n", "no field of 'queue' is called 'nickname'"),
    ("closed_lost: Status", "closed_lost:", "'closed_lost' has words but no field"),
    ("    role: TeamMemberRole\n    stamp: SystemModstamp\n  words:\n    role:", "    role: TeamMemberRole\n"
     "    stamp: SystemModstamp\n  words:\n    roles:", "no field of 'team_member' with words is called 'roles'"),
    ("  words:\n    kind: {queue: [Queue]}\n", "", "queue.kind is mapped, but not what its values mean"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), WRONG, ids=[words for _, _, words in WRONG])
def test_each_mistake_is_named_with_its_line_and_a_mend(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = copied(tmp_path)
    line = change(folder, "fields.yaml", old, new)
    mapping, problems = read_mapping(folder)
    found = [problem for problem in problems if words in problem.what]
    assert found, problems_of(folder)
    assert mapping is None
    assert abs(found[0].line - line) <= new.count("\n") + 2, f"line {found[0].line}, changed at {line}"
    assert found[0].mend or "Did you mean" in found[0].what


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for old, new, _ in (WRONG[3], WRONG[5], WRONG[6], WRONG[14]):
        change(folder, "fields.yaml", old, new)
    whats = problems_of(folder)
    assert len(whats) == 4, "\n".join(whats)
    lines = [int(what.split(":")[1]) for what in whats]
    assert lines == sorted(lines)


def test_a_field_of_ones_own_is_sent_to_extra(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    line = change(folder, "fields.yaml", "    ip:  ", "    gadgets: Gadgets__c\n    ip:  ")
    assert problems_of(folder) == [
        f"fields.yaml:{line}: no field of 'lead' is called 'gadgets'."
        + "  mend: a field of your own belongs under 'lead: extra:'"
    ]


def test_a_field_one_level_too_high_is_shown_its_place(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "lead:\n  object: Lead\n", "lead:\n  object: Lead\n  company: Company\n")
    assert any("'company' stands one level too high" in problem for problem in problems_of(folder))


def test_two_of_ours_on_one_field_is_a_warning_only(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "city: BillingCity", "city: BillingState")
    mapping, problems = read_mapping(folder)
    assert mapping is not None
    assert [problem.warning for problem in problems] == [True]
    assert "'BillingState' stands for 'state' and for 'city'" in problems[0].what


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "42"])
def test_a_file_that_is_no_mapping_is_one_fault(text: str) -> None:
    file, _ = parse_yaml(text, "fields.yaml")
    assert file is not None
    mapping, problems = mapping_of(file)
    assert mapping is None
    assert len(problems) == 1
    assert "the shipped fields.yaml" in problems[0].mend


def test_a_mapping_can_be_made_by_hand_for_other_tests() -> None:
    assert FieldMapping(objects={}).has("lead") is False
