"""What every chapter of the ledger has: the open file."""

from sfrouter.ledger.store import LedgerStore


class LedgerPart:
    """One chapter of the ledger: some tables and what may be done with them."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
