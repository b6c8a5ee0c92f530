"""The machine's own disk goes wrong: it is full, it may only be read, and the router's files are damaged on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from tests.simulation.bite import Bite, uncounted
from tests.simulation.files import sqlite3

if TYPE_CHECKING:
    from tests.simulation.history import History

State = Literal["", "full", "read-only"]
_MOST_PAGES = 1_073_741_823
REFUSED = "StoreUnusableError"


@dataclass
class Disk:
    """What SQLite meets at its next transaction. Full means: no file may grow by a page.

    `damaged` are the bytes that a trouble left of a file; `bites` is told of each statement that it refuses.
    """

    state: State = ""
    bites: Bite = uncounted
    damaged: dict[Path, bytes] = field(default_factory=dict)

    def under(self, engine: Engine) -> Engine:
        """Let an engine's connections stand on this disk."""

        @event.listens_for(engine, "checkout")
        def at_begin(raw: Any, record: ConnectionPoolEntry, _lent: PoolProxiedConnection) -> None:
            if record.info.get("disk", "") != self.state:
                raw.execute(f"PRAGMA query_only={int(self.state == 'read-only')}")
                raw.execute(f"PRAGMA max_page_count={1 if self.state == 'full' else _MOST_PAGES}")
                record.info["disk"] = self.state

        @event.listens_for(engine, "handle_error")
        def refused(_context: ExceptionContext) -> None:
            if self.state:
                self.bites()

        return engine


def disk_full(history: History, bites: Bite) -> Callable[[], object]:
    """No room is left."""
    return _for_a_while(history, "full", bites)


def disk_read_only(history: History, bites: Bite) -> Callable[[], object]:
    """The disk was mounted anew, to be read only."""
    return _for_a_while(history, "read-only", bites)


def _for_a_while(history: History, state: State, bites: Bite) -> Callable[[], object]:
    history.disk.state, history.disk.bites = state, bites

    def over() -> None:
        history.disk.state = ""

    return over


def mirror_damaged(history: History, bites: Bite) -> Callable[[], object]:
    """The process dies, and what is left of the mirror is damaged: it must be filled again by itself."""
    history.points.due = True
    history.before_start.append(lambda: _damage(history, history.data / "mirror.db", bites))
    return lambda: None


def ledger_damaged(history: History, bites: Bite) -> Callable[[], object]:
    """The same with the ledger: the start must be refused, until somebody puts the file back."""
    path = history.data / "ledger.db"
    kept = _copy_of_ledger(history)

    def damage() -> None:
        if not path.exists():
            return
        _copy(path, kept)
        _damage(history, path, bites)
        refusals = history.stopped.count(REFUSED)
        history.before_start.append(lambda: put_back(refusals))

    def put_back(refusals: int) -> None:
        if history.stopped.count(REFUSED) != refusals + 1:
            history.violations.append("X5 a damaged ledger was not refused")
        _forget(path)
        shutil.move(kept, path)
        history.note("the ledger is put back from its copy")

    history.points.due = True
    history.before_start.append(damage)
    return lambda: None


def _copy(path: Path, kept: Path) -> None:
    """As `sfrouter backup` does it: with what stands in the journal only, as after a death it may."""
    _forget(kept)
    with closing(sqlite3.connect(path)) as whole, closing(sqlite3.connect(kept)) as copy:
        whole.backup(copy)


def mend(history: History) -> None:
    """The end: what still lies damaged is put right, so that it can be judged.

    A mirror that no process met since its damage is what the next start would throw away.
    """
    history.before_start.clear()
    mirror = history.data / "mirror.db"
    if mirror.exists() and mirror.read_bytes() == history.disk.damaged.get(mirror):
        _forget(mirror)
    if _copy_of_ledger(history).exists():
        _forget(history.data / "ledger.db")
        shutil.move(_copy_of_ledger(history), history.data / "ledger.db")


def _copy_of_ledger(history: History) -> Path:
    return history.data / "ledger.kept"


def _damage(history: History, path: Path, bites: Bite) -> None:
    """As a crash of the machine may leave a file: without its head, cut off, or with foreign pages in it.

    The start that follows at once meets it.
    """
    if not path.exists():
        return
    bites()
    whole = path.read_bytes()
    kind = history.chance.choice(("head", "cut", "pages"))
    noise = history.chance.randbytes(4096)
    damaged = {
        "head": noise + whole[4096:],
        "cut": whole[: len(whole) // 3 + 100],
        "pages": whole[:4096] + b"".join(noise for _ in range(len(whole) // 4096 - 1)),
    }[kind]
    _forget(path)
    path.write_bytes(damaged)
    history.disk.damaged[path] = damaged
    history.note(f"{path.name} is damaged ({kind})")


def _forget(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)
