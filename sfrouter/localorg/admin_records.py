"""The hidden hand on single records: change, delete, bring back, merge, convert, lock; people leave; flows run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from sfrouter.localorg.admin_body import Body, ids, only, text, values
from sfrouter.localorg.convert import Conversion
from sfrouter.localorg.org import Org
from sfrouter.localorg.records import Records

Deed = Callable[[Body], Any]


def deeds(org: Org) -> dict[tuple[str, str], Deed]:
    """Method and path below /localorg of each deed, and what does it."""
    hand = _Hand(org)
    plain: Mapping[str, Deed] = {
        "/records/create": hand.create,
        "/records/update": hand.update,
        "/records/delete": hand.delete,
        "/records/undelete": hand.undelete,
        "/records/hard-delete": hand.hard_delete,
        "/records/merge": hand.merge,
        "/records/convert": hand.convert,
        "/records/lock": hand.lock,
        "/records/unlock": hand.unlock,
        "/users/deactivate": hand.deactivate,
        "/users/activate": hand.activate,
        "/flows/run": hand.run_flow,
        "/flows/remove": hand.remove_flow,
    }
    return {("POST", path): deed for path, deed in plain.items()}


class _Hand:
    """The deeds. Each names records and users by id or "@key"; `as` is who does it, else the first user."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._records = Records(org)

    def create(self, body: Body) -> dict[str, Any]:
        only(body, "as", "object", "values")
        made = self._done(body, lambda who: self._records.create(who, text(body, "object"), values(body)))
        return {"id": made}

    def update(self, body: Body) -> dict[str, Any]:
        only(body, "as", "record", "values")
        self._done(body, lambda who: self._records.update(who, text(body, "record"), values(body)))
        return {"updated": self._org.id_of(text(body, "record"))}

    def delete(self, body: Body) -> dict[str, Any]:
        only(body, "as", "record")
        self._done(body, lambda who: self._records.delete(who, text(body, "record")))
        return {"deleted": self._org.id_of(text(body, "record"))}

    def undelete(self, body: Body) -> dict[str, Any]:
        only(body, "as", "record")
        return {"undeleted": self._done(body, lambda who: self._records.undelete(who, text(body, "record")))}

    def hard_delete(self, body: Body) -> dict[str, Any]:
        only(body, "as", "record")
        self._done(body, lambda who: self._records.hard_delete(who, text(body, "record")))
        return {"gone": self._org.id_of(text(body, "record"))}

    def merge(self, body: Body) -> dict[str, Any]:
        only(body, "as", "master", "losers", "values")
        losers = ids(self._org, body, "losers")
        kept = values(body) if "values" in body else None
        moved = self._done(body, lambda who: self._records.merge(who, text(body, "master"), losers, kept))
        return {"moved": [{"object": kind, "id": row_id} for kind, row_id in moved]}

    def convert(self, body: Body) -> dict[str, Any]:
        wishes = [one.name for one in fields(Conversion)]
        only(body, "as", "lead", *wishes)
        asked: dict[str, Any] = {
            name: self._org.id_of(value) if name.endswith("_id") and isinstance(value, str) else value
            for name, value in body.items()
            if name in wishes
        }
        lead = text(body, "lead")
        return asdict(self._done(body, lambda who: self._records.convert(who, lead, Conversion(**asked))))

    def lock(self, body: Body) -> dict[str, Any]:
        only(body, "record")
        self._records.lock_for_approval(text(body, "record"))
        return {"locked": self._org.id_of(text(body, "record"))}

    def unlock(self, body: Body) -> dict[str, Any]:
        only(body, "record")
        self._records.unlock(text(body, "record"))
        return {"unlocked": self._org.id_of(text(body, "record"))}

    def deactivate(self, body: Body) -> dict[str, Any]:
        only(body, "user")
        self._records.deactivate_user(text(body, "user"))
        return {"deactivated": self._org.id_of(text(body, "user"))}

    def activate(self, body: Body) -> dict[str, Any]:
        only(body, "user")
        self._records.activate_user(text(body, "user"))
        return {"activated": self._org.id_of(text(body, "user"))}

    def run_flow(self, body: Body) -> dict[str, Any]:
        only(body, "as", "flow", "record")
        row_id = self._org.id_of(text(body, "record"))
        kind = self._org.schema.object_of_id(row_id)
        if kind is None:
            raise ValueError(f"{row_id} is no record of this org")
        self._done(body, lambda who: self._org.flows.run_now(text(body, "flow"), kind.name, row_id, who))
        return {"ran": text(body, "flow")}

    def remove_flow(self, body: Body) -> dict[str, Any]:
        only(body, "flow")
        self._org.flows.remove(text(body, "flow"))
        return {"flows": list(self._org.flows.names())}

    def _done(self, body: Body, deed: Callable[[str], Any]) -> Any:
        """Do something in one transaction, which the org's commit delay holds back like any other."""
        who = self._org.id_of(text(body, "as")) if "as" in body else self._first_user()
        with self._org.visibility.transaction(who):
            return deed(who)

    def _first_user(self) -> str:
        return str(self._org.store.rows("User", {"IsActive": True})[0]["Id"])
