"""The files are held against the org: what it lacks, hides or calls differently is named with line and mend."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sfrouter.base.errors import Problem
from sfrouter.config.orgcheck import check_org
from sfrouter.model.ids import to_18
from sfrouter.model.records import Barred, Person
from tests.config.files import SHIPPED, change, copied, read
from tests.config.org import Describes, bare_org, every_queue, everybody, field, hide, offer, whole_org

FIELDS = (SHIPPED / "fields.yaml").read_text("utf-8").splitlines()


def line_of(text: str, after: str = "") -> int:
    """The line of the shipped fields.yaml that begins so, after the line that begins so."""
    start = next((at for at, line in enumerate(FIELDS) if line.startswith(after)), 0) if after else 0
    return next(at + 1 for at, line in enumerate(FIELDS) if at >= start and line.strip().startswith(text))


def checked(org: Describes, folder: Path = SHIPPED) -> tuple[Problem, ...]:
    """What the check says of an org with all queues and people."""
    files = read(folder)
    return check_org(files.mapping, files.policy, org, queues=every_queue(), people=everybody(files.policy))


def test_an_org_that_has_everything_raises_nothing() -> None:
    assert [str(problem) for problem in checked(whole_org())] == []


def test_a_fresh_org_lacks_each_custom_field_once() -> None:
    problems = checked(bare_org())
    missing = [problem for problem in problems if problem.code == "ORG03"]
    mapped = [line.split("#")[0] for line in FIELDS]
    custom = {word for line in mapped for word in re.findall(r"\w+__c", line)}
    assert len(missing) == sum(len(re.findall(r"\w+__c", line)) for line in mapped)
    for name in custom:
        assert any(f"'{name}'" in problem.what for problem in missing), name


def test_a_missing_field_says_where_to_allow_it_and_how_to_do_without() -> None:
    org = whole_org()
    hide(org, "Account", "Strategic__c")
    (problem,) = checked(org)
    assert (problem.file, problem.line) == ("fields.yaml", line_of("strategic:"))
    assert problem.what == "Account has no field 'Strategic__c', or it is hidden from the integration user."
    assert "Object Settings > Account > Field Permissions > Strategic__c > Read" in problem.mend
    assert "leave 'strategic:' empty" in problem.mend


def test_a_misspelt_field_is_answered_with_the_nearest(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    line = change(folder, "fields.yaml", "strategic: Strategic__c ", "strategic: Strategik__c ")
    (problem,) = checked(whole_org(), folder)
    assert problem.line == line
    assert problem.what.endswith("Did you mean 'Strategic__c'?")


def test_letter_case_of_names_does_not_matter(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "strategic: Strategic__c ", "strategic: STRATEGIC__C ")
    change(folder, "fields.yaml", "object: Opportunity", "object: opportunity")
    assert checked(whole_org(), folder) == ()


def test_one_field_of_a_list_has_a_place_of_its_own() -> None:
    org = whole_org()
    hide(org, "Account", "Email_Domains__c")
    (problem,) = checked(org)
    assert problem.line == line_of("domains:")
    assert "take it out of the list" in problem.mend


@pytest.mark.parametrize(("name", "way_out"), [("Lead", False), ("AccountTeamMember", True), ("Case", True)])
def test_a_missing_object_is_named_and_may_be_done_without_if_it_may(name: str, way_out: bool) -> None:
    org = whole_org()
    del org[name]
    problem = next(problem for problem in checked(org) if problem.code == "ORG01")
    assert f"the org has no object '{name}'" in problem.what
    assert f"Object Settings > {name} > Read" in problem.mend
    assert ("remove the section" in problem.mend) is way_out


@pytest.mark.parametrize(
    ("object_name", "flag", "what"),
    [
        ("Task", "createable", "the integration user may not create Task records"),
        ("Lead", "updateable", "the integration user may not change Lead records"),
        ("Account", "queryable", "the integration user may not read Account records"),
    ],
)
def test_a_missing_right_on_an_object_is_named(object_name: str, flag: str, what: str) -> None:
    org = whole_org()
    org[object_name][flag] = False
    (problem,) = checked(org)
    assert problem.what == what
    assert "in the permission set" in problem.mend


@pytest.mark.parametrize(
    ("object_name", "name", "flag"),
    [
        ("Lead", "OwnerId", "updateable"),
        ("Lead", "Account__c", "updateable"),
        ("Lead", "Routing_Reason__c", "updateable"),
        ("Task", "Subject", "createable"),
        ("Task", "ReminderDateTime", "createable"),
    ],
)
def test_what_is_written_must_be_writable(object_name: str, name: str, flag: str) -> None:
    org = whole_org()
    field(org, object_name, name)[flag] = False
    (problem,) = checked(org)
    assert problem.what == f"the integration user may not write {object_name}.{name}"
    assert f"Field Permissions > {name} > Edit" in problem.mend


def test_what_is_only_read_need_not_be_writable() -> None:
    org = whole_org()
    field(org, "Lead", "Company")["updateable"] = False
    field(org, "Lead", "Status")["updateable"] = False  # no rule of the shipped policy writes it
    assert checked(org) == ()


def test_a_rule_that_disqualifies_needs_a_writable_status(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "policy.yaml", "      action: queue\n", "      action: status\n")
    org = whole_org()
    assert checked(org, folder) == ()
    field(org, "Lead", "Status")["updateable"] = False
    (problem,) = checked(org, folder)
    assert problem.what == "the integration user may not write Lead.Status"
    field(org, "Lead", "Status")["updateable"] = True
    offer(org, "Lead", "Status", "New", "Closed - Unqualified")
    assert "disqualified" in "".join(problem.what for problem in checked(org, folder) if not problem.warning)


def test_a_formula_cannot_be_the_account_link() -> None:
    org = whole_org()
    field(org, "Lead", "Account__c").update(updateable=False, calculated=True)
    assert "is a formula and cannot be written" in checked(org)[0].what


def test_the_account_link_must_lead_to_accounts() -> None:
    org = whole_org()
    field(org, "Lead", "Account__c")["referenceTo"] = ["Contact"]
    (problem,) = checked(org)
    assert problem.what == "'Account__c' leads to Contact, not to Account"
    assert "must be a lookup to Account" in problem.mend
    assert problem.line == line_of("account_id: Account__c")


def test_a_link_that_is_text_is_refused() -> None:
    org = whole_org()
    field(org, "Lead", "Account__c").update(type="string", referenceTo=[])
    assert checked(org)[0].what == "'Account__c' is of type string"


@pytest.mark.parametrize(
    ("object_name", "name", "kind", "mend"),
    [
        ("Account", "Churn_Date__c", "string", "must be a date: the day the customer left"),
        ("Account", "Contract_Value__c", "string", "must be a number or currency"),
        ("Account", "Strategic__c", "string", "under 'account: words: strategic:' which values mean yes"),
        ("Lead", "CreatedDate", "date", "must be a date with time"),
        ("Account", "BillingCity", "address", "map one of its parts"),
        ("Account", "Name", "reference", "map a text field"),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused(object_name: str, name: str, kind: str, mend: str) -> None:
    org = whole_org()
    field(org, object_name, name)["type"] = kind
    (problem,) = checked(org)
    assert name in problem.what
    assert mend in problem.mend


def test_a_text_must_be_long_enough_for_what_is_written() -> None:
    org = whole_org()
    field(org, "Task", "Description")["length"] = 255
    (problem,) = checked(org)
    assert problem.what == "'Description' takes 255 characters, the router writes up to 32000"


def test_a_value_no_picklist_offers_is_answered_with_the_nearest(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    line = change(folder, "fields.yaml", "churned: [Churned,", "churned: [Chruned,")
    org = whole_org()
    (problem,) = checked(org, folder)
    assert problem.line == line
    assert not problem.warning
    assert "Did you mean 'Churned'?" in problem.what


def test_a_word_no_rule_asks_for_is_a_warning() -> None:
    org = whole_org()
    offer(org, "AccountTeamMember", "TeamMemberRole", "Account Manager")
    problems = checked(org)
    assert problems
    assert all(problem.warning for problem in problems)


def test_further_spellings_of_a_word_are_no_mistake_but_a_slip_is(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "prospect: [Prospect, Interessent,", "prospect: [Prospect, Partnr,")
    (problem,) = checked(whole_org(), folder)
    assert problem.warning
    assert "Did you mean 'Partner'?" in problem.what


def test_what_a_task_is_given_must_be_offered() -> None:
    org = whole_org()
    offer(org, "Task", "Priority", "Hoch", "Normal")
    (problem,) = checked(org)
    assert not problem.warning
    assert "'high': 'High' is no value of Task.Priority" in problem.what


def test_a_number_is_compared_and_never_equals_a_text() -> None:
    org = whole_org()
    field(org, "Account", "Health__c")["type"] = "double"
    (problem,) = checked(org)
    assert "can never be the value of Health__c, which is a number" in problem.what
    assert '"< 40"' in problem.mend


def test_free_text_is_not_held_against_a_list() -> None:
    org = whole_org()
    field(org, "Account", "Type")["type"] = "string"
    assert checked(org) == ()


def test_a_further_field_must_exist() -> None:
    org = whole_org()
    hide(org, "Lead", "NumberOfEmployees")
    (problem,) = checked(org)
    assert problem.line == line_of("employees:", after="lead:")


def people_checked(folder: Path = SHIPPED, **changes: object) -> list[Problem]:
    """What the check says when people or queues are changed."""
    files = read(folder)
    people = changes.get("people", everybody(files.policy))
    queues = changes.get("queues", every_queue())
    assert isinstance(people, list)
    assert isinstance(queues, list)
    return list(check_org(files.mapping, files.policy, whole_org(), queues=queues, people=people))


def test_people_and_queues_that_could_not_be_read_are_not_called_unknown() -> None:
    files = read(SHIPPED)
    assert check_org(files.mapping, files.policy, whole_org()) == ()


def test_an_unknown_queue_is_answered_with_the_nearest() -> None:
    queues = [replace(queue, name=queue.name.replace("Unassigned", "Unasigned")) for queue in every_queue()]
    (problem,) = people_checked(queues=queues)
    assert problem.what == "the org has no queue 'Unassigned Leads'. Did you mean 'Unasigned Leads'?"
    assert (problem.file, problem.line) == ("policy.yaml", 12)


def test_a_queue_may_be_named_by_its_developer_name_or_id() -> None:
    queues = every_queue()
    queues[0] = replace(queues[0], name="Neue Leads", developer_name="unassigned leads")
    assert people_checked(queues=queues) == []


def test_a_queue_that_may_not_own_leads_is_refused() -> None:
    queues = [replace(queue, takes_leads=False) for queue in every_queue()]
    problems = people_checked(queues=queues)
    assert [problem.code for problem in problems] == ["ORG10"] * 3
    assert "add Lead to its objects" in problems[0].mend


def test_an_unknown_member_is_named_at_his_line() -> None:
    people = [person for person in everybody(read(SHIPPED).policy) if person.email != "maria@example.com"]
    (problem,) = people_checked(people=people)
    assert problem.file == "teams.yaml"
    assert problem.what.startswith("the org has no user maria@example.com (pool West Coast).")
    assert (SHIPPED / "teams.yaml").read_text("utf-8").splitlines()[problem.line - 1].count(
        "maria@example.com"
    ) == 1


def test_a_member_who_left_is_a_warning_a_pool_of_leavers_a_fault() -> None:
    people = [
        replace(person, active=person.email not in ("grace@example.com", "henry@example.com"))
        for person in everybody(read(SHIPPED).policy)
    ]
    problems = people_checked(people=people)
    assert [problem.code for problem in problems if problem.warning] == ["ORG12", "ORG12"]
    (fault,) = (problem for problem in problems if not problem.warning)
    assert fault.what == "nobody of the pool 'Central' is active: its leads go to Americas Overflow"


def test_who_may_own_no_leads_is_told_apart_from_who_has_left(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "successors: {}", "successors: {bob@example.com: carol@example.com}")
    gone = replace(everybody(read(folder).policy)[0], email="carol@example.com", active=False)
    for person, why in (
        (gone, "left"),
        (replace(gone, barred=Barred.UNLICENSED), "no licence that may own leads"),
    ):
        people = [*(one for one in everybody(read(folder).policy) if one.email != person.email), person]
        (told,) = [one.what for one in people_checked(folder, people=people) if one.code == "ORG12"]
        assert told == f"carol@example.com (successor) has {why}: somebody else will take the leads"


def test_a_successor_must_be_there_the_one_who_left_may_be_gone(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "successors: {}", "successors: {bob@example.com: nobody@example.com}")
    people = [replace(one, active=one.email != "bob@example.com") for one in everybody(read(folder).policy)]
    problems = people_checked(folder, people=people)
    assert [problem.what for problem in problems if problem.code == "ORG11"] == [
        "the org has no user nobody@example.com (successor)."
    ]
    assert not any("successor of" in problem.what for problem in problems)


def test_two_active_users_with_one_address_are_a_warning() -> None:
    people = everybody(read(SHIPPED).policy)
    people.append(replace(people[0], id="005000000000000999"))
    (problem,) = people_checked(people=people)
    assert problem.warning
    assert "2 active users have the e-mail" in problem.what


def test_a_person_under_two_names_is_told_at_the_second_in_a_pool_and_among_the_people(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    short = "005000000000AbC"
    bob = Person(id=to_18(short), name="Bob", email="bob@example.com")
    people = [bob, *(one for one in everybody(read(folder).policy) if one.email != bob.email)]
    line = change(folder, "teams.yaml", "members: [bob@example.com,", f"members: [bob@example.com, {short},")
    change(folder, "teams.yaml", "people: {}", f"people:\n  {bob.id}: {{most_a_day: 3}}\n  Bob@example.com: {{}}")
    in_pool, listed = people_checked(folder, people=people)
    assert (in_pool.code, in_pool.warning, in_pool.file, in_pool.line) == ("ORG34", True, "teams.yaml", line)
    assert in_pool.what == (
        f"{short} (pool West Coast) is the user named before as bob@example.com: he has one turn, "
        "and what is set here is passed over"
    )
    written = (folder / "teams.yaml").read_text("utf-8").splitlines()
    assert (listed.code, listed.warning) == ("ORG34", True)
    assert written[listed.line - 1].strip() == "Bob@example.com: {}"
    assert listed.what == f"Bob@example.com (people) is the user of the entry {bob.id}, and only that one counts"
    people.append(replace(bob, id=to_18("005000000000XyZ")))  # for him the address still counts
    assert [one.what for one in people_checked(folder, people=people) if one.code == "ORG34"] == [in_pool.what]


def test_two_people_whose_ids_differ_in_case_alone_are_two(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    people = everybody(read(folder).policy)
    one, other = "005000000000AbC", "005000000000aBC"
    change(folder, "teams.yaml", "members: [bob@example.com,", f"members: [{one}, {other},")
    people += [replace(people[0], id=to_18(name), email=f"{at}@b.example") for at, name in enumerate((one, other))]
    assert people_checked(folder, people=people) == []


def test_an_owner_of_a_thousand_named_accounts_is_told_once(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "named_accounts_csv:", "named_accounts_csv: named.csv")
    rows = "".join(f"Company {at} Works,ghost@example.com\n" for at in range(1000))
    (folder / "named.csv").write_text("company,owner\n" + rows)
    people = [person for person in everybody(read(folder).policy) if person.email != "ghost@example.com"]
    (problem,) = people_checked(folder, people=people)
    assert (problem.file, problem.line) == ("named.csv", 2)


def test_people_named_by_rules_and_notices_are_checked(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(
        folder,
        "policy.yaml",
        "  - strategic_account\n",
        "  - strategic_account: {dedicated_sdr: sdr@example.com}\n",
    )
    change(
        folder, "policy.yaml", "  - account_team ", "  - executive: {vp_sales: vp@example.com}\n  - account_team "
    )
    whats = [problem.what for problem in people_checked(folder)]
    assert whats == [
        "the org has no user sdr@example.com (rule strategic_account).",
        "the org has no user vp@example.com (notice executive).",
    ]


@pytest.mark.parametrize(
    ("cel", "words"),
    [
        ("lead.employees > '500'", "'lead.employees' is a number, but '500' is text: the two cannot be compared"),
        (
            "'x' == account.employees",
            "'account.employees' is a number, but 'x' is text: the two cannot be compared",
        ),
        ("lead.employees > 500 && account.employees != null", ""),
    ],
)
def test_an_expression_that_takes_a_number_of_the_org_for_text_is_named(
    tmp_path: Path, cel: str, words: str
) -> None:
    """What kind a further field is, only the org knows: without it the expression passes."""
    folder = copied(tmp_path)
    canada = "when: {field: lead.country, op: in, value: [CA]}"
    line = change(folder, "teams.yaml", canada, f'when: {{cel: "{cel}"}}')
    found = [(one.file, one.line, one.what, one.code) for one in checked(whole_org(), folder)]
    assert found == ([("teams.yaml", line, words, "ORG29")] if words else [])


def test_the_mend_of_such_an_expression_says_what_to_write(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    canada = "when: {field: lead.country, op: in, value: [CA]}"
    change(folder, "teams.yaml", canada, "when: {not: {cel: \"lead.employees in ['500']\"}}")
    (problem,) = checked(whole_org(), folder)
    assert problem.mend == "write the number without quotation marks"
