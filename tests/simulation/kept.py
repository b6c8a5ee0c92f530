"""What the ledger's file held before the router erased it: a promise to a lead outlives the lead.

Of leads that the org no longer has the router keeps lead id, owner id and rule. Whether it kept its word to them
is judged all the same, from what stood in the file right before, read with plain SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sfrouter.ledger.erasure import Erased, Erasure
from tests.simulation.files import LedgerFile, Row, read_ledger

if TYPE_CHECKING:
    from tests.simulation.history import History

ERASED = "erased"
_WORDS_OF_DECISION = ("reason", "lead_account_id", "link_account_id", "alert", "trace")
_WORDS_OF_WRITE = ("values", "extra")
"""What an erasure takes out. All else is judged as the file has it: states and attempts may change afterwards."""


@dataclass
class Kept:
    """The decisions and writes that stood in the file before some erasure, and whose leads were erased.

    A process that dies in the middle of an erasure erases again: what is bare by then does not replace what was
    read before.
    """

    decisions: dict[tuple[str, int], Row] = field(default_factory=dict)
    writes: dict[str, Row] = field(default_factory=dict)
    leads: set[str] = field(default_factory=set)

    def look(self, data: Path, lead_ids: Collection[str]) -> None:
        """Keep what the file holds now: these leads will be erased."""
        ledger = read_ledger(data)
        self.leads.update(lead_ids)
        self.decisions |= {(row["lead_id"], row["number"]): row for row in ledger.decisions if not _bare(row)}
        self.writes |= {row["key"]: row for row in ledger.outbox if row["values"]}

    def joined(self, ledger: LedgerFile) -> LedgerFile:
        """The ledger as it stands, with the words that were erased; what nobody ever read stays bare."""
        decisions = [
            _with_words(row, self.decisions.get((row["lead_id"], row["number"])), _WORDS_OF_DECISION)
            if _bare(row) else row for row in ledger.decisions
        ]  # fmt: skip
        outbox = [
            row if row["values"] else _with_words(row, self.writes.get(row["key"]), _WORDS_OF_WRITE)
            for row in ledger.outbox
        ]
        return replace(ledger, decisions=decisions, outbox=outbox)

    def erased(self, ledger: LedgerFile) -> set[str]:
        """The leads of whom a decision stands bare in the file."""
        return {row["lead_id"] for row in ledger.decisions if _bare(row)}


def _bare(decision: Row) -> bool:
    return bool(decision["reason"] == ERASED)


def _with_words(row: Row, before: Row | None, names: tuple[str, ...]) -> Row:
    return row if before is None else row | {name: before[name] for name in names}


@contextmanager
def erasures_watched(history: History) -> Iterator[None]:
    """Look at the ledger's file right before each erasure."""
    original: Any = Erasure.erase_leads

    def erase_leads(self: Erasure, lead_ids: Iterable[str]) -> Erased:
        meant = tuple(lead_ids)
        history.kept.look(history.data, meant)
        history.note(f"erased: {', '.join(meant)}")
        erased: Erased = original(self, meant)
        return erased

    with patch.object(Erasure, "erase_leads", erase_leads):
        yield
