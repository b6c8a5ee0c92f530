"""What the admin knows about companies: aliases, pairs, domains and named accounts, held against each other."""

from pathlib import Path

import pytest

from sfrouter.matching.settings import Alias, NeverMatch
from tests.config.files import change, copied, faults, one, read, warnings

NAMED = "owner: enterprise-ae@company.com\n    note: Named target of the enterprise team\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("also: [HPE]", "also: []", "'also': a list cannot be used here"),
        ("also: [HPE]", "alias: [HPE]", "no setting is called 'alias'."),
        ("also: [HPE]", "also: [IBM]", "'IBM' stands for 'International Business Machines' and for 'Hewlett"),
        ("company: Hewlett Packard Enterprise", "company: Big Blue",
         "'Big Blue' is itself another name of 'International Business Machines'"),
        ("never_match: []", "never_match:\n  - [Acme, acme]", "'Acme' is paired with itself"),
        ("never_match: []", "never_match:\n  - [Acme]", "an entry has too few parts, 1 instead of 2"),
        ("never_match: []", "never_match:\n  - [Acme, Beta, Zeta]", "an entry has too many parts, 3 instead of 2"),
        ("  add: []", "  add: ['https://gmail.com/x']",
         "'https://gmail.com/x' is no e-mail domain; write it like acme.com"),
        ("  add: []", "  add: gmail", "'gmail' is no e-mail domain"),
        ("  add: []\n  remove: []", "  add: [web.de]\n  remove: ['@WEB.de']",
         "'web.de' is added to the free-mail list and"),
        ("shared_domains: []", "shared_domains: [a b]", "'a b' is no e-mail domain"),
        ("owner: enterprise-ae@company.com", "owner: Jane", "'Jane' is no e-mail address"),
        ("  - company: Strategic Partner Corp\n    owner", "  - owner", "'company' is missing"),
        (NAMED, NAMED + "  - {company: 'strategic partner, Inc.', owner: b@example.com}\n",
         "'strategic partner, Inc.' is named twice, first in companies.yaml:"),
        ("named_accounts_csv:\n", "named_accounts_csv: nowhere.csv\n", "nowhere.csv: the file is missing"),
        ("aliases:\n", "allias:\n", "no setting is called 'allias'. Did you mean 'aliases'?"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = copied(tmp_path)
    line = change(folder, "companies.yaml", old, new)
    found = [problem for problem in faults(folder) if words in problem]
    assert found, "\n".join(faults(folder))
    if found[0].startswith("companies.yaml:"):
        told = int(found[0].split(":")[1])
        assert line - 1 <= told <= line + 3, f"told {told}, changed {line}"


def test_a_company_named_twice_with_one_owner_is_a_warning(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", NAMED,
           NAMED + "  - {company: Strategic Partner Corporation, owner: enterprise-ae@company.com}\n")  # fmt: skip
    assert faults(folder) == []
    assert "is named twice" in warnings(folder)[0]


def test_an_alias_that_is_only_another_spelling_is_a_warning(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "also: [HPE]", "also: [HPE, 'Hewlett Packard Enterprise, Inc.']")
    assert faults(folder) == []
    assert "legal forms and spelling do not count" in one(warnings(folder), "already")


def test_the_lists_reach_the_matching(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "never_match: []", "never_match:\n  - [Delta Air Lines, Delta Inc]")
    change(folder, "companies.yaml", "  add: []", "  add: [Example.NET]")
    change(folder, "companies.yaml", "shared_domains: []", "shared_domains: acme.org")
    matching = read(folder).policy.matching
    assert Alias(name="IBM", account="International Business Machines") in matching.aliases
    assert NeverMatch(company="Delta Air Lines", account="Delta Inc") in matching.never_match
    assert NeverMatch(company="Delta Inc", account="Delta Air Lines") in matching.never_match
    assert matching.free_mail_add == {"example.net"}
    assert matching.shared_domains == {"acme.org"}


def test_every_section_may_be_empty(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "companies.yaml").write_text("aliases:\nnever_match:\nfree_mail:\nnamed_accounts:\n")
    assert faults(folder) == []
    (folder / "companies.yaml").write_text("# nothing known\n")
    assert faults(folder) == []
    assert read(folder).policy.named_entries == ()


@pytest.mark.parametrize(
    "domain", ["a..b.com", "-a.com", "acme.c", "acme", "x@acme.com", "co.uk", "192.168.0.1", "a" * 300 + ".com"]
)
def test_what_is_no_domain_is_a_fault_and_never_a_crash(tmp_path: Path, domain: str) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "shared_domains: []", f"shared_domains: ['{domain}']")
    assert any("is no e-mail domain" in problem for problem in faults(folder))


def test_a_pair_that_differs_in_legal_form_only_is_warned_of(tmp_path: Path) -> None:
    """COM05: the pair says that leads called so are never the company called so."""
    folder = copied(tmp_path)
    line = change(
        folder, "companies.yaml", "never_match: []", "never_match:\n  - [Summit Dental, 'Summit Dental, Inc.']"
    )
    found = one(warnings(folder), "are one name to the matching")
    assert found.startswith(f"companies.yaml:{line + 1}: ")
    assert not [fault for fault in faults(folder) if "matching" in fault]


@pytest.mark.parametrize("key", ["named_accounts_csv", "ip_networks_csv"])
def test_a_csv_file_that_cannot_be_read_is_told_at_the_line_that_names_it(tmp_path: Path, key: str) -> None:
    folder = copied(tmp_path)
    text = (folder / "companies.yaml").read_text("utf-8").splitlines()
    text = [*(line for line in text if not line.startswith(f"{key}:")), f"{key}: nowhere.csv"]
    (folder / "companies.yaml").write_text("\n".join(text) + "\n", "utf-8")
    place = f"companies.yaml:{len(text)}: nowhere.csv: "
    assert one(faults(folder), "the file is missing").startswith(place)
    (folder / "nowhere.csv").write_bytes(b"company,owner\nM\xfcller,a@example.com\n")
    assert one(faults(folder), "not UTF-8").startswith(place)
