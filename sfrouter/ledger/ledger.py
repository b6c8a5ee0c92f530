"""The ledger as the rest of the house sees it: one file, opened once, every chapter of it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from sfrouter.base.clock import Clock
from sfrouter.ledger.anew import Anew
from sfrouter.ledger.answers import Answers
from sfrouter.ledger.api_calls import ApiCalls
from sfrouter.ledger.backup import Backups
from sfrouter.ledger.chain_check import ChainCheck
from sfrouter.ledger.companies import Companies
from sfrouter.ledger.contests import Contests
from sfrouter.ledger.credits import Credits
from sfrouter.ledger.decisions import Decisions
from sfrouter.ledger.erasure import Erasure
from sfrouter.ledger.first_owners import FirstOwners
from sfrouter.ledger.flow import Flow
from sfrouter.ledger.held import Held
from sfrouter.ledger.links_to_make import LinksToMake
from sfrouter.ledger.merged import MergedLeads
from sfrouter.ledger.missing import Missing
from sfrouter.ledger.new_accounts import NewAccounts
from sfrouter.ledger.notes import Notes
from sfrouter.ledger.orders import Orders
from sfrouter.ledger.org_binding import OrgBinding
from sfrouter.ledger.outbox import Outbox
from sfrouter.ledger.people import People
from sfrouter.ledger.removals import Removals
from sfrouter.ledger.retention import Retention
from sfrouter.ledger.reviews import Reviews
from sfrouter.ledger.rotations import Rotations
from sfrouter.ledger.sla_clocks import SlaClocks
from sfrouter.ledger.status import Figures, LedgerStatus
from sfrouter.ledger.store import open_store
from sfrouter.ledger.stuck import StuckLeads


class Ledger(
    Decisions,
    Credits,
    Rotations,
    Outbox,
    Reviews,
    Answers,
    Orders,
    Contests,
    ApiCalls,
    Companies,
    MergedLeads,
    NewAccounts,
    LinksToMake,
    Removals,
    SlaClocks,
    Anew,
    FirstOwners,
    People,
    Notes,
    OrgBinding,
    Figures,
    Flow,
    Held,
    ChainCheck,
    Erasure,
    Missing,
    Backups,
    Retention,
    StuckLeads,
):
    """What was decided and done. It must never be lost: keep its file in the backup."""

    @classmethod
    def open(cls, path: Path | None, clock: Clock) -> Self:
        """The ledger at `path` (None: in memory), made when it is not there, readable by its owner only.

        Raises StoreUnusableError when the file is damaged or cannot be written, LedgerTooNewError when a newer
        version wrote it, NotALedgerError when it is some other database.
        """
        return cls(open_store(path, clock))

    def now(self) -> datetime:
        """The moment by which this memory dates what it records."""
        return self._store.now()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def status(self, limit: int = 50) -> LedgerStatus:
        """All figures for `sfrouter status`; `limit` bounds the lists of writes that need a person."""
        return replace(self.figures(limit), parked=self.parked(), pause=self.sending_pause(self._store.now()))
