"""Makes sure that only one sfrouter works on a data folder: two would assign leads twice."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sfrouter.base.database import StoreUnusableError
from sfrouter.base.errors import ExitCode, SfrouterError

LOCK_FILE = "sfrouter.lock"
_A_LOOK = 1.0
"""Seconds that a start waits for the lock: a health check holds it for a moment."""


class AlreadyRunningError(SfrouterError):
    """Another process holds the data folder."""

    exit_code = ExitCode.ALREADY_RUNNING

    def __init__(self, data_dir: Path, pid: str) -> None:
        holder = f" (process {pid})" if pid else ""
        super().__init__(
            f"another sfrouter is already working here{holder}",
            where=str(data_dir),
            mend="stop it first, or give this one a SFROUTER_DATA_DIR of its own",
        )


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the data folder while the block runs. The lock goes with the process, however it ends.

    Raises AlreadyRunningError when another process holds it, StoreUnusableError for a folder that cannot be used.
    """
    holder = data_dir / "sfrouter.pid"
    lock = FileLock(data_dir / LOCK_FILE, mode=0o600)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=_A_LOOK)
    except Timeout:
        raise AlreadyRunningError(data_dir, _read(holder)) from None
    except OSError as problem:
        raise StoreUnusableError(
            f"the data folder cannot be used ({problem.strerror or type(problem).__name__})",
            where=str(data_dir),
            mend="give SFROUTER_DATA_DIR a folder that this user may write to",
        ) from None
    try:
        with suppress(
            OSError
        ):  # only its number for others is missing then; a full disk is told by who must write
            holder.write_text(str(os.getpid()))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def alone_if_free(data_dir: Path) -> Iterator[bool]:
    """Hold the data folder while the block runs, if nobody else does; gives whether we do."""
    with ExitStack() as held:
        free = True
        try:
            held.enter_context(alone(data_dir))
        except AlreadyRunningError:
            free = False
        yield free


def is_held(data_dir: Path) -> bool:
    """Does some process work on the data folder now? Its lock ends with it, even when it could write no word."""
    if not (data_dir / LOCK_FILE).exists():
        return False
    lock = FileLock(data_dir / LOCK_FILE, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return True  # another user's: who may not touch it cannot tell
    lock.release()
    return False


@contextmanager
def pid_in(path: Path | None) -> Iterator[None]:
    """The process's number in a file while the block runs; None: in no file."""
    if path is None:
        yield
        return
    path.write_text(f"{os.getpid()}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()[:10]
    except OSError:
        return ""
