"""Leads that cannot be decided at present: kept from the first failure until they are decided or gone."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from sfrouter.ledger.notes import notes_beginning, put_note
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import NOTE
from sfrouter.model.stuck import Stuck, StuckLead

_STUCK = "stuck|"
_BETWEEN = "|"


class StuckLeads(LedgerPart):
    """What waits because deciding it fails (L3)."""

    def stuck_leads(self) -> tuple[StuckLead, ...]:
        """All of them, the one that waits longest first."""
        with self._store.read() as connection:
            return _all(connection)

    def note_stuck(self, failed: Mapping[str, Stuck], over: Collection[str]) -> None:
        """Keep which leads failed, and forget those that are decided or gone. The first moment of each stays."""
        at = self._store.now()
        with self._store.write() as connection:
            known = {one.lead_id: one for one in _all(connection)}
            for lead_id in known.keys() & set(over) - failed.keys():
                connection.execute(NOTE.delete().where(NOTE.c.name == _STUCK + lead_id))
            for lead_id, stuck in failed.items():
                since = known[lead_id].since if lead_id in known else at
                put_note(connection, _STUCK + lead_id, _BETWEEN.join((stuck.rule, stuck.why)), since)


def _all(connection: Connection) -> tuple[StuckLead, ...]:
    found = []
    for row in notes_beginning(connection, _STUCK):
        rule, _, why = row.value.partition(_BETWEEN)
        stuck = Stuck(rule=rule, why=why)
        found.append(StuckLead(lead_id=row.name.removeprefix(_STUCK), stuck=stuck, since=row.at))
    return tuple(found)
