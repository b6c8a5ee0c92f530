"""`sfrouter review` and `sfrouter link` as a shell sees them; nothing here is answered for good."""

from pathlib import Path

import pytest

from sfrouter.config.shipped import shipped_mappings
from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.model.dossier import NamedEntry
from sfrouter.model.new_company import Action
from tests.cli.command import command
from tests.cli.conftest import Place
from tests.journey.stage import Stage
from tests.journey.test_named_reviews import ENTRY, LABS
from tests.journey.test_new_accounts import new_company
from tests.journey.test_reviews import say_yes


def test_the_list_shows_both_sides_what_is_at_stake_and_who_would_have_the_lead(here: Place) -> None:
    listed = command("review", "list", "--json").json
    (item,) = [one for one in listed["items"] if one["item"].startswith(here.lead("Acme Corp"))]
    assert item["lead"]["company"] == "Acme Corp"
    assert item["account"]["name"]
    assert item["owner_now"] != item["owner_after"]
    assert item["at_stake"]["customer"]
    shown = command("review", "list")
    assert (shown.code, "owner now -> after" in shown.out) == (0, True)
    one = command("review", "show", item["item"])
    assert (one.code, "At stake" in one.out, "@" in one.out) == (0, True, False)


def test_an_item_nobody_raised_is_an_error_with_a_mend(here: Place) -> None:
    answer = command("review", "accept", next(iter(here.leads)))
    assert (answer.code, "review list" in answer.err) == (1, True)
    assert command("review", "accept").code == 2


def test_a_pattern_that_fits_nothing_does_nothing(here: Place) -> None:
    answer = command("review", "reject", "--company", "Zzz*", "--json").json
    assert (answer["done"], answer["items"]) == (False, [])


def test_a_link_of_several_leads_is_only_shown(here: Place) -> None:
    answer = command("link", "*", here.office.id("acme"), "--json").json
    assert (answer["done"], answer["batch"]) == (False, None)
    assert len(answer["leads"]) > 1
    assert command("link", "--batches", "--json").json == []


def test_an_account_nobody_knows_and_a_batch_nobody_ordered_are_errors(here: Place) -> None:
    unknown = command("link", next(iter(here.leads)), "No Such Company")
    assert (unknown.code, "no account 'No Such Company'" in unknown.err) == (1, True)
    assert command("link", "--undo", "link-1").code == 1
    assert command("link").code == 2


def test_undoing_accepted_items_says_which_names_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RV1: the name taught is taken back with the link; --json and text alike."""
    stage = Stage(tmp_path, named_entries=(ENTRY,))
    leads = [stage.lead(company=LABS, email=f"{name}@labs.example") for name in ("ann", "joe")]
    stage.cycle()
    say_yes(stage, *leads)
    stage.cycle()
    (batch,) = stage.ledger.batches()
    stage.ledger.close()
    stage.mirror.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))
    foreseen = command("link", "--undo", batch, "--json").json
    assert (foreseen["done"], foreseen["forgotten"]) == (False, [LABS])
    told = command("link", "--undo", batch, "--apply")
    assert (told.code, f"Forgotten as another name or domain: {LABS}" in told.out) == (0, True)
    assert command("link", "--undo", batch, "--json").json["forgotten"] == []


@pytest.fixture
def proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder in which an account for newcompany.com is proposed."""
    stage = Stage(tmp_path, new_accounts=NewAccounts(action=Action.PROPOSE))
    new_company(stage)
    stage.ledger.close()
    stage.mirror.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))


@pytest.mark.usefixtures("proposed")
def test_a_proposed_account_is_listed_shown_skipped_and_rejected_and_the_answer_is_remembered() -> None:
    """R066: `propose` asks in the review queue."""
    listed = command("review", "list", "--json").json
    (item,) = [one for one in listed["items"] if one["kind"] == "new_account"]
    assert (item["item"], item["account_owner"], len(item["leads"])) == ("new:newcompany.com", "Bob", 3)
    assert "new:newcompany.com" in command("review", "list").out
    assert "New Company Inc" in command("review", "show", "new:newcompany.com").out
    assert command("review", "accept", "new:newcompany.com", "--json").json["done"] is False  # a preview
    skipped = command("review", "skip", "new:newcompany.com", "--json").json
    assert (skipped["done"], command("review", "list", "--json").json["items"]) == (True, [])
    assert command("review", "reject", "new:newcompany.com", "--json").json["done"] is True
    assert command("review", "accept", "new:newcompany.com", "--apply").code == 1


@pytest.fixture
def perhaps_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lead that is perhaps an entry of the shipped named list, of which the org has no account."""
    entry = NamedEntry(company="Strategic Partner Corp", owner_email="enterprise-ae@company.com")
    stage = Stage(tmp_path, named_entries=(entry,))
    stage.lead(company="Strategic Partner Labs", email="ann@labs.example")
    stage.cycle()
    stage.ledger.close()
    stage.mirror.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))


@pytest.mark.usefixtures("perhaps_named")
def test_an_entry_of_the_named_list_without_an_account_is_shown_and_accepted() -> None:
    """RV1, R073: its name is learnt, and nothing is asked twice."""
    (item,) = command("review", "list", "--json").json["items"]
    assert item["named"] == {"company": "Strategic Partner Corp"}
    assert "Strategic Partner Corp" in command("review", "show", item["item"]).out
    answer = command("review", "accept", item["item"], "--json")
    assert (answer.code, answer.json["done"]) == (0, True)
    assert answer.json["learnt"] == {"Strategic Partner Labs": "named:Strategic Partner Corp"}
    assert command("review", "list", "--json").json["items"] == []
