"""`sfrouter explain`: the whole way of a lead, for people and for programs."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from sfrouter.journey.catalogue import catalogue
from sfrouter.localorg.demo.leads import Newcomer
from tests.cli.command import command
from tests.cli.conftest import Place


def test_it_names_lead_owner_reason_evidence_and_who_was_told(here: Place) -> None:
    answer = command("explain", here.lead("Acme California"))
    assert (answer.code, answer.err) == (0, "")
    assert f"Lead {here.lead('Acme California')} of Acme California, California, United States" in answer.out
    assert "Sarah Whitfield, because Acme Corp is a customer with a contract of 32,000" in answer.out
    assert "rule customer_owner (place 6" in answer.out
    assert "domain   Acme Corp: e-mail domain acmecorp.com is Acme Corp's" in answer.out
    assert "new_owner            Sarah Whitfield: You have a new lead" in answer.out
    assert "customer_success     Clara" in answer.out
    assert "Owner now, as the mirror knows it:" in answer.out


def test_it_says_whom_the_territory_alone_would_have_chosen(here: Place) -> None:
    """The first story: Sarah, not Bob, although the lead sits in Bob's California."""
    out = command("explain", here.lead("Acme California")).out
    (line,) = [line for line in out.splitlines() if " default_pool " in line]
    assert "not asked: customer_owner had decided; without it: Bob Hanley (West Coast)" in line


def test_every_rule_stands_in_the_trace_in_its_order(here: Place) -> None:
    out = command("explain", here.lead("Delta Inc.")).out
    rules = [entry.name for entry in catalogue() if entry.shelf == "rule"]
    assert len(rules) == 11
    asked = out[out.index("Asked in order:") :]
    places = [asked.index(f" {rule} ") for rule in rules]
    assert places == sorted(places)


def test_a_match_that_a_person_should_look_at_is_shown_as_a_question(here: Place) -> None:
    out = command("explain", here.lead("Acme Corp")).out
    assert "a person is asked about Acme Corp" in out


def test_json_is_one_document_that_holds_the_trace_and_the_writes(here: Place) -> None:
    lead_id = here.lead("Acme California")
    answer = command("explain", lead_id, "--json")
    found: dict[str, Any] = answer.json
    assert (answer.code, answer.err) == (0, "")
    assert found["lead_id"] == lead_id
    assert found["company"] == "Acme California"
    assert found["decisions"][0]["decision"]["rule"] == "customer_owner"
    assert len(found["decisions"][0]["decision"]["steps"]) == 11
    assert {write["kind"] for write in found["writes"]} == {"lead", "task"}
    assert set(found["people"].values()) == {"Sarah Whitfield", "Clara Nguyen"}


def test_an_id_of_15_characters_is_as_good_as_one_of_18(here: Place) -> None:
    lead_id = here.lead("Delta Inc.")
    assert command("explain", lead_id[:15], "--json").json["lead_id"] == lead_id


def test_neither_output_holds_the_persons_address(here: Place) -> None:
    for lead_id, newcomer in here.leads.items():
        for words in ((), ("--json",)):
            assert newcomer.email not in command("explain", lead_id, *words).out


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_an_unknown_lead_is_named_with_a_way_out(here: Place, words: tuple[str, ...]) -> None:
    answer = command("explain", "00Q5e0000009999EAA", *words)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("sfrouter: no lead 00Q5e0000009999EAA is known here\n  mend: ")
    assert "sfrouter sync" in answer.err


@pytest.mark.parametrize("typed", ["banana", "", "00Q5e00000", "00Q5e0000000002EAB", "'; DROP TABLE lead; --"])
def test_what_is_no_id_is_told_as_such(here: Place, typed: str) -> None:
    answer = command("explain", "--", typed)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"sfrouter: '{typed}' is no record id\n  mend: ")


@pytest.mark.usefixtures("here")
def test_with_nothing_read_yet_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path_factory.mktemp("fresh")))
    answer = command("explain", "00Q5e0000000002EAA")
    assert answer.code == 1
    assert "nothing was read from the org yet: run 'sfrouter sync'" in answer.err


def test_an_undecided_lead_is_decided_on_paper_and_nothing_is_kept(
    here: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(here.office.folder / "data", tmp_path / "data")
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path / "data"))
    late = Newcomer(first="Ira", last="Late", company="Beta Inc.", email="ira@betainc.example", rule="", owner="")
    (lead_id,) = here.office.visitor().post_leads([late])
    assert command("sync").code == 0
    for _ in range(2):
        answer = command("explain", lead_id)
        assert "Not decided yet. As things stand now it would go like this:" in answer.out
        assert "Bob Hanley, because Beta Inc. has an open opportunity" in answer.out
        assert "Written to the org" not in answer.out
    found = command("explain", lead_id, "--json").json
    assert found["decisions"] == []
    assert found["on_paper"]["rule"] == "open_opportunity"


def test_it_is_told_in_german_with_nothing_of_ours_left_in_english(here: Place) -> None:
    """Headings, reason, evidence and every step; only names, ids and states of writes stay."""
    lead = here.lead("Acme California")
    german = command("explain", lead, "--language", "de_AT")
    assert (german.code, german.err) == (0, "")
    assert "Der Reihe nach gefragt:" in german.out
    assert "Sarah Whitfield. Grund: Acme Corp ist Kunde" in german.out
    assert "because" not in german.out.partition("Per Aufgabe informiert:")[0]
    told = command("explain", lead, "--language", "ja", "--json").json
    plain = command("explain", lead, "--json").json
    steps, before = (one["decisions"][0]["decision"]["steps"] for one in (told, plain))
    assert [one["rule"] for one in steps] == [one["rule"] for one in before]
    assert all(new["words"] != old["words"] for new, old in zip(steps, before, strict=True))


def test_a_language_nobody_wrote_a_book_in_is_refused(here: Place) -> None:
    answer = command("explain", here.lead("Acme California"), "--language", "fr")
    assert (answer.code, "take one of" in answer.err) == (1, True)
