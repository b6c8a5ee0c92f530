"""Pools, territories and successors: whoever could get a lead must be reachable, and nobody twice."""

from datetime import date
from pathlib import Path

import pytest

from sfrouter.model.ids import to_18
from tests.config.files import change, copied, faults, one, read, warnings

CANADA = "when: {field: lead.country, op: in, value: [CA]"
WEST = "members: [bob@example.com, maria@example.com, kevin@example.com]\n    otherwise: Americas Overflow"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("pool: Worldwide\n", "pool: Wordwide\n", "no pool is called 'Wordwide'. Did you mean 'Worldwide'?"),
        (WEST, "members: []", "the pool 'West Coast' has no members"),
        ("[bob@example.com, maria@example.com,", "[bob@example.com, BOB@example.com,",
         "the pool 'West Coast' lists a member twice, as number 1 and number 2; give a weight instead"),
        ("[bob@example.com, maria@example.com,", "[Bob, maria@example.com,",
         "'Bob' is neither an e-mail address nor the id of a user"),
        ("[bob@example.com, maria@example.com,", "[{who: bob@example, weight: 2}, maria@example.com,",
         "'bob@example' is neither an e-mail address nor the id of a user"),
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
        (CANADA, "when: {field: lead.country, op: is, value: [CA]",
         "'is' is no comparison"),
        (CANADA, "when: {field: country, op: in, value: [CA]",
         "'country' is no field: write lead.<name> or account.<name>"),
        (CANADA, "when: {field: lead.gadgets, op: in, value: [CA]",
         "the territory 'Canada' needs lead.gadgets, which fields.yaml does not know"),
        (CANADA, "when: {feild: lead.country, op: in, value: [CA]",
         "no setting is called 'feild'. Did you mean 'field'?"),
        (CANADA, "when: {conditions: [{field: lead.city, value: x}], logic: 1 AND 2",
         "'1 AND 2' at character 7: there is no condition 2; they are numbered 1 to 1"),
        (CANADA, "when: {cel: leed.city == 'x'", "speaks of 'leed', which is nothing here"),
        (CANADA, "when: {cel: lead.gadgets > 5", "'Canada' needs lead.gadgets"),
        (CANADA, "when: {cel: account.contract_value > '500'",
         "'account.contract_value' is a number, but '500' is text"),
        ("successors: {}", "successors:\n  a@example.com: b@example.com\n  b@example.com: A@example.com",
         "the successors lead in a circle: entries 1 > 2 > 1 of 'successors:'"),
        ("successors: {}", "successors: {Ana: b@example.com}", "'Ana' is no e-mail address"),
        ("successors: {}", "successors: [a]", "'successors' must be a section with keys of its own, not a list"),
        ("people: {}", "people: [ana]", "'people' must hold an e-mail with settings on each line, not a list"),
        ("people: {}", "people: {Ana: {most_a_day: 2}}", "'Ana' is neither an e-mail address nor the id"),
        ("people: {}", "people: {ana@example.com: {most_aday: 2}}", "Did you mean 'most_a_day'?"),
        ("people: {}", "people: {ana@example.com: {hours: {monn: '09:00-17:00'}}}", "'monn' is no day"),
        ("people: {}", "people: {ana@example.com: {hours: {mon: closed}}}", "hours without a single minute"),
        ("people: {}", "people: {ana@example.com: {time_zone: Berlin}}", "no time zone is called 'Berlin'"),
        ("people: {}", "people: {ana@example.com: {holidays: DE-XX}}", "'DE' has no subdivision 'XX'"),
        ("people: {}", "people: {ana@example.com: {away: next week}}", "'next week' are no days"),
        ("people: {}", "people: {a@example.com: {most_open: 1}, A@example.com: {}}", "is listed twice"),
        (WEST, WEST + "\n    hours: {mon: closed}", "the pool 'West Coast' has hours without a single minute"),
        (WEST, WEST + "\n    when_all_out: next_pol", "Did you mean 'next_pool'?"),
        (WEST, WEST + "\n    skills: [{skill: x, weight: 2}]", "which only weighted counts"),
        (WEST, WEST + "\n    skills: [{skill: x, when: {field: lead.gadgets, value: 1}}]",
         "the pool 'West Coast' needs lead.gadgets"),
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


CONDITION = "when: {{all: [{{field: lead.city, value: Toronto}}, {{not: {0}}}]"


@pytest.mark.parametrize(
    ("inner", "at", "words"),
    [
        ("{field: lead.city, op: is, value: x}", "op", "'is' is no comparison"),
        ("{feild: lead.city, value: x}", "feild", "no setting is called 'feild'"),
        ("{cel: leed.city == 'x'}", "not", "speaks of 'leed'"),
        ("{field: lead.city, op: between, value: x}", "not", "'between' takes two values"),
    ],
)
def test_a_fault_inside_a_condition_says_the_column_too(tmp_path: Path, inner: str, at: str, words: str) -> None:
    """A condition is often one line: the line alone does not say which part of it."""
    folder = copied(tmp_path)
    text = CONDITION.format(inner)
    change(folder, "teams.yaml", CANADA, text)
    lines = (folder / "teams.yaml").read_text().splitlines()
    number, line = next((number, line) for number, line in enumerate(lines, 1) if text in line)
    place = f"teams.yaml:{number}:{line.index(at + ': ', line.index('not:') if at == 'op' else 0) + 1}: "
    (found,) = [problem for problem in faults(folder) if words in problem]
    assert found.startswith(place), f"{found} begins not with {place}"


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
    assert any(
        "no territory, no rule and no other pool leads to the pool 'Worldwide'" in text
        for text in warnings(folder)
    )


def test_a_pool_that_only_a_rule_names_is_used(tmp_path: Path) -> None:
    """The win-back pool needs no territory."""
    folder = copied(tmp_path)
    pool = "pools:\n  - {name: Win-back, members: [wanda@example.com], otherwise: Worldwide}\n"
    change(folder, "teams.yaml", "\npools:\n", f"\n{pool}")
    assert any("leads to the pool 'Win-back'" in text for text in warnings(folder))
    change(folder, "policy.yaml", "      months: 6\n",
           "      months: 6\n      win_back_months: 12\n      win_back_pool: Win-back\n")  # fmt: skip
    assert warnings(folder) == []


def test_pools_keep_the_order_of_their_members(tmp_path: Path) -> None:
    pools = {pool.name: pool for pool in read(copied(tmp_path)).policy.pools}
    assert [member.who for member in pools["Central"].members] == ["grace@example.com", "henry@example.com"]


def test_successors_are_read(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", "successors: {}", "successors: {leaver@example.com: heir@example.com}")
    assert read(folder).policy.successors_by_email == {"leaver@example.com": "heir@example.com"}


def test_postal_codes_and_norway_stay_text(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", f"{CANADA}",
           "when: {field: lead.postal_code, op: in, value: [01067, NO, CAN]")  # fmt: skip
    canada = next(each for each in read(folder).policy.territories if each.name == "Canada")
    assert canada.when is not None
    assert canada.when.value[:3] == ("01067", "NO", "CAN")


def test_people_are_read_with_their_hours_days_and_skills(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    written = """people:
  Ana@Example.com: {hours: {mon-fri: "09:00-17:00"}, holidays: "NO", away: [2026-12-24 to 2026-12-26],
                    skills: [german]}
  005000000000001: {most_a_day: 3}
"""
    change(folder, "teams.yaml", "people: {}\n", written)
    found = read(folder).policy.people
    assert set(found) == {"ana@example.com", to_18("005000000000001").casefold()}
    ana = found["ana@example.com"]
    assert ana.away == ((date(2026, 12, 24), date(2026, 12, 26)),)
    assert (ana.holidays, ana.skills) == ("NO", ("german",))


def test_a_skill_that_nobody_of_the_pool_has_is_a_warning(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", WEST, WEST + "\n    skills: [{skill: German}, {skill: spanish}]")
    change(folder, "teams.yaml", "people: {}", "people: {bob@example.com: {skills: [GERMAN]}}")
    assert [one for one in warnings(folder) if "has the skill" in one] == [
        one for one in warnings(folder) if "nobody of the pool 'West Coast' has the skill 'spanish'" in one
    ]


def test_learnt_weights_need_a_weighted_pool_and_mapped_fields(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "teams.yaml", WEST, WEST + "\n    learn: {by: [lead.industry, lead.gadgets]}")
    found = faults(folder)
    assert any("learns weights, which only weighted counts" in one for one in found)
    assert any("needs lead.gadgets" in one for one in found)


def test_a_value_without_its_field_is_named_with_its_line(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    file = folder / "teams.yaml"
    text = file.read_text("utf-8")
    added = "  - {name: Odd, pool: West Coast, when: {value: x, all: [{field: lead.state, value: y}]}}\n"
    file.write_text(text.replace("territories:\n", f"territories:\n{added}", 1), "utf-8")
    line = file.read_text("utf-8").splitlines().index(added.rstrip("\n")) + 1
    found = one(faults(folder), "need the 'field'")
    assert f"teams.yaml:{line}" in found
