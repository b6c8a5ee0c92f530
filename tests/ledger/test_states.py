"""The life of a write: the allowed steps, all of them, and no other."""

from itertools import product

import pytest

from sfrouter.ledger.errors import IllegalMoveError
from sfrouter.ledger.states import check_move
from sfrouter.model.write import WriteState

ALLOWED = {
    "waiting pending", "waiting superseded",
    "pending sending", "pending superseded",
    "sending done", "sending refused", "sending superseded", "sending dead", "sending pending", "sending unknown",
    "unknown done", "unknown pending", "unknown superseded",
}  # fmt: skip


@pytest.mark.parametrize(("came_from", "to"), list(product(WriteState, WriteState)))
def test_a_step_is_allowed_exactly_when_the_table_of_the_design_has_it(
    came_from: WriteState, to: WriteState
) -> None:
    if f"{came_from} {to}" in ALLOWED:
        check_move("key", came_from, to)
    else:
        with pytest.raises(IllegalMoveError, match=f"from '{came_from}' to '{to}'"):
            check_move("key", came_from, to)
