"""L02: who had a lead first is kept for good, whatever is said later, and over the end of the process."""

from pathlib import Path

from sqlalchemy import text

from sfrouter.base.clock import SetClock
from sfrouter.base.database import open_engine, writing
from sfrouter.ledger.first_owners import CHUNK
from sfrouter.ledger.ledger import Ledger
from tests.ledger.samples import BOB, LEAD, NOON, SARAH


def test_the_first_word_holds(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = Ledger.open(path, SetClock(NOON))
    first.keep_first_owners({LEAD: SARAH})
    first.keep_first_owners({LEAD: BOB, "another": BOB})
    first.close()
    again = Ledger.open(path, SetClock(NOON))
    assert again.first_owners([LEAD, "another", "unknown"]) == {LEAD: SARAH, "another": BOB}
    assert again.first_owners([]) == {}


def test_more_leads_than_one_question_takes_are_all_kept() -> None:
    ledger = Ledger.open(None, SetClock(NOON))
    owners = {f"lead{number}": SARAH for number in range(2 * CHUNK + 1)}
    ledger.keep_first_owners(owners)
    assert ledger.first_owners(owners) == owners


def test_a_file_from_before_gains_the_table(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path, SetClock(NOON)).close()
    with writing(open_engine(path)) as connection:
        connection.execute(text("DROP TABLE first_owner"))
        connection.execute(text("UPDATE note SET value = '9' WHERE name = 'form'"))
    again = Ledger.open(path, SetClock(NOON))
    again.keep_first_owners({LEAD: SARAH})
    assert again.first_owners([LEAD]) == {LEAD: SARAH}
