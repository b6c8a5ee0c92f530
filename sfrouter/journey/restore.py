"""Goes back to a copy of the ledger: the present one is put aside, what is in doubt is read back from the org."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sfrouter.base.clock import Clock
from sfrouter.base.database import WAY_BACK, StoreUnusableError
from sfrouter.base.errors import SfrouterError
from sfrouter.journey.ledger_file import LEDGER_FILE
from sfrouter.ledger.backup import put_aside
from sfrouter.ledger.errors import NotALedgerError
from sfrouter.ledger.ledger import Ledger

_BESIDE = ("-wal", "-shm")
_OTHER = "give the path of a backup that is whole; nothing was changed"


class OtherOrgsBackupError(SfrouterError):
    """The copy belongs to another org than the ledger in place."""

    def __init__(self, file: Path, theirs: str, ours: str) -> None:
        super().__init__(
            f"this backup belongs to org {theirs}, the ledger in place to org {ours}; nothing was changed",
            where=str(file),
            mend="take this org's backup, or set SFROUTER_DATA_DIR to a folder of the other org",
        )


class NoSuchBackupError(SfrouterError):
    """The file to go back to is not there."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"the backup cannot be read ({why})", where=str(file), mend=_OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What was brought back, and into which folder. `aside` is the ledger that was in place, "" where none was;
    `in_doubt` writes are read back first."""

    data_dir: str
    decisions: int
    in_doubt: int
    erased_again: int
    log_faults: tuple[str, ...]
    aside: str


def restore(data_dir: Path, file: Path, clock: Clock) -> RestoreReport:
    """Put a copy in the ledger's place. Nothing is changed unless the copy is whole.

    The caller holds the data folder. Raises NoSuchBackupError, OtherOrgsBackupError, StoreUnusableError.
    """
    place = data_dir / LEDGER_FILE
    fresh = place.with_suffix(".restoring")
    erased, org = _present(place, clock)
    _copy(file, fresh)
    try:
        with _named(file, fresh), _opened(fresh, clock) as ledger:
            theirs = ledger.org_id()
            if org and theirs and org != theirs:
                raise OtherOrgsBackupError(file, theirs, org)
            verdict = ledger.verify_log()
            in_doubt = ledger.doubt_everything()
            again = ledger.erase_leads(ledger.unerased(erased))
            ledger.fold_journal()
        _remove(fresh, _BESIDE)
        aside = _put_in_place(fresh, place)
    finally:
        _remove(fresh, ("", *_BESIDE))
    return RestoreReport(
        data_dir=str(data_dir.absolute()), decisions=verdict.decisions, in_doubt=in_doubt,
        erased_again=again.leads, log_faults=verdict.faults, aside=aside,
    )  # fmt: skip


def _present(place: Path, clock: Clock) -> tuple[tuple[str, ...], str | None]:
    """Who was erased, and the org, as the ledger in place says; a damaged one says nothing."""
    if not place.exists():
        return (), None
    try:
        with _opened(place, clock) as ledger:
            ledger.fold_journal()
            return ledger.erased_leads(), ledger.org_id()
    except StoreUnusableError:
        return (), None


@contextmanager
def _opened(path: Path, clock: Clock) -> Iterator[Ledger]:
    ledger = Ledger.open(path, clock)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def _named(file: Path, fresh: Path) -> Iterator[None]:
    """What is wrong with the copy is told of the file that was named; its mend is another one."""
    try:
        yield
    except StoreUnusableError as failure:
        if failure.where == str(fresh):
            failure.where = str(file)
            if isinstance(failure, NotALedgerError) or failure.mend == WAY_BACK:
                failure.mend = _OTHER
        raise


def _copy(file: Path, fresh: Path) -> None:
    _remove(fresh, ("", *_BESIDE))
    try:
        with file.open("rb") as source:
            opened = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(opened, "wb") as target:
                shutil.copyfileobj(source, target)
        if not fresh.stat().st_size:
            raise NoSuchBackupError(file, "it is empty")
    except FileNotFoundError as failure:
        raise NoSuchBackupError(file, failure.strerror or "it is not there") from None


def _put_in_place(fresh: Path, place: Path) -> str:
    """In this order the folder never lacks a ledger, whenever the machine stops: an empty one would begin anew."""
    aside = ""
    if place.exists():
        kept = put_aside(place, datetime.now(UTC))
        for end in ("", *_BESIDE):
            old = Path(f"{place}{end}")
            if old.exists():
                os.link(old, f"{kept}{end}")
        _remove(place, _BESIDE)
        aside = str(kept)
    with fresh.open("rb") as whole:
        os.fsync(whole.fileno())
    fresh.replace(place)
    return aside


def _remove(path: Path, ends: tuple[str, ...]) -> None:
    for end in ends:
        Path(f"{path}{end}").unlink(missing_ok=True)
