"""Every fault of every file is told in one run: a broken part hides no other fault and makes up none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.files import change, copied, faults, one, warnings


def append(folder: Path, name: str, text: str) -> None:
    """More at the end of a file."""
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(text)


def set_key(folder: Path, name: str, key: str, text: str) -> None:
    """Another value for a key of the top level, whatever the shipped file says there."""
    lines = (folder / name).read_text("utf-8").splitlines()
    kept, skipping = [], False
    for line in lines:
        if line.startswith(f"{key}:"):
            skipping = True
        elif line and not line[0].isspace() and not line.startswith("- "):
            skipping = False
        if not skipping:
            kept.append(line)
    (folder / name).write_text("\n".join([*kept, f"{key}: {text}", ""]), "utf-8")


def many_faults(folder: Path) -> tuple[str, ...]:
    """Spoil all files at once; returns what must be told."""
    set_key(folder, "policy.yaml", "language", "klingon")
    set_key(folder, "policy.yaml", "colour", "red")
    set_key(folder, "policy.yaml", "intake", "{queues: [Waiting, Left over], users: [nobody]}")
    set_key(folder, "policy.yaml", "catch_all_queue", "Left over")
    set_key(folder, "policy.yaml", "base_currency", "USD")
    set_key(folder, "policy.yaml", "rates", "{USD: 2, EURO: 1.1}")
    set_key(folder, "policy.yaml", "rules", "[customr, {strategic: {team: 5, colour: red}}, default_pool]")
    set_key(folder, "teams.yaml", "colour", "red")
    set_key(folder, "teams.yaml", "pools",
            "[{name: All, method: round_robin, members: [a@example.com]}, {name: Odd, method: 5}]")  # fmt: skip
    set_key(folder, "teams.yaml", "territories",
            "[{name: Gadgets, pool: All, when: {field: lead.gadgets, value: x}}, {name: Odd, pool: Odd},"
            " {name: Rest, pool: Nowhere, wenn: 5}]")  # fmt: skip
    set_key(folder, "companies.yaml", "colour", "red")
    set_key(folder, "companies.yaml", "aliases",
            "[{company: 5}, {company: Alpha Tools, also: Atlas}, {company: Beta Goods, also: Atlas}]")  # fmt: skip
    set_key(folder, "companies.yaml", "named_accounts",
            "[{company: Zeta, owner: nobody}, {company: Omega, owner: a@example.com}]")  # fmt: skip
    set_key(folder, "companies.yaml", "named_accounts_csv", "list.csv")
    (folder / "list.csv").write_text("company,owner,region\nKappa,nobody\nOmega,b@example.com\n", "utf-8")
    append(folder, "fields.yaml", "leed: {object: Leed}\n")
    return (
        "'language' cannot be the text 'klingon'",
        "'nobody' is no e-mail address",
        "the catch-all queue 'Left over' is also in the intake",
        "the base currency USD is worth 1 of itself",
        "'EURO': a currency is three letters",
        "no rule is called 'customr'",
        "the territory 'Gadgets' needs lead.gadgets",
        "no setting is called 'wenn'",
        "'Atlas' stands for 'Alpha Tools' and for 'Beta Goods'",
        "'Omega' is named twice",
        "list.csv:2",
        "no section is called 'leed'",
        "no setting is called 'colour'",
    )


def test_a_dozen_faults_over_all_files_are_told_in_one_run(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    wanted = many_faults(folder)
    told = faults(folder)
    for words in wanted:
        assert any(words in problem for problem in told), f"not told: {words}\n" + "\n".join(told)
    assert sum("no setting is called 'colour'" in problem for problem in told) >= 3


def test_a_fault_after_a_broken_entry_keeps_its_own_line(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    many_faults(folder)
    set_key(folder, "companies.yaml", "never_match", "\n  - [One]\n  - [Two, Two]")
    at = (folder / "companies.yaml").read_text("utf-8").splitlines().index("  - [Two, Two]") + 1
    assert f"companies.yaml:{at}" in one(faults(folder), "'Two' is paired with itself")


def test_two_faults_in_one_entry_of_the_mapping_are_told_in_one_run(tmp_path: Path) -> None:
    """A name that is none beside one too many, and beside a name that stands there twice."""
    folder = copied(tmp_path)
    text = (folder / "fields.yaml").read_text("utf-8")
    text = text.replace("    manager_id: ManagerId\n", "    manager_id: [Manager Id, ManagerId, managerid]\n", 1)
    head, mark, rest = text.partition("\nlead:")
    rest = rest.replace("    owner_id: OwnerId", "    owner_id: [Owner Id, OwnerId]", 1)
    (folder / "fields.yaml").write_text(head + mark + rest, "utf-8")
    told = faults(folder)
    assert len(told) == 4, "\n".join(told)
    one(told, "'Manager Id' is not a field's API name")
    one(told, "'manager_id' names a field twice")
    one(told, "'Owner Id' is not a field's API name")
    one(told, "'owner_id' must be exactly one field  mend: keep one of Owner Id, OwnerId")


def _misspelt_territories(folder: Path) -> None:
    change(folder, "teams.yaml", "\nterritories:", "\nterritoris:")


def _intake_of_wrong_type(folder: Path) -> None:
    set_key(folder, "policy.yaml", "intake", "{queues: {a: b}}")


def _pools_no_list(folder: Path) -> None:
    set_key(folder, "teams.yaml", "pools", "5")


def _base_currency_unreadable(folder: Path) -> None:
    set_key(folder, "policy.yaml", "rates", "{USD: 2, EUR: 1}")
    set_key(folder, "policy.yaml", "base_currency", "EURO")


def _field_of_the_lead_unreadable(folder: Path) -> None:
    text = (folder / "fields.yaml").read_text("utf-8")
    head, mark, rest = text.partition("\n    country:")
    assert mark
    (folder / "fields.yaml").write_text(f"{head}{mark} not a name\n{rest.partition(chr(10))[2]}", "utf-8")


@pytest.mark.parametrize(
    "spoil",
    [_misspelt_territories, _intake_of_wrong_type, _pools_no_list, _base_currency_unreadable,
     _field_of_the_lead_unreadable],
)  # fmt: skip
def test_one_fault_is_one_fault(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    folder = copied(tmp_path)
    before = warnings(folder)
    spoil(folder)
    assert len(faults(folder)) == 1, "\n".join(faults(folder))
    assert set(warnings(folder)) <= set(before)


def test_a_file_that_is_no_yaml_hides_nothing_of_the_others(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "teams.yaml").write_text("pools: [", "utf-8")
    set_key(folder, "policy.yaml", "catch_all_queue", "Waiting")
    set_key(folder, "policy.yaml", "intake", "{queues: [Waiting]}")
    told = faults(folder)
    assert one(told, "teams.yaml")
    assert one(told, "is also in the intake")
    assert len(told) == 2, "\n".join(told)


def test_a_column_that_nothing_reads_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    set_key(folder, "companies.yaml", "named_accounts_csv", "list.csv")
    (folder / "list.csv").write_text("company,owner,region\nOmega,b@example.com,West\n", "utf-8")
    assert "list.csv:1" in one(warnings(folder), "nothing is read from the column region")


WRONG_HOURS = """hours:
      mon: 9-17
      tues-xyz: "09:00-17:00, 12:00-12:00"
      wed: "09:00-12:00, 11:00-13:00"
      1: "09:00-17:00"
"""


def test_all_faults_of_working_hours_are_told_each_with_its_line(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    set_key(folder, "teams.yaml", "people", "\n  ana@example.com:\n    " + WRONG_HOURS)
    line = (folder / "teams.yaml").read_text("utf-8").splitlines().index("      mon: 9-17") + 1
    told = [(line + ahead, words) for ahead, words in (
        (0, "'hours': '9-17' of 'mon' are no hours"),
        (1, "'hours': '12:00-12:00' of 'tues-xyz' is no time at all"),
        (1, "'hours': 'tues' is no day of the week"),
        (1, "'hours': 'xyz' is no day of the week"),
        (2, "'hours': the hours of 'wed' overlap"),
        (3, "'hours': '1' is no day of the week"),
    )]  # fmt: skip
    for at, words in told:
        found = one(faults(folder), words)
        assert found.startswith(f"teams.yaml:{at}: ")
        assert "  mend: " in found
    assert len(faults(folder)) == len(told), "\n".join(faults(folder))


def test_a_wrong_pool_does_not_hide_that_its_name_is_given_twice(tmp_path: Path) -> None:
    """On one line, too: the entries are told apart by their places, not by their lines."""
    folder = copied(tmp_path)
    text = (folder / "teams.yaml").read_text("utf-8")
    pools = "\npools:\n  - {name: canada, method: 7}\n"
    (folder / "teams.yaml").write_text(text.replace("\npools:\n", pools, 1), "utf-8")
    assert "'Canada' is the name of two pools" in one(faults(folder), "two pools")
    assert one(faults(folder), "write the method's name")
    assert len(faults(folder)) == 2, "\n".join(faults(folder))
    set_key(folder, "teams.yaml", "pools", "[{name: A, queue: Q, method: 7}, {name: A, queue: Q}]")
    assert one(faults(folder), "'A' is the name of two pools")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("companies.yaml", "  - company: Strategic", "  - compny: Strategic", "Did you mean 'company'?"),
        ("teams.yaml", "    pool: Worldwide\n", "    pol: Worldwide\n", "Did you mean 'pool'?"),
        ("policy.yaml", "\ncatch_all_queue:", "\ncatch_all_queu:", "Did you mean 'catch_all_queue'?"),
    ],
)
def test_a_misspelt_key_that_must_be_there_is_told_once(
    tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    folder = copied(tmp_path)
    change(folder, file, old, new)
    (told,) = faults(folder)
    assert words in told


def test_a_missing_key_is_told_beside_one_that_means_another(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "    pool: Worldwide\n", "    colour: red\n")
    assert one(faults(folder), "'pool' is missing")
    assert one(faults(folder), "no setting is called 'colour'")
