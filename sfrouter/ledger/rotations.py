"""The rotation counters: how many turns each person has had in each pool."""

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import TURN
from sfrouter.model.assignment import Rotation, RotationMove


class Rotations(LedgerPart):
    """Where every pool stands. The counters move only together with the decision that moved them."""

    def rotation(self) -> Rotation:
        """Turns taken, by pool and person."""
        pools: dict[str, dict[str, int]] = {}
        with self._store.read() as connection:
            for pool, person_id, turns in connection.execute(select(TURN.c.pool, TURN.c.person_id, TURN.c.turns)):
                pools.setdefault(pool, {})[person_id] = turns
        return Rotation(turns=MappingProxyType({pool: MappingProxyType(turns) for pool, turns in pools.items()}))


def take_turns(connection: Connection, moves: Iterable[RotationMove], at: datetime) -> None:
    """Write the new counters in their decision's transaction. They are absolute: a repeat changes nothing."""
    rows = [
        {"pool": move.pool, "person_id": person_id, "turns": turns, "at": at}
        for move in moves
        for person_id, turns in move.turns.items()
    ]
    if not rows:
        return
    statement = insert(TURN)
    new = {"turns": statement.excluded.turns, "at": statement.excluded.at}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[TURN.c.pool, TURN.c.person_id], set_=new), rows
    )
