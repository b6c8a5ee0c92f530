"""A look at a ledger in place that changes nothing of it: for who only asks whether work could go on with it."""

from pathlib import Path

from sqlalchemy import inspect

from sfrouter.base.clock import SystemClock
from sfrouter.base.database import open_engine
from sfrouter.ledger.errors import LedgerTooNewError, NotALedgerError
from sfrouter.ledger.notes import note_value
from sfrouter.ledger.org_binding import BoundOrg, OrgBinding
from sfrouter.ledger.store import FORM, LedgerStore
from sfrouter.ledger.tables import NOTE


def org_of_ledger(path: Path) -> BoundOrg | None:
    """The org that the ledger at `path` belongs to; None where there is no ledger yet, or it has met none.

    Raises what opening it for work raises: StoreUnusableError, LedgerTooNewError, NotALedgerError.
    """
    if not path.is_file() or not path.stat().st_size:
        return None
    store = LedgerStore(open_engine(path), SystemClock(), where=str(path))
    try:
        with store.read() as connection:
            tables = inspect(connection).get_table_names()
            if NOTE.name not in tables:
                if tables:
                    raise NotALedgerError(where=str(path))
                return None
            form = note_value(connection, "form")
        if form is not None and int(form) > FORM:
            raise LedgerTooNewError(int(form), FORM, where=str(path))
        return OrgBinding(store).org()
    finally:
        store.close()
