"""Is there a ledger in the data folder? Asked wherever an empty one must not be begun."""

from pathlib import Path

from sfrouter.base.database import WAY_BACK, StoreUnusableError

MIRROR_FILE, LEDGER_FILE = "mirror.db", "ledger.db"


class NoLedgerError(StoreUnusableError):
    """There is no ledger where one was to be copied, verified or erased from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"there is no ledger in this data folder ({LEDGER_FILE})",
            where=str(folder.absolute()),
            mend="set SFROUTER_DATA_DIR to the folder where the service keeps its ledger; "
            "docs/operations.md, Commands beside the service",
        )


class LedgerLostError(StoreUnusableError):
    """A mirror without its ledger: what was decided and what is on its way has gone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the ledger has gone ({LEDGER_FILE}), but not its mirror ({MIRROR_FILE})",
            where=str(folder.absolute()),
            mend=f"{WAY_BACK}; to begin anew without what was decided, delete {MIRROR_FILE} too",
        )


def ledger_in(folder: Path) -> Path:
    """The ledger's file, for commands that must not begin an empty one. Raises NoLedgerError."""
    place = folder / LEDGER_FILE
    if not _holds_something(place):
        raise NoLedgerError(folder)
    return place


def refuse_lost_ledger(folder: Path) -> None:
    """Whoever opens both databases makes the ledger first, so a mirror alone means that somebody took the ledger
    away. Begun anew in silence, it would forget turns, holds and writes in doubt. Raises LedgerLostError.
    """
    if _holds_something(folder / MIRROR_FILE) and not _holds_something(folder / LEDGER_FILE):
        raise LedgerLostError(folder)


def _holds_something(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
