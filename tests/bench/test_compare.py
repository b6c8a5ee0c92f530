"""The comparison asks every tool alike, and names the one that is missing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sfrouter.matching.indexed_account import IndexedAccount
from tests.bench.compare import Field, Row, band, compare, domains_of, quick_field, table, theirs
from tests.bench.compare_tools import TOOLS, Ask, Found, Tool, exact, extract_one, full_text
from tests.bench.quick import Pair
from tests.bench.score import Label

NAMES = ("Brackenholm Toolworks plc", "Tarnbeck Ltd", "Quillfeather Press")
HERE = [tool for tool in TOOLS if tool.make in (exact, full_text) or "rapidfuzz" in tool.name]


def a_field(companies: Sequence[str], emails: Sequence[str]) -> Field:
    pairs = [Pair(n, "STRONG", "", "en", company, "", "", "") for n, company in enumerate(companies)]
    accounts = [
        IndexedAccount(id=f"A{n}", name=name, domains=(f"{name.split()[0].lower()}.com",))
        for n, name in enumerate(NAMES)
    ]
    leads = [replace(pair.lead, email=email) for pair, email in zip(pairs, emails, strict=True)]
    return Field(accounts, leads, [Label(lead.id, f"A{n}", "") for n, lead in enumerate(leads)])


@pytest.mark.parametrize("tool", HERE, ids=lambda tool: tool.name)
def test_each_tool_finds_a_name_that_is_there(tool: Tool) -> None:
    (found,) = tool.make(NAMES)(["tarnbeck ltd"])
    assert found is not None
    assert found[0] == 1
    assert found[1] == pytest.approx(100.0)


def test_a_tool_that_finds_nothing_says_so() -> None:
    assert exact(NAMES)(["Nobody"]) == [None]
    assert full_text(NAMES)(["xq"]) == [None]


def test_the_domain_rule_stands_in_front_and_free_mail_behind_it() -> None:
    """Only the lead with free mail is asked by name."""
    asked: list[str] = []

    def ask(companies: Sequence[str]) -> list[Found]:
        asked.extend(companies)
        return [(2, 75.0) for _ in companies]

    field = a_field(("Unlike", "Quill", ""), ("jo@mail.tarnbeck.com", "jo@gmail.com", "jo@gmail.com"))
    answers, _ = theirs(field, ask, domains_of(field.accounts))
    assert asked == ["Quill"]
    found = {lead_id: (one.account_id, one.band) for lead_id, one in answers.items()}
    assert found == {"L0": ("A1", "auto"), "L1": ("A2", "review")}


@pytest.mark.parametrize(("score", "said"), [(80.1, "auto"), (80.0, "review"), (70.0, "review"), (69.9, "none")])
def test_the_limits_are_the_shipped_ones(score: float, said: str) -> None:
    assert band(score) == said


def test_a_missing_tool_is_a_line_of_the_table() -> None:
    def missing(_names: Sequence[str]) -> Ask:
        raise ImportError("No module named 'sparse_dot_topn'")

    field = a_field(("Tarnbeck",), ("jo@gmail.com",))
    rows = compare(field, 10, [Tool("of the tests", missing), Tool("exact", exact)])
    lines = table(rows)
    assert any("of the tests | missing: No module named 'sparse_dot_topn'" in line for line in lines)
    assert any(line.startswith("| exact | 1 |") for line in lines)


def test_a_sample_is_the_same_every_time_and_keeps_its_labels() -> None:
    field = quick_field()
    some, again = field.sample(20), field.sample(20)
    assert [lead.id for lead in some.leads] == [lead.id for lead in again.leads]
    assert {label.lead_id for label in some.labels} == {lead.id for lead in some.leads}
    assert len(some.leads) == 20


def test_ratios_are_to_our_own_line_of_the_same_leads() -> None:
    field = a_field(("Tarnbeck",), ("jo@gmail.com",))
    own, other = compare(field, 10, [Tool("dear", extract_one("WRatio", str.casefold), slow=True)])
    assert own.figures is not None
    dear = Row("dear", 1, figures=other.figures, seconds=own.seconds * 3)
    assert table([own, dear])[-1].endswith("| 3.0 |")
