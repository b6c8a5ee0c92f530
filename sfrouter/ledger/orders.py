"""The links people ordered here: written down by a command, carried out by the daemon's next cycle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from sfrouter.ledger.link_tables import ORDER
from sfrouter.ledger.part import LedgerPart
from sfrouter.model.order import LinkOrder, OrderKind, OrderState

_CHUNK = 500  # ids in one IN list
_ALL = select(ORDER).order_by(ORDER.c.seq)
_OPEN = _ALL.where(ORDER.c.state == OrderState.OPEN)


class Orders(LedgerPart):
    """Ordered links (R041, R043). A command beside the running daemon only ever adds rows here."""

    def order_links(self, orders: Sequence[LinkOrder]) -> None:
        """Keep orders; an older one for the same lead that was not carried out is withdrawn."""
        with self._store.write() as connection:
            put_orders(connection, orders)

    def open_orders(self) -> Mapping[str, LinkOrder]:
        """What is still to be carried out, by lead."""
        return {one.lead_id: one for one in self._orders(_OPEN)}

    def newest_orders(self, lead_ids: Iterable[str]) -> Mapping[str, LinkOrder]:
        """The newest order of each of these leads that has one, withdrawn ones left out."""
        found: dict[str, LinkOrder] = {}
        ids = tuple(lead_ids)
        for start in range(0, len(ids), _CHUNK):
            some = ids[start : start + _CHUNK]
            query = _ALL.where(ORDER.c.lead_id.in_(some), ORDER.c.state != OrderState.WITHDRAWN)
            found |= {one.lead_id: one for one in self._orders(query)}
        return found

    def orders_in(self, batch: str) -> tuple[LinkOrder, ...]:
        """All that was ordered at once, in its order."""
        return tuple(self._orders(_ALL.where(ORDER.c.batch == batch)))

    def batches(self, limit: int = 20) -> tuple[str, ...]:
        """The names of the newest batches, newest first."""
        query = select(ORDER.c.batch).group_by(ORDER.c.batch).order_by(func.max(ORDER.c.seq).desc()).limit(limit)
        with self._store.read() as connection:
            return tuple(connection.execute(query).scalars())

    def end_order(self, seq: int, state: OrderState) -> None:
        """An order that is open comes to an end without a decision."""
        with self._store.write() as connection:
            _end(connection, ORDER.c.seq == seq, state)

    def _orders(self, query: Select[Any]) -> Iterator[LinkOrder]:
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return (_order(row) for row in rows)


def put_orders(connection: Connection, orders: Sequence[LinkOrder]) -> None:
    """Keep orders inside a transaction: of several for one lead only the last stays open."""
    newest = {one.lead_id: place for place, one in enumerate(orders)}
    ids = tuple(newest)
    for start in range(0, len(ids), _CHUNK):
        _end(connection, ORDER.c.lead_id.in_(ids[start : start + _CHUNK]), OrderState.WITHDRAWN)
    if orders:
        connection.execute(ORDER.insert(), [_row(one, newest[one.lead_id] == at) for at, one in enumerate(orders)])


def _row(order: LinkOrder, newest: bool) -> dict[str, Any]:
    state = order.state if newest or order.state is not OrderState.OPEN else OrderState.WITHDRAWN
    values = {name: getattr(order, name) for name in LinkOrder.__slots__ if name != "seq"}
    return values | {"kind": order.kind.value, "state": state.value}


def take_order(connection: Connection, seq: int, number: int) -> None:
    """A decision was made on this order, inside that decision's transaction."""
    taken = {"state": OrderState.TAKEN.value, "decision_number": number}
    connection.execute(ORDER.update().where(ORDER.c.seq == seq).values(**taken))


def _end(connection: Connection, which: Any, state: OrderState) -> None:
    connection.execute(
        ORDER.update().where(which, ORDER.c.state == OrderState.OPEN.value).values(state=state.value)
    )


def _order(row: RowMapping) -> LinkOrder:
    return LinkOrder(**{**row, "kind": OrderKind(row["kind"]), "state": OrderState(row["state"])})
