"""The life of a write: which step may follow which. Every other step is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from sfrouter.ledger.errors import IllegalMoveError
from sfrouter.model.write import WriteState

_S = WriteState
MOVES: Mapping[WriteState, frozenset[WriteState]] = MappingProxyType({
    # a Task waits for its lead's owner; a lead write that failed takes its Tasks with it
    _S.WAITING: frozenset({_S.PENDING, _S.SUPERSEDED}),
    _S.PENDING: frozenset({_S.SENDING, _S.SUPERSEDED}),
    # back to pending only when the org surely did not carry it out
    _S.SENDING: frozenset({_S.DONE, _S.REFUSED, _S.SUPERSEDED, _S.DEAD, _S.PENDING, _S.UNKNOWN}),
    _S.UNKNOWN: frozenset({_S.DONE, _S.PENDING, _S.SUPERSEDED}),
    _S.DONE: frozenset(),
    _S.REFUSED: frozenset(),
    _S.SUPERSEDED: frozenset(),
    _S.DEAD: frozenset(),
})  # fmt: skip
FIRST_STATES = frozenset({WriteState.WAITING, WriteState.PENDING})


def check_move(key: str, came_from: WriteState, to: WriteState) -> None:
    """Raises IllegalMoveError when a write may not go this way."""
    if to not in MOVES[came_from]:
        raise IllegalMoveError(key, came_from, to)
