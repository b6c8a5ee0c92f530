"""The policy is read with its rules, teams and companies; every mistake has its line, and all are told at once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sfrouter.config.policy import NAMES, read_configuration, read_policy
from sfrouter.model.dossier import NamedEntry
from sfrouter.routing import notices, rules
from tests.config.files import SHIPPED, change, copied, faults, one, read, shipped_mapping, warnings

HIERARCHY = [
    "competitor", "partner", "strategic_account", "named_account", "churned_customer", "customer_owner",
    "open_opportunity", "prospect_owner", "previous_lead_owner", "company_profile", "default_pool",
]  # fmt: skip


def test_the_shipped_files_have_no_fault_and_no_warning() -> None:
    assert faults(SHIPPED) == []
    assert warnings(SHIPPED) == []


def test_the_shipped_rules_stand_in_the_order_of_the_handbook() -> None:
    shipped = read(SHIPPED).policy.rules
    assert [rule.name for rule in shipped] == HIERARCHY
    assert [rule.place for rule in shipped] == ["1", "2", "3", "4", "5", "6", "7", "7b", "8", "8b", "9"]
    assert set(rules.shelf()) == set(HIERARCHY)


def test_the_shipped_notices_are_all_there_are_but_the_one_that_needs_a_name() -> None:
    listed = {part.name for part in read(SHIPPED).policy.notices}
    assert set(notices.shelf()) - listed == {"executive"}


def test_the_values_of_the_shipped_policy() -> None:
    policy = read(SHIPPED).policy
    assert policy.intake.queues == ("Unassigned Leads",)
    assert policy.catch_all_queue == "Unrouted Leads"
    assert policy.base_currency == "USD"
    assert policy.rates["USD"] == 1
    assert policy.rates["EUR"] == Decimal("1.08")
    assert policy.respond_within_minutes == 120
    assert policy.alert_window_minutes == 120
    assert policy.time_zone == ""
    assert policy.write_account_link
    assert (policy.matching.match_above, policy.matching.review_from) == (80, 70)
    assert [signal.signal_name for signal in policy.matching.signals] == [
        "link",
        "contact",
        "domain",
        "alias",
        "name",
        "ip",
    ]
    assert policy.named_entries[0].company == "Strategic Partner Corp"
    assert policy.named_entries[0].owner_email == "enterprise-ae@company.com"


def test_every_rule_and_notice_asks_only_for_what_a_mapping_can_hold() -> None:
    mapping = shipped_mapping()
    policy = read(SHIPPED).policy
    needs = [(rule.name, need) for rule in policy.rules for need in rule.needed()]
    needs += [(part.name, need) for part in policy.notices for need in part.needed()]
    assert len(needs) > 10
    assert [(name, need) for name, need in needs if not mapping.has(need)] == []


def test_options_reach_the_rule(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "policy.yaml", "churned_customer:\n      months: 6",
           "churned_customer:\n      months: 9\n      reviewed_on: 2026-11-30")  # fmt: skip
    rule = next(rule for rule in read(folder).policy.rules if rule.name == "churned_customer")
    assert rule.model_dump()["months"] == 9
    assert rule.reviewed_on == date(2026, 11, 30)


def test_a_misspelt_rule_is_answered_as_the_handbook_says(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    line = change(folder, "policy.yaml", "- customer_owner:", "- costumer_owner:")
    assert faults(folder) == [
        f"policy.yaml:{line}: no rule is called 'costumer_owner'. Did you mean 'customer_owner'?"
    ]


WRONG = [
    ("  - strategic_account\n", "  - zzzzz\n", "no rule is called 'zzzzz'."),
    ("  - open_opportunity\n", "  - strategic_account\n", "the rule 'strategic_account' is listed twice"),
    ("  - strategic_account\n", "  - {a: 1, b: 2}\n", "an entry of 'rules:' must be the name of a rule"),
    ("  - strategic_account\n", "  - 7\n", "an entry of 'rules:' must be the name of a rule"),
    ("      months: 6", "      month: 6", "no setting is called 'month'. Did you mean 'months'?"),
    ("      months: 6", "      months: soon", "'months' must be a whole number, not the text 'soon'"),
    ("      months: 6", "      months: 0", "'months' must be at least 1, not the number 0"),
    ("      months: 6", "      reviewed_on: 2026-02-30", "'reviewed_on' must be a date like 2026-11-30"),
    ("      action: queue\n", "      action: quee\n", "'action' cannot be the text 'quee'. Did you mean 'queue'?"),
    ("hand_off_currency: USD", "hand_off_currency: usd", "'hand_off_currency': the text 'usd' cannot be used"),
    ("parent_customer: true", "parent_customer: maybe", "'parent_customer' must be true or false"),
    ("  - default_pool:\n      parent_customer: true\n", "", "the rules do not end with 'default_pool'"),
    ("catch_all_queue: Unrouted Leads", "catch_all_queue:", "'catch_all_queue' is missing"),
    ("catch_all_queue: Unrouted Leads", "catch_all_queue: unassigned leads", "is also in the intake"),
    ("queues: [Unassigned Leads]", "queues: []", "the intake names no queue, no user and no condition"),
    ("queues: [Unassigned Leads]", "queue: Unassigned Leads",
     "no setting is called 'queue'. Did you mean 'queues'?"),
    ("users: []  ", "users: [Bob]  ", "'Bob' is no e-mail address"),
    ("time_zone:\n", "time_zone: Mars/Olympus\n", "'Mars/Olympus' is no time zone"),
    ("base_currency: USD", "base_currency: dollars", "a currency is three letters"),
    ("  EUR: 1.08", "  EUR: -1", "must be more than 0, not the number -1"),
    ("  EUR: 1.08", "  USD: 1.08", "the base currency USD is worth 1 of itself"),
    ("match_above: 80", "match_above: 180", "'match_above' must be at most 100"),
    ("match_above: 80", "match_above: 60", "review_from must not be above match_above"),
    ("match_above: 80", "matchabove: 80", "no setting is called 'matchabove'. Did you mean 'match_above'?"),
    ("free_mail_with_name: review", "free_mail_with_name: never",
     "'free_mail_with_name' cannot be the text 'never'"),
    ("signals: [link, c", "signals: [links, c", "no signal is called 'links'. Did you mean 'link'?"),
    ("  match_above: 80", "  aliases: [a]\n  match_above: 80", "'aliases' does not belong under 'matching:'"),
    ("order: [successor,", "order: [sucessor,", "Did you mean 'successor'?"),
    ("  - account_team", "  - executive: {vp_sales: Victoria}", "'Victoria' is no e-mail address"),
    ("  - strategic_account\n", "  - strategic_account: {dedicated_sdr: Sid}\n", "'Sid' is no e-mail address"),
    ("  - account_team", "  - account_teem", "no notice is called 'account_teem'. Did you mean 'account_team'?"),
    ("window_minutes: 120", "window_minutes: 0", "'window_minutes' must be at least 1"),
    ("intake:\n", "intakes:\n", "no setting is called 'intakes'. Did you mean 'intake'?"),
    ("write_account_link: true", "write_account_link: true\nsurprise: 1", "no setting is called 'surprise'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), WRONG, ids=[words for *_, words in WRONG])
def test_each_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = copied(tmp_path)
    line = change(folder, "policy.yaml", old, new)
    found = one(faults(folder), words)
    told = int(found.split(":")[1])
    assert found.startswith("policy.yaml:")
    if "is missing" not in words and "do not end" not in words:
        assert line - 2 <= told <= line + 2, f"told line {told}, changed at {line}: {found}"


JARGON = (
    "pydantic",
    "validation",
    "input_type",
    "Input should",
    "Value error",
    "NoneType",
    "type=",
    "str'",
    "literal",
)


@pytest.mark.parametrize(("old", "new", "words"), WRONG, ids=[words for *_, words in WRONG])
def test_no_mistake_is_told_in_a_programmers_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = copied(tmp_path)
    change(folder, "policy.yaml", old, new)
    for problem in faults(folder):
        assert not any(word in problem for word in JARGON), problem


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "policy.yaml", "      months: 6", "      months: soon")
    change(folder, "policy.yaml", "- customer_owner:", "- costumer_owner:")
    change(folder, "teams.yaml", "pool: Worldwide\n", "pool: Wordwide\n")
    change(folder, "companies.yaml", "owner: enterprise-ae@company.com", "owner: Jane")
    change(folder, "fields.yaml", "website: Website", "website: []")
    found = faults(folder)
    assert len(found) == 5, "\n".join(found)
    assert {problem.split(":")[0] for problem in found} == {*NAMES, "fields.yaml"}


def test_a_rule_behind_the_last_is_never_reached(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "policy.yaml", "  - strategic_account\n", "")
    line = change(folder, "policy.yaml", "      parent_customer: true\n",
                  "      parent_customer: true\n  - strategic_account\n")  # fmt: skip
    found = one(faults(folder), "the rule 'strategic_account' is never reached")
    assert found.startswith(f"policy.yaml:{line + 1}:")


@pytest.mark.parametrize(
    ("old", "new", "needs", "mend"),
    [
        ("churned_on: Churn_Date__c ", "churned_on: ", "the rule 'churned_customer' needs account.churned_on",
         "under 'account: fields:' add 'churned_on: <the field's API name>'"),
        ("      churned: [Churned, Former Customer, Ehemaliger Kunde, Cliente perdido, 解約]\n", "",
         "the rule 'churned_customer' needs account.relationship.churned",
         "under 'account: words: relationship:' add 'churned: [<the org's value>]'"),
        ("strategic: Strategic__c ", "strategic: ", "the rule 'strategic_account' needs account.strategic",
         "strategic:"),
        ("account_id: Account__c ", "account_id: ",
         "writing the account link ('write_account_link') needs lead.account_id",
         "under 'lead: fields:' add 'account_id: <the field's API name>'"),
        ("city: City", "city:", "the territory 'US West Coast' needs lead.city",
         "under 'lead: fields:' add 'city:"),
    ],
)  # fmt: skip
def test_a_rule_that_needs_an_unmapped_word_is_refused_with_the_line_to_add(
    tmp_path: Path, old: str, new: str, needs: str, mend: str
) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", old, new)
    found = [problem for problem in faults(folder) if needs in problem]
    assert found, "\n".join(faults(folder))
    assert mend in found[0]
    assert "fields.yaml (line " in found[0]


def test_a_rule_that_is_taken_out_needs_nothing(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "fields.yaml", "churned_on: Churn_Date__c ", "churned_on: ")
    change(folder, "policy.yaml", "  - churned_customer:\n      months: 6\n", "")
    assert faults(folder) == []


def test_a_rule_may_name_a_pool_only_if_there_is_one(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "policy.yaml", "      months: 6",
           "      months: 6\n      win_back_months: 12\n      win_back_pool: West Cost")  # fmt: skip
    assert "Did you mean 'West Coast'?" in one(faults(folder), "no pool is called 'West Cost'")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_one_fault(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path)
    (folder / name).unlink()
    found = faults(folder)
    assert len(found) == 1, "\n".join(found)
    assert found[0].startswith(f"{name}: the file is missing")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["- a\n", "words", "5"])
def test_a_file_of_the_wrong_shape_is_told_plainly(tmp_path: Path, name: str, text: str) -> None:
    folder = copied(tmp_path)
    (folder / name).write_text(text)
    assert "start from the shipped" in one(faults(folder), "the file must hold keys such as")


def test_an_empty_folder_is_four_missing_files(tmp_path: Path) -> None:
    assert len(faults(tmp_path)) == 4


def test_the_policy_can_be_read_with_a_mapping_in_hand() -> None:
    policy, problems = read_policy(SHIPPED, shipped_mapping())
    assert problems == ()
    assert policy is not None
    assert policy.hash == read(SHIPPED).policy.hash


class TestHash:
    """The hash names the values of all files, and nothing else."""

    def test_comments_layout_and_key_order_do_not_count(self, tmp_path: Path) -> None:
        folder = copied(tmp_path)
        before = read(folder).policy.hash
        change(folder, "policy.yaml", "  match_above: 80\n  review_from: 70\n",
               "  # a comment\n  review_from: 70\n\n  match_above:    80\n")  # fmt: skip
        change(folder, "teams.yaml", "members: [grace@example.com, henry@example.com]",
               "members:\n      - grace@example.com\n      - 'henry@example.com'")  # fmt: skip
        assert read(folder).policy.hash == before

    @pytest.mark.parametrize(
        ("name", "old", "new"),
        [
            ("policy.yaml", "match_above: 80", "match_above: 81"),
            ("policy.yaml", "  - strategic_account\n", ""),
            ("teams.yaml", "grace@example.com, henry@example.com", "henry@example.com, grace@example.com"),
            ("companies.yaml", "also: [HPE]", "also: [HP Enterprise]"),
            ("fields.yaml", "website: Website", "website: Web__c"),
        ],
    )
    def test_any_value_of_any_file_counts(self, tmp_path: Path, name: str, old: str, new: str) -> None:
        folder = copied(tmp_path)
        before = read(folder).policy.hash
        change(folder, name, old, new)
        assert read(folder).policy.hash != before

    def test_the_order_of_rules_counts(self, tmp_path: Path) -> None:
        folder = copied(tmp_path)
        before = read(folder).policy.hash
        change(folder, "policy.yaml", "  - strategic_account\n", "")
        change(folder, "policy.yaml", "  - open_opportunity\n", "  - open_opportunity\n  - strategic_account\n")
        assert read(folder).policy.hash != before

    def test_the_list_of_named_accounts_counts(self, tmp_path: Path) -> None:
        folder = copied(tmp_path)
        change(folder, "companies.yaml", "named_accounts_csv:", "named_accounts_csv: named.csv")
        (folder / "named.csv").write_text("company,owner,note\nAcme,jane@example.com,\n")
        before = read(folder).policy
        assert before.named_entries[-1] == NamedEntry(company="Acme", owner_email="jane@example.com")
        (folder / "named.csv").write_text("company,owner,note\nAcme,john@example.com,\n")
        assert read(folder).policy.hash != before.hash


def test_reading_twice_gives_equal_values() -> None:
    first, _ = read_configuration(SHIPPED)
    second, _ = read_configuration(SHIPPED)
    assert first == second
