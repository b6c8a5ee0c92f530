"""Which of the admin's files are in force: those last read without a fault; a damaged one delays only itself."""

import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sfrouter.base.errors import BadFilesError, Problem
from sfrouter.base.log import logger, redact_text
from sfrouter.config.companies import lists_named
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
    before, _ = _read(settings.data_dir / KEPT)
    if before is not None and before.policy.hash == good.policy.hash:
        return
    try:
        why = _copied(settings, good)
    except OSError as failure:
        why = f"the copy cannot be written ({failure.strerror})"
    if why:
        _log.warning("files_not_kept", why=redact_text(why), mend="damaged files will refuse the next start")


def _copied(settings: Settings, good: Configuration) -> str:
    """Make the copy: the files of the folder, and the lists below it. Returns why it was not made."""
    folder, kept, fresh = settings.mappings_dir, settings.data_dir / KEPT, settings.data_dir / f"{KEPT}.new"
    lists = lists_named(folder)
    inside = [name for name in lists if _inside(name)]
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    for name in dict.fromkeys([*(file.name for file in _files(folder)), *inside]):
        for parent in reversed(Path(name).parents[:-1]):
            (fresh / parent).mkdir(mode=0o700, exist_ok=True)
        (fresh / name).write_bytes((folder / name).read_bytes())
        (fresh / name).chmod(0o600)
    copy, _ = _read(fresh)
    if copy is None or copy.policy.hash != good.policy.hash:
        if len(inside) < len(lists):
            return f"companies.yaml names a list outside of its folder: {', '.join(set(lists) - set(inside))}"
        return "the files changed while they were copied"
    shutil.rmtree(kept, ignore_errors=True)
    fresh.replace(kept)
    return ""


def _inside(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(one for one in folder.iterdir() if one.suffix in _KINDS and one.is_file())


class FilesWatch:
    """Looks whether the files in the folder are still those in force, and says so once when they are not."""

    def __init__(self, settings: Settings, in_force: str, state: FilesState = IN_FORCE) -> None:
        """`in_force` is the hash of the policy in force, `state` how the files stood at the start."""
        self._folder = settings.mappings_dir
        self._in_force = in_force
        self._lists: tuple[str, ...] = ()
        self._seen: object = None
        self._looking = threading.Lock()  # a reload asks from another thread than the clockwork
        self.state = IN_FORCE
        self._note(state)

    def look(self, *, anew: bool = False) -> FilesState:
        """Read the files again if one of them changed since the last look, or in any case (`anew`)."""
        with self._looking:
            if anew or _signature(self._folder, self._lists) != self._seen:
                self._lists = lists_named(self._folder)
                self._seen = _signature(self._folder, self._lists)
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


def _signature(folder: Path, lists: Iterable[str]) -> object:
    """What shows that a file of the folder, or a list that companies.yaml names, is another than before."""
    try:
        files = [*_files(folder), *(folder / name for name in lists)]
    except OSError:
        return None, "the folder cannot be read"
    return [_stamp(file) for file in files]


def _stamp(file: Path) -> object:
    try:
        at = file.stat()
    except OSError:
        return str(file), "it cannot be read"
    return str(file), at.st_mtime_ns, at.st_size, at.st_ino
