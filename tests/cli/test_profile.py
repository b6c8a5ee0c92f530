"""`sfrouter profile`: what counts as one company, for people and for programs, and how to correct it."""

from pathlib import Path

import pytest

from sfrouter.config.shipped import shipped_mappings
from sfrouter.ledger.ledger import Ledger
from tests.cli.command import command
from tests.journey.stage import Stage


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with two leads of Acme under two domains and one of nobody else."""
    stage = Stage(tmp_path)
    stage.lead(email="a@acmecorp.com", company="Acme Corporation")
    stage.lead(email="b@acme.com", company="Acme Corp")
    stage.lead(email="c@apex.example", company="[Apex]")
    stage.cycle()
    stage.mirror.close()
    stage.ledger.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))
    return tmp_path


def test_the_list_shows_companies_of_several_leads_and_with_all_the_others(here: Path) -> None:
    answer = command("profile", "list", "--json")
    assert (answer.code, [len(one["leads"]) for one in answer.json]) == (0, [2])
    assert [len(one["leads"]) for one in command("profile", "list", "--all", "--json").json] == [1, 2]
    assert "acme.com, acmecorp.com" in command("profile", "list").out


def test_show_says_why(here: Path) -> None:
    out = command("profile", "show", "acme.com").out
    assert "Company profile 1" in out
    assert "the domain acme.com spells the name 'acme'" in out
    assert command("profile", "show", "Acme Corp", "--json").json["number"] == 1


def test_a_split_and_a_join_are_kept(here: Path) -> None:
    assert command("profile", "split", "1", "acme.com", "--json").json["domains"] == ["acme.com"]
    assert command("profile", "show", "1", "--json").json["domains"] == ["acmecorp.com"]
    assert command("profile", "join", "acme.com", "1", "--json").json["domains"] == ["acme.com", "acmecorp.com"]
    from sfrouter.base.clock import SystemClock

    ledger = Ledger.open(here / "ledger.db", SystemClock())
    assert ledger.corrections().together == {("domain acme.com", "domain acmecorp.com")}
    ledger.close()


def test_a_profile_that_is_not_there_is_told_with_its_mend(here: Path) -> None:
    answer = command("profile", "show", "nowhere.example")
    assert answer.code == 1
    assert "there is no company profile 'nowhere.example'" in answer.err
    assert "mend:" in answer.err
