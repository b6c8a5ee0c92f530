"""What the flows of a world file can do: put the owner back, assign, rotate, convert, set, delete, fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sfrouter.localorg import convert, writes
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.flows import FlowCall

Run = Callable[[FlowCall], None]


def revert_owner(call: FlowCall) -> None:
    """Put back the owner that the record had before the write."""
    if call.before is not None and call.before.get("OwnerId") != call.row.get("OwnerId"):
        call.update({"OwnerId": call.before["OwnerId"]})


def rotate(owners: Sequence[str]) -> Run:
    """Give the record to the owner who follows the present one in a list; with one in it, always to that one."""

    def run(call: FlowCall) -> None:
        present = call.row.get("OwnerId")
        place = owners.index(present) + 1 if present in owners else 0
        chosen = owners[place % len(owners)]
        if chosen != present:
            call.update({"OwnerId": chosen})

    return run


def convert_lead(call: FlowCall) -> None:
    """Convert the lead to a new account and contact, without an opportunity."""
    if not call.row.get("IsConverted"):
        owner = str(call.row["OwnerId"])
        owner_id = owner if owner.startswith("005") else call.writer.user_id
        wish = convert.Conversion(owner_id=owner_id, opportunity=False)
        convert.convert(call.org, call.writer, call.row["Id"], wish)


def set_fields(values: Mapping[str, Any]) -> Run:
    """Write the same values into every such record, where it has others."""

    def run(call: FlowCall) -> None:
        call.update(dict(values))

    return run


def delete_record(call: FlowCall) -> None:
    """Put the record into the recycle bin."""
    writes.delete(call.org, call.writer, call.kind, writes.find(call.org, call.kind, call.row["Id"]))


def fail(message: str) -> Run:
    """Refuse the save, as a broken automation does."""

    def run(call: FlowCall) -> None:
        raise OrgError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", message, ())

    return run
