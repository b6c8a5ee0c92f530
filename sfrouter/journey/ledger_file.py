"""Is there a ledger in the data folder? Asked by commands that must not begin an empty one."""

from pathlib import Path

from sfrouter.base.database import StoreUnusableError
from sfrouter.journey.assembly import LEDGER_FILE


class NoLedgerError(StoreUnusableError):
    """There is no ledger where one was to be copied, verified or erased from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"there is no ledger in this data folder ({LEDGER_FILE})",
            where=str(folder.absolute()),
            mend="set SFROUTER_DATA_DIR to the folder where the service keeps its ledger; "
            "docs/operations.md, Commands beside the service",
        )


def ledger_in(folder: Path) -> Path:
    """The ledger's file, for commands that must not begin an empty one. Raises NoLedgerError."""
    place = folder / LEDGER_FILE
    if not place.is_file() or not place.stat().st_size:
        raise NoLedgerError(folder)
    return place
