"""What stands in the router's two files, read with plain SQL: the checker trusts no code of the router's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# The copy of SQLite that the router uses: of two copies in one process each drops the other's locks as it closes a
# file, takes itself for the last one there, and throws away the journal that the other still writes to.
sqlite3 = import_module("pysqlite3.dbapi2" if find_spec("pysqlite3") else "sqlite3")
LIVE = frozenset({"waiting", "pending", "sending", "unknown"})
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """The decisions, oldest first, the outbox, and the counters."""

    decisions: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    turns: dict[tuple[str, str], int] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)
    paused_until: str = ""
    notes: dict[str, str] = field(default_factory=dict)

    def writes(self, kind: str) -> Iterator[Row]:
        """The outbox rows of a kind."""
        return (row for row in self.outbox if row["kind"] == kind)

    def live(self) -> list[Row]:
        """Writes that are not at their end."""
        return [row for row in self.outbox if row["state"] in LIVE]

    def last_decisions(self) -> dict[str, Row]:
        """The newest decision of each lead."""
        return {row["lead_id"]: row for row in self.decisions}


def read_ledger(data: Path) -> LedgerFile:
    """The ledger as it stands on the disk; empty before the first start."""
    if not (data / "ledger.db").exists():
        return LedgerFile()
    with _opened(data / "ledger.db") as ledger:
        decisions = _rows(ledger, "SELECT * FROM decision ORDER BY seq")
        outbox = _rows(ledger, "SELECT * FROM outbox ORDER BY seq")
        turns = _rows(ledger, "SELECT pool, person_id, turns FROM rotation_turn")
        notes = _rows(ledger, "SELECT name, value, at FROM note")
        anew = _rows(ledger, "SELECT lead_id FROM decide_anew")
    for row in decisions:
        row["trace"] = json.loads(row["trace"])
    for row in outbox:
        row["values"], row["extra"] = json.loads(row["values"]), json.loads(row["extra"])
    return LedgerFile(
        decisions=decisions,
        outbox=outbox,
        turns={(row["pool"], row["person_id"]): row["turns"] for row in turns},
        anew={row["lead_id"] for row in anew},
        paused_until=next((row["at"] for row in notes if row["name"] == "sending_paused"), ""),
        notes={row["name"]: str(row["value"]) for row in notes},
    )


def bound_org(data: Path) -> str:
    """The org that the ledger belongs to; "" before the first sign-in, and where the ledger cannot be read."""
    if not (data / "ledger.db").exists():
        return ""
    try:
        with _opened(data / "ledger.db") as ledger:
            found = _rows(ledger, "SELECT value FROM note WHERE name = 'org_id'")
    except sqlite3.DatabaseError:
        return ""
    return str(found[0]["value"]) if found else ""


def accounts_asked(data: Path) -> list[Row]:
    """The accounts that the router asked for; those without a key it only proposed."""
    if not (data / "ledger.db").exists():
        return []
    with _opened(data / "ledger.db") as ledger:
        return _rows(ledger, "SELECT * FROM new_account ORDER BY at")


def on_its_way(data: Path) -> bool:
    """Is any write not at its end, or any lead to be decided anew?"""
    if not (data / "ledger.db").exists():
        return False
    states = ", ".join(f"'{one}'" for one in sorted(LIVE))
    live = f"SELECT 1 FROM outbox WHERE state IN ({states}) UNION ALL SELECT 1 FROM decide_anew LIMIT 1"  # noqa: S608
    with _opened(data / "ledger.db") as ledger:
        return bool(_rows(ledger, live))


@dataclass(frozen=True, slots=True)
class MirrorFile:
    """The leads, accounts and deals of the mirror, by id, and up to when it says to have read all leads."""

    leads: dict[str, Row]
    floor: str
    accounts: dict[str, Row] = field(default_factory=dict)
    deals: dict[str, Row] = field(default_factory=dict)


def read_mirror(data: Path) -> MirrorFile:
    """The mirror as it stands on the disk."""
    if not (data / "mirror.db").exists():
        return MirrorFile({}, "")
    with _opened(data / "mirror.db") as mirror:
        # A process that died, or had no room, while it made the file leaves one without tables.
        if not _rows(mirror, "SELECT 1 FROM sqlite_master WHERE name = 'pull_state'"):
            return MirrorFile({}, "")
        leads = {row["id"]: row for row in _rows(mirror, "SELECT * FROM lead")}
        accounts = {row["id"]: row for row in _rows(mirror, "SELECT * FROM account")}
        deals = {row["id"]: row for row in _rows(mirror, "SELECT * FROM opportunity")}
        state = _rows(mirror, "SELECT floor FROM pull_state WHERE noun = 'lead'")
    return MirrorFile(leads, str(state[0]["floor"] or "") if state else "", accounts, deals)


def sound(data: Path) -> str:
    """What SQLite itself says of the ledger: "ok", or what is wrong."""
    if not (data / "ledger.db").exists():
        return "ok"
    with _opened(data / "ledger.db") as ledger:
        return str(_rows(ledger, "PRAGMA integrity_check")[0]["integrity_check"])


def selected(file: Path, query: str) -> list[Row]:
    """The answer to one question about a file."""
    with _opened(file) as connection:
        return _rows(connection, query)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """One connection for all that is asked of a file at one moment; its tables are read once."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def _rows(connection: Any, query: str) -> list[Row]:
    return [dict(row) for row in connection.execute(query)]
