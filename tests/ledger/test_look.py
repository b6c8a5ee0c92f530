"""A look at a ledger in place: it says whose it is or why nobody could work with it, and changes nothing."""

import sqlite3
from pathlib import Path

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.ledger.errors import LedgerTooNewError, NotALedgerError, OrgChangedError
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.look import org_of_ledger
from sfrouter.ledger.org_binding import BoundOrg, refuse_other_org
from sfrouter.ledger.store import FORM

ORG, OTHER = "00D000000000001AAA", "00D000000000002AAA"


def made(path: Path, form: int = FORM) -> Path:
    """A ledger of ORG, a sandbox."""
    ledger = Ledger.open(path, SystemClock())
    ledger.bind_org(ORG, instance="https://one.example", sandbox=True)
    ledger.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE note SET value = ? WHERE name = 'form'", [str(form)])
    connection.close()
    return path


def test_it_says_whose_the_ledger_is_and_where_there_is_none_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    assert org_of_ledger(path) is None
    assert list(tmp_path.iterdir()) == []
    path.touch()
    assert org_of_ledger(path) is None
    assert path.stat().st_size == 0
    path.unlink()
    assert org_of_ledger(made(path)) == BoundOrg(org_id=ORG, instance="https://one.example", sandbox=True)


def test_an_older_ledger_keeps_its_form(tmp_path: Path) -> None:
    """Whoever looks with a newer version beside a daemon of the older one must not shut that one out."""
    path = made(tmp_path / "ledger.db", FORM - 1)
    before = path.read_bytes()
    assert org_of_ledger(path) is not None
    assert path.read_bytes() == before


def test_a_newer_ledger_and_another_database_are_refused_as_at_work(tmp_path: Path) -> None:
    newer = made(tmp_path / "newer.db", FORM + 1)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE of_others (id)")
    connection.close()
    for path, kind in ((newer, LedgerTooNewError), (other, NotALedgerError)):
        for opened in (org_of_ledger, lambda where: Ledger.open(where, SystemClock())):
            with pytest.raises(kind):
                opened(path)


@pytest.mark.parametrize(
    ("found", "sandbox", "same"),
    [(ORG, True, True), (ORG, None, True), (ORG, False, False), (OTHER, True, False)],
)
def test_another_org_is_refused_in_the_words_of_binding(
    tmp_path: Path, found: str, sandbox: bool | None, same: bool
) -> None:
    bound = org_of_ledger(made(tmp_path / "ledger.db"))
    assert bound is not None
    if same:
        refuse_other_org(bound, BoundOrg(org_id=found, sandbox=sandbox))
        return
    with pytest.raises(OrgChangedError) as told:
        refuse_other_org(bound, BoundOrg(org_id=found, sandbox=sandbox))
    ledger = Ledger.open(tmp_path / "ledger.db", SystemClock())
    with pytest.raises(OrgChangedError) as at_work:
        ledger.bind_org(found, sandbox=sandbox)
    ledger.close()
    assert str(told.value) == str(at_work.value)
