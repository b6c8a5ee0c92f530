"""What becomes of the links to an account that was made, once a person took one away (R044, R067)."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select, text

from sfrouter.base.database import open_engine, writing
from sfrouter.journey.link_new_accounts import link_new_accounts
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.new_account_tables import LINK_TO_MAKE
from sfrouter.ledger.retention import Keep
from tests.journey.stage import CARL, Stage, an_id
from tests.journey.test_new_accounts import made, new_company, without_8b


def linked(folder: Path | None = None) -> tuple[Stage, list[str]]:
    """Three leads of a new company that has its account; all are linked."""
    stage = without_8b(folder=folder)
    leads = [one.lead_id for one in new_company(stage)]
    made(stage)
    stage.clock.advance(60)
    assert link_new_accounts(stage.house) == 3
    stage.arrive()
    return stage, leads


@pytest.mark.parametrize("gone", ["kept", "by age", "erased"])
def test_a_link_that_a_person_took_away_stays_away_when_our_words_are_gone(gone: str) -> None:
    """R044: that there was a link is known for ever, though not to which account."""
    stage, leads = linked()
    stage.edit(leads[1], by=CARL, account_id=None, owner_id=CARL)
    if gone == "by age":
        stage.clock.advance(31 * 86_400)
        assert stage.ledger.forget_old(Keep(traces=30), stage.ledger.now()).traces
    elif gone == "erased":
        stage.ledger.erase_leads([leads[1]])
    assert link_new_accounts(stage.house) == 0
    assert stage.waiting_writes() == ()


def in_line(stage: Stage) -> list[str]:
    """The leads that every poll looks at."""
    with stage.ledger._store.read() as connection:
        return list(connection.execute(select(LINK_TO_MAKE.c.lead_id)).scalars())


def test_a_lead_that_was_linked_is_not_looked_at_any_more() -> None:
    """A poll costs the same however many accounts were ever made."""
    stage, leads = linked()
    assert sorted(in_line(stage)) == sorted(leads)
    assert link_new_accounts(stage.house) == 0
    assert in_line(stage) == []


@pytest.mark.parametrize("gone", ["converted", "deleted", "linked by a person"])
def test_leads_that_cannot_be_linked_make_no_poll_look_around(gone: str) -> None:
    """A lead that was converted is struck off for good; a deleted one may come back until it is erased."""
    stage = without_8b()
    leads = [one.lead_id for one in new_company(stage)]
    made(stage)
    seen: dict[str, dict[str, Any]] = {
        "converted": {"converted": [True]}, "deleted": {"deleted": True},
        "linked by a person": {"account_id": an_id("account", 9)},
    }  # fmt: skip
    for lead in leads:
        stage.edit(lead, by=CARL, **seen[gone])
    with patch("sfrouter.journey.link_new_accounts.look_up_surroundings") as looked:
        assert link_new_accounts(stage.house) == 0
    looked.assert_not_called()
    assert in_line(stage) == ([] if gone == "converted" else leads)
    stage.ledger.erase_leads(leads)
    assert in_line(stage) == []


def test_a_file_from_before_has_its_leads_in_line_and_links_none_of_them_twice(tmp_path: Path) -> None:
    stage, leads = linked(tmp_path)
    stage.edit(leads[1], by=CARL, account_id=None, owner_id=CARL)
    stage.ledger.erase_leads([leads[1]])
    stage.ledger.close()
    with writing(open_engine(tmp_path / "ledger.db")) as connection:
        connection.execute(text("DROP TABLE link_to_make"))
        connection.execute(text("UPDATE note SET value = '10' WHERE name = 'form'"))
    stage.ledger = stage.house.desk.ledger = Ledger.open(tmp_path / "ledger.db", stage.clock)
    assert sorted(in_line(stage)) == sorted(leads)
    assert link_new_accounts(stage.house) == 0
    assert in_line(stage) == []


def test_a_file_from_before_links_what_it_had_not_linked(tmp_path: Path) -> None:
    stage = without_8b(folder=tmp_path)
    new_company(stage)
    made(stage)
    stage.clock.advance(60)
    stage.ledger.close()
    with writing(open_engine(tmp_path / "ledger.db")) as connection:
        connection.execute(text("DROP TABLE link_to_make"))
        connection.execute(text("UPDATE note SET value = '10' WHERE name = 'form'"))
    stage.ledger = stage.house.desk.ledger = Ledger.open(tmp_path / "ledger.db", stage.clock)
    assert link_new_accounts(stage.house) == 3
