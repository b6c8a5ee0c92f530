"""Counts what the decisions came to, for those who watch the router: matched, sent for help, by rule."""

from dataclasses import dataclass

from sqlalchemy import func, select

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import DECISION


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCounts:
    """Decisions since the ledger began; each figure only ever grows."""

    matched: int  # linked to an account automatically
    alerts: int  # an operator should have looked: nobody left, catch-all queue used


class Flow(LedgerPart):
    """Figures that only grow."""

    def flow_counts(self) -> FlowCounts:
        """One look at all decisions."""
        query = select(
            func.count().filter(DECISION.c.link_account_id.is_not(None)),
            func.count().filter(DECISION.c.alert != ""),
        )
        with self._store.read() as connection:
            matched, alerts = connection.execute(query.select_from(DECISION)).one()
        return FlowCounts(matched=matched, alerts=alerts)
