"""The rotation counters: how many turns each person has had in each pool, and when the last leads were given."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import GIVEN, TURN
from sfrouter.model.assignment import Given, Rotation, RotationMove
from sfrouter.model.decision import Decision

LOOKED_BACK = timedelta(days=2)  # a day by anybody's clock, wherever on earth, and whatever the clocks do
_TURNS = select(TURN.c.pool, TURN.c.person_id, TURN.c.turns)
_GIVEN = select(GIVEN.c.pool, GIVEN.c.person_id, GIVEN.c.at).where(GIVEN.c.at >= bindparam("since"))
_GIVEN = _GIVEN.order_by(GIVEN.c.at)
_TAKE_BACK = GIVEN.delete().where(GIVEN.c.lead_id == bindparam("of"))
_GIVE = GIVEN.insert()
_COUNT = insert(TURN)
_COUNT = _COUNT.on_conflict_do_update(
    index_elements=[TURN.c.pool, TURN.c.person_id],
    set_={"turns": _COUNT.excluded.turns, "at": _COUNT.excluded.at},
)


class Rotations(LedgerPart):
    """Where every pool stands. The counters move only together with the decision that moved them."""

    def rotation(self, *, given: bool = True) -> Rotation:
        """Turns taken, by pool and person, and the leads given in the last two days (left out where nobody needs
        them: there may be tens of thousands)."""
        pools: dict[str, dict[str, int]] = {}
        with self._store.read() as connection:
            for pool, person_id, turns in connection.execute(_TURNS):
                pools.setdefault(pool, {})[person_id] = turns
            lately = _given(connection, self._store.now() - LOOKED_BACK) if given else MappingProxyType({})
        turns = MappingProxyType({pool: MappingProxyType(counts) for pool, counts in pools.items()})
        return Rotation(turns=turns, given=lately)


def _given(connection: Connection, since: datetime) -> Given:
    found: dict[str, dict[str, list[datetime]]] = {}
    for pool, person_id, at in connection.execute(_GIVEN, {"since": since}):
        found.setdefault(pool, {}).setdefault(person_id, []).append(at)
    return MappingProxyType(
        {pool: MappingProxyType({one: tuple(at) for one, at in people.items()}) for pool, people in found.items()}
    )


def note_given(connection: Connection, decision: Decision) -> None:
    """Keep in the decision's transaction to whom the lead was given, or that a turn was given back."""
    for move in decision.moves:
        connection.execute(_TAKE_BACK, {"of": decision.lead_id})
        if not move.given_back:
            row = {
                "lead_id": decision.lead_id, "pool": move.pool, "person_id": move.person_id, "at": decision.at
            }  # fmt: skip
            connection.execute(_GIVE, row)


def take_turns(connection: Connection, moves: Iterable[RotationMove], at: datetime) -> None:
    """Write the new counters in their decision's transaction. They are absolute: a repeat changes nothing."""
    rows = [
        {"pool": move.pool, "person_id": person_id, "turns": turns, "at": at}
        for move in moves
        for person_id, turns in move.turns.items()
    ]
    if rows:
        connection.execute(_COUNT, rows)
