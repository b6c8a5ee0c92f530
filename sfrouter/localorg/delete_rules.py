"""Why an account cannot be deleted: cases and deals that were won hold on to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


def require_free_of_work(org: Org, kind: ObjectType, row: dict[str, Any]) -> None:
    """Raises OrgError DELETE_FAILED for an account with cases or won opportunities."""
    if kind.name != "Account":
        return
    name = row.get("Name") or ""
    cases = _of_account(org, "Case", row["Id"])
    if cases:
        numbers = ", ".join(str(one.get("CaseNumber") or one["Id"]) for one in cases)
        raise _failed(
            f"{name} could not be completed because it is associated with the following cases.: {numbers}"
        )
    won = [one for one in _of_account(org, "Opportunity", row["Id"]) if one.get("IsWon")]
    if won:
        names = ", ".join(str(one.get("Name") or one["Id"]) for one in won)
        raise _failed(f"{name} could not be completed because some opportunities in it were closed won.: {names}")


def _of_account(org: Org, object_name: str, account_id: str) -> list[dict[str, Any]]:
    holder = org.schema.object(object_name)
    if holder is None or holder.field("AccountId") is None:
        return []
    return [dict(one) for one in org.store.rows(object_name, {"AccountId": account_id})]


def _failed(words: str) -> OrgError:
    return OrgError(400, "DELETE_FAILED", f"Your attempt to delete {words}", ())
