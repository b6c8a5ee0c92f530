"""Which of the admin's files are in force: those last read without a fault; a damaged one delays only itself."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sfrouter.base.errors import BadFilesError, Problem
from sfrouter.base.log import logger, redact_text
from sfrouter.config.policy import Configuration, read_configuration
from sfrouter.config.settings import Settings

KEPT = "files-in-force"
"""The folder beside the databases that holds a copy of the files in force."""
_KINDS = frozenset({".yaml", ".yml", ".csv"})
_TOLD = 20  # faults in the log; `sfrouter check` tells all
_log = logger("journey")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesState:
    """How the files in the admin's folder stand to those in force. `waiting`: they are good, but others."""

    faults: tuple[Problem, ...] = ()
    waiting: bool = False

    @property
    def words(self) -> str:
        """In a sentence, "" when the files there are the ones in force."""
        if self.faults:
            count = len(self.faults)
            named = f"{count} fault{'s' if count != 1 else ''}, the first: {redact_text(str(self.faults[0]))}"
            return f"the files were changed and are damaged ({named}); the last good ones are in force"
        return "changed files wait: a reload (SIGHUP) or a restart puts them in force" if self.waiting else ""


IN_FORCE = FilesState()


def files_for_daemon(settings: Settings) -> tuple[Configuration, FilesState]:
    """The files to work by: those in the folder, or where they are damaged the ones last in force.

    Raises BadFilesError where there are none to fall back on.
    """
    found, faults = _read(settings.mappings_dir)
    if found is not None:
        _keep(settings, found)
        return found, IN_FORCE
    return _last_good(settings, faults), FilesState(faults=faults)


def files_to_look_at(settings: Settings) -> tuple[Configuration, FilesState]:
    """The same for somebody who only looks on: nothing is kept."""
    found, faults = _read(settings.mappings_dir)
    return (found, IN_FORCE) if found is not None else (_last_good(settings, faults), FilesState(faults=faults))


def _read(folder: Path) -> tuple[Configuration | None, tuple[Problem, ...]]:
    found, problems = read_configuration(folder)
    faults = tuple(one for one in problems if not one.warning)
    return (None if faults else found), (faults or problems)


def _last_good(settings: Settings, faults: tuple[Problem, ...]) -> Configuration:
    found, _ = _read(settings.data_dir / KEPT)
    if found is None:
        raise BadFilesError(faults)
    return found


def _keep(settings: Settings, good: Configuration) -> None:
    """Keep a copy, unless it is there already. One that cannot be made is missed only where it would help."""
    kept, fresh = settings.data_dir / KEPT, settings.data_dir / f"{KEPT}.new"
    before, _ = _read(kept)
    if before is not None and before.policy.hash == good.policy.hash:
        return
    with suppress(OSError):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        for file in _files(settings.mappings_dir):
            (fresh / file.name).write_bytes(file.read_bytes())
            (fresh / file.name).chmod(0o600)
        copy, _ = _read(fresh)
        if copy is not None and copy.policy.hash == good.policy.hash:
            shutil.rmtree(kept, ignore_errors=True)
            fresh.replace(kept)


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(one for one in folder.iterdir() if one.suffix in _KINDS and one.is_file())


class FilesWatch:
    """Looks whether the files in the folder are still those in force, and says so once when they are not."""

    def __init__(self, settings: Settings, in_force: str, state: FilesState = IN_FORCE) -> None:
        """`in_force` is the hash of the policy in force, `state` how the files stood at the start."""
        self._folder = settings.mappings_dir
        self._in_force = in_force
        self._seen: object = None
        self.state = IN_FORCE
        self._note(state)

    def look(self) -> FilesState:
        """Read the files again if one of them changed since the last look."""
        signature = _signature(self._folder)
        if signature != self._seen:
            self._seen = signature
            found, faults = _read(self._folder)
            waiting = found is not None and found.policy.hash != self._in_force
            self._note(FilesState(faults=() if found is not None else faults, waiting=waiting))
        return self.state

    def _note(self, state: FilesState) -> None:
        before, self.state = self.state, state
        if state == before:
            return
        if state.faults:
            named = [redact_text(str(one)) for one in state.faults[:_TOLD]]
            _log.error("files_damaged", faults=len(state.faults), named=named, in_force="the last good ones")
        elif state.waiting:
            _log.warning("files_changed", why=state.words)
        else:
            _log.info("files_in_force")


def _signature(folder: Path) -> object:
    try:
        return [(file.name, (at := file.stat()).st_mtime_ns, at.st_size, at.st_ino) for file in _files(folder)]
    except OSError:
        return None, "the folder cannot be read"
