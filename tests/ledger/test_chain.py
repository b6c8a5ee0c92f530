"""The decision log shows every later change of any row, and stays whole when a person's words are erased (G08)."""

# ruff: noqa: S608 - what is pasted into these statements are the constants of the tests

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from sfrouter.base.clock import SetClock
from sfrouter.base.database import open_engine, writing
from sfrouter.ledger.ledger import Ledger
from tests.ledger.samples import BOB, LEAD, NOON, SARAH, decision, write

OTHER = "00Q000000000002AAA"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Three decisions of one lead and one of another."""
    one = Ledger.open(tmp_path / "ledger.db", SetClock(NOON))
    for number in (1, 2, 3):
        one.record(decision(number=number), (write(f"k{number}", number),), ())
    one.record(decision(OTHER), (write("other", lead_id=OTHER),), ())
    yield one
    one.close()


def tamper(ledger: Ledger, statement: str) -> None:
    """Somebody with the file in hand changes it past the router."""
    with ledger._store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    with ledger._store.write() as connection:
        assert connection.execute(text(statement)).rowcount > 0


def test_a_log_that_nobody_touched_is_sound(ledger: Ledger) -> None:
    verdict = ledger.verify_log()
    assert verdict.sound
    assert verdict.faults == ()
    assert (verdict.decisions, verdict.erased, verdict.entries) == (4, 0, 4)
    assert len(verdict.head) == 64


def test_an_empty_log_is_sound() -> None:
    verdict = Ledger.open(None, SetClock(NOON)).verify_log()
    assert (verdict.sound, verdict.head) == (True, "0" * 64)


@pytest.mark.parametrize(
    "change",
    [
        f"owner_id = '{BOB}'", "rule = 'default_pool'", "place = '9'", "at = '2026-03-01 12:00:00.000000'",
        "policy_hash = 'x'", "engine = '9'", "lead_owner_id = NULL", "lead_stamp = '2026-03-01 12:00:00.000000'",
        "reason = 'Bob asked for it'", "trace = replace(trace, 'Sarah', 'Bobby')", "link_account_id = NULL",
        "alert = 'x'", "lead_account_id = 'x'",
    ],
)  # fmt: skip
def test_a_changed_column_of_any_kind_is_found_and_its_row_named(ledger: Ledger, change: str) -> None:
    tamper(ledger, f"UPDATE decision SET {change} WHERE number = 2")
    (fault,) = ledger.verify_log().faults
    assert f"decision 2 of lead {LEAD}" in fault


def test_every_column_of_a_decision_is_watched(ledger: Ledger) -> None:
    """A column added later must be put under the chain too."""
    from sfrouter.ledger.chain import ERASABLE, KEPT
    from sfrouter.ledger.tables import DECISION

    assert {"seq", *KEPT, *ERASABLE} == set(DECISION.c.keys())


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_decision_that_was_taken_out_is_named(ledger: Ledger, number: int) -> None:
    tamper(ledger, "DELETE FROM outbox")
    tamper(ledger, f"DELETE FROM decision WHERE number = {number} AND lead_id = '{LEAD}'")
    assert f"decision {number} of lead {LEAD} is missing" in ledger.verify_log().faults


def test_a_decision_taken_out_with_its_entry_is_found(ledger: Ledger) -> None:
    tamper(ledger, "DELETE FROM outbox")
    tamper(ledger, f"DELETE FROM decision WHERE number = 2 AND lead_id = '{LEAD}'")
    tamper(ledger, f"DELETE FROM chain WHERE number = 2 AND lead_id = '{LEAD}'")
    faults = ledger.verify_log().faults
    assert "entries 2 to 2 of the log were taken out" in faults
    tamper(ledger, "UPDATE chain SET position = position - 1 WHERE position > 2")
    assert any(f"decision 3 of lead {LEAD}" in fault for fault in ledger.verify_log().faults)


def test_a_decision_put_in_from_outside_is_named(ledger: Ledger) -> None:
    columns = "number, lead_id, at, rule, place, owner_id, reason, policy_hash, engine, alert, trace"
    values = columns.replace("number", "7", 1)
    tamper(ledger, f"INSERT INTO decision ({columns}) SELECT {values} FROM decision WHERE number = 3")
    assert ledger.verify_log().faults == (f"decision 7 of lead {LEAD} was put in past the log",)


def test_two_decisions_that_changed_places_are_found(ledger: Ledger) -> None:
    tamper(ledger, "UPDATE chain SET position = 9 WHERE position = 1")
    tamper(ledger, "UPDATE chain SET position = 1 WHERE position = 2")
    tamper(ledger, "UPDATE chain SET position = 2 WHERE position = 9")
    assert len(ledger.verify_log().faults) >= 2


def test_a_log_cut_at_its_end_is_found_by_a_head_noted_elsewhere(ledger: Ledger) -> None:
    noted = ledger.verify_log().head
    ledger.record(decision(number=4), (), ())
    assert ledger.verify_log(noted).head_known is True
    assert ledger.verify_log(noted.upper()).sound
    tamper(ledger, "DELETE FROM outbox")
    tamper(ledger, f"DELETE FROM decision WHERE lead_id = '{OTHER}' OR number = 4")
    tamper(ledger, f"DELETE FROM chain WHERE lead_id = '{OTHER}' OR number = 4")
    assert ledger.verify_log().sound, "the end is missing, which only the head shows"
    verdict = ledger.verify_log(noted)
    assert (verdict.sound, verdict.head_known) == (False, False)


def test_an_erasure_leaves_the_log_whole_and_says_that_it_took_place(ledger: Ledger) -> None:
    head = ledger.verify_log().head
    erased = ledger.erase_leads([LEAD])
    assert (erased.leads, erased.decisions, erased.writes) == (1, 3, 3)
    verdict = ledger.verify_log(head)
    assert verdict.faults == ()
    assert verdict.sound
    assert (verdict.decisions, verdict.erased, verdict.entries) == (4, 3, 5)
    ledger.record(decision(number=4), (), ())
    assert ledger.verify_log().sound


def test_what_an_older_version_left_of_an_erased_decision_is_sound(ledger: Ledger) -> None:
    """It knew fewer names of a decision; more than an erasure leaves, or a name twice, is still a fault."""
    ledger.erase_leads([LEAD])
    fewer = """UPDATE decision SET trace = replace(trace, ',"relationship"\\:null', '')"""
    tamper(ledger, f"{fewer} WHERE number = 1 AND lead_id = '{LEAD}'")
    assert ledger.verify_log().sound
    for more in (
        ""","relationship":["somebody"]""",
        ""","zone":"x\"""",
        ""","rule":"x","rule":"customer_owner\"""",
    ):
        spoilt = Ledger.open(None, SetClock(NOON))
        spoilt.record(decision(), (), ())
        spoilt.erase_leads([LEAD])
        tamper(spoilt, f"""UPDATE decision SET trace = replace(trace, ',"relationship"\\:null', '{more}')""")
        assert not spoilt.verify_log().sound, more


def test_what_stays_of_an_erased_decision_is_lead_owner_and_rule(ledger: Ledger) -> None:
    ledger.erase_leads([LEAD])
    (first, *_) = ledger.decisions_of(LEAD)
    kept = first.decision
    assert kept.owner is not None
    assert (kept.lead_id, kept.owner.id, kept.rule, kept.at) == (LEAD, SARAH, "customer_owner", NOON)
    assert (kept.owner.name, kept.reason, kept.steps, kept.notices) == ("", "erased", (), ())
    assert kept.match.findings == ()
    with ledger._store.read() as connection:
        everything = str(connection.execute(text("SELECT * FROM decision WHERE number = 1")).all()[0])
    for word in ("Acme", "same domain", "Please call", "Sarah"):
        assert word not in everything


def test_erasing_twice_changes_nothing_more(ledger: Ledger) -> None:
    ledger.erase_leads([LEAD])
    before = ledger.verify_log()
    again = ledger.erase_leads([LEAD])
    assert (again.decisions, again.writes) == (0, 0)
    assert ledger.verify_log() == before


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'Bob asked'",
        "trace = replace(trace, 'erased', 'Bob asked')",
        f"trace = replace(trace, '{SARAH}', '{BOB}')",
        "trace = 'x'",
        f"owner_id = '{BOB}'",
    ],
)
def test_what_was_written_over_an_erased_decision_is_found(ledger: Ledger, change: str) -> None:
    ledger.erase_leads([LEAD])
    tamper(ledger, f"UPDATE decision SET {change} WHERE number = 1 AND lead_id = '{LEAD}'")
    faults = ledger.verify_log().faults
    assert faults
    assert all(f"decision 1 of lead {LEAD}" in fault for fault in faults)


def test_a_change_cannot_be_passed_off_as_an_erasure(ledger: Ledger) -> None:
    ledger.erase_leads([OTHER])
    tamper(ledger, f"UPDATE chain SET salt = NULL WHERE number = 2 AND lead_id = '{LEAD}'")
    (fault,) = ledger.verify_log().faults
    assert fault == f"the words of decision 2 of lead {LEAD} are gone, and no erasure tells why"
    tamper(ledger, f"UPDATE chain SET lead_id = '{LEAD}' WHERE kind = 'erasure'")
    assert any("the erasure of lead" in fault for fault in ledger.verify_log().faults)


def test_a_ledger_of_an_older_version_is_chained_from_its_first_decision(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    one = Ledger.open(path, SetClock(NOON))
    for number in (1, 2):
        one.record(decision(number=number), (), ())
    one.close()
    with writing(open_engine(path)) as connection:
        connection.execute(text("DROP TABLE chain"))
        connection.execute(text("UPDATE note SET value = '6' WHERE name = 'form'"))
    again = Ledger.open(path, SetClock(NOON))
    again.record(decision(number=3), (), ())
    verdict = again.verify_log()
    assert (verdict.sound, verdict.decisions, verdict.entries) == (True, 3, 3)
