"""Pools, territories and successors: whoever could get a lead must be reachable, and nobody twice."""

from pathlib import Path

import pytest

from tests.config.files import change, copied, faults, read, warnings

CANADA = "when: {field: lead.country, op: in, value: [CA, CAN"
WEST = "members: [bob@example.com, maria@example.com, kevin@example.com]\n    otherwise: Americas Overflow"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("pool: Worldwide\n", "pool: Wordwide\n", "no pool is called 'Wordwide'. Did you mean 'Worldwide'?"),
        (WEST, "members: []", "the pool 'West Coast' has no members"),
        ("[bob@example.com, maria@example.com,", "[bob@example.com, BOB@example.com,", "is listed twice"),
        (WEST, "member: [bob@example.com]", "no setting is called 'member'. Did you mean 'members'?"),
        ("- name: Canada\n    method: round_robin", "- name: Canada\n    method: round_robbin",
         "no method is called 'round_robbin'. Did you mean 'round_robin'?"),
        ("- name: Canada\n    method", "- name: central\n    method", "'central' is the name of two pools"),
        ("- name: Northern Germany", "- name: Canada", "'Canada' is the name of two territories"),
        (WEST, WEST.replace("Americas Overflow", "Americas Overflw"), "Did you mean 'Americas Overflow'?"),
        ("members: [americas-lead@example.com]", "members: [americas-lead@example.com]\n    otherwise: LATAM",
         "the pools lead in a circle: LATAM > Americas Overflow > ... > LATAM"),
        ("    pool: Worldwide\n", "    pool: Worldwide\n  - name: Too late\n    pool: EMEA\n",
         "the territory 'Too late' is never reached: 'Worldwide' before it takes every lead"),
        (CANADA, "when: {field: lead.country, op: is, value: [CA, CAN",
         "'is' is no comparison"),
        (CANADA, "when: {field: country, op: in, value: [CA, CAN",
         "'country' is no field: write lead.<name> or account.<name>"),
        (CANADA, "when: {field: lead.gadgets, op: in, value: [CA, CAN",
         "the territory 'Canada' needs lead.gadgets, which fields.yaml does not know"),
        (CANADA, "when: {feild: lead.country, op: in, value: [CA, CAN",
         "no setting is called 'feild'. Did you mean 'field'?"),
        (CANADA, "when: {conditions: [{field: lead.city, value: x}], logic: 1 AND 2, value: [CA, CAN",
         "'1 AND 2' at character 7: there is no condition 2; they are numbered 1 to 1"),
        (CANADA, "when: {cel: leed.city == 'x', value: [CA, CAN", "speaks of 'leed', which is nothing here"),
        (CANADA, "when: {cel: lead.gadgets > 5, value: [CA, CAN", "'Canada' needs lead.gadgets"),
        ("successors: {}", "successors:\n  a@example.com: b@example.com\n  b@example.com: A@example.com",
         "the successors of a@example.com lead in a circle"),
        ("successors: {}", "successors: {Ana: b@example.com}", "'Ana' is no e-mail address"),
        ("successors: {}", "successors: [a]", "'successors' must be a section with keys of its own, not a list"),
        ("successors: {}", "sucessors: {}", "no setting is called 'sucessors'. Did you mean 'successors'?"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = copied(tmp_path)
    line = change(folder, "teams.yaml", old, new)
    found = [problem for problem in faults(folder) if words in problem]
    assert found, "\n".join(faults(folder))
    told = int(found[0].split(":")[1])
    if "circle" not in words and "never reached" not in words:
        assert line - 3 <= told <= line + 2, f"told {told}, changed {line}"


def test_a_team_file_that_says_nothing_is_a_fault(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "teams.yaml").write_text("")
    assert faults(folder) == [
        "teams.yaml:1: no territory is defined: leads of unknown companies would all end in the catch-all queue"
        "  mend: add 'territories:', the last one without 'when:'"
    ]


def test_one_bad_pool_does_not_hide_what_is_wrong_elsewhere(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "- name: Canada\n    method: round_robin", "- name: Canada\n    method: 7")
    change(folder, "teams.yaml", "pool: Worldwide\n", "pool: Wordwide\n")
    found = faults(folder)
    assert len(found) == 2, "\n".join(found)


def test_a_territory_of_a_bad_pool_is_not_blamed_for_it(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "- name: Canada\n    method: round_robin", "- name: Canada\n    method: 7")
    assert not any("no pool is called" in problem for problem in faults(folder))


def test_leads_that_no_territory_takes_are_a_warning(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "  - name: Worldwide\n    pool: Worldwide\n", "")
    assert faults(folder) == []
    assert any("no territory takes what is left" in warning for warning in warnings(folder))
    assert any("no territory and no other pool leads to the pool 'Worldwide'" in text for text in warnings(folder))


def test_pools_keep_the_order_of_their_members(tmp_path: Path) -> None:
    pools = {pool.name: pool for pool in read(copied(tmp_path)).policy.pools}
    assert [member.who for member in pools["Central"].members] == ["grace@example.com", "henry@example.com"]


def test_successors_are_read(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "successors: {}", "successors: {leaver@example.com: heir@example.com}")
    assert read(folder).policy.successors_by_email == {"leaver@example.com": "heir@example.com"}


def test_postal_codes_and_norway_stay_text(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", f"{CANADA},",
           "when: {field: lead.postal_code, op: in, value: [01067, NO, CAN,")  # fmt: skip
    canada = next(each for each in read(folder).policy.territories if each.name == "Canada")
    assert canada.when is not None
    assert canada.when.value[:3] == ("01067", "NO", "CAN")
