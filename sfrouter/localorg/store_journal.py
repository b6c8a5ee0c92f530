"""What one transaction wrote, change by change, so that it can be undone now and repeated later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from sfrouter.localorg.store import Store

Deed = Literal["insert", "update", "purge"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row. `values` are those of a new row, or the changed ones; none for a purge."""

    deed: Deed
    object_name: str
    id: str
    values: Mapping[str, Any]


class Journal:
    """Notes changes while it is open, and counts the changes of every object, open or not."""

    def __init__(self) -> None:
        self._changes: list[Change] | None = None
        self._versions: dict[str, int] = {}
        self._undone = 0

    @property
    def is_open(self) -> bool:
        """Whether changes are being noted."""
        return self._changes is not None

    def open(self) -> list[Change]:
        """Begin to note changes; answers the list that will fill. Raises RuntimeError when one is open."""
        if self._changes is not None:
            raise RuntimeError("a rehearsal cannot be begun inside another")
        self._changes = []
        return self._changes

    def close(self) -> None:
        """Note no more changes."""
        self._changes = None

    def note(self, deed: Deed, object_name: str, row_id: str, values: Mapping[str, Any]) -> None:
        """One change was made."""
        self._versions[object_name] = self._versions.get(object_name, 0) + 1
        if self._changes is not None:
            self._changes.append(Change(deed, object_name, row_id, dict(values)))

    def mark(self) -> int:
        """A place to go back to with `forget_since`."""
        return len(self._changes) if self._changes is not None else 0

    def forget_since(self, mark: int) -> None:
        """The changes since a mark were undone."""
        self._undone += 1
        if self._changes is not None:
            del self._changes[mark:]

    def all_anew(self) -> None:
        """All rows gave way to others at once."""
        self._undone += 1

    def version(self, *object_names: str) -> tuple[int, ...]:
        """Numbers that differ whenever rows of these objects may have changed: for what is kept in memory."""
        return (self._undone, *(self._versions.get(name, 0) for name in object_names))


class _Undo(Exception):  # noqa: N818 - it ends a rehearsal, it is no error
    pass


@contextmanager
def rehearsal(store: Store) -> Iterator[list[Change]]:
    """Everything written inside is undone at the end; the list then tells what it was, for `repeat`."""
    with store.lock:
        changes = store.journal.open()
        noted: list[Change] = []
        try:
            with store.transaction():
                yield changes
                if changes:
                    noted = list(changes)
                    raise _Undo
        except _Undo:
            changes[:] = noted
        finally:
            store.journal.close()


def repeat(store: Store, changes: Iterable[Change]) -> None:
    """Make changes that were rehearsed. Those of rows that are gone by now have no effect."""
    with store.transaction():
        for change in changes:
            if change.deed == "insert":
                store.insert(change.object_name, change.values, id=change.id)
                continue
            with suppress(KeyError):
                if change.deed == "purge":
                    store.purge(change.object_name, change.id)
                else:
                    store.update(change.object_name, change.id, change.values)
