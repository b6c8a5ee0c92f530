"""What an administrator does by hand: change, delete, undelete, merge, convert, lock, deactivate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import convert, merge, recycle, writes
from sfrouter.localorg.convert import Conversion, Converted
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.user_logins import freeze

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


class Records:
    """Deeds on the org's records in the name of a user, without a request.

    Users and records are named by id or by "@key" of the world; the object follows from the id. Every method
    raises OrgError when Salesforce would refuse, and KeyError for an unknown "@key".
    """

    def __init__(self, org: Org) -> None:
        self._org = org

    def create(self, user: str, object_name: str, values: Mapping[str, Any]) -> str:
        """Make a record; no assignment rule runs. Answers its id."""
        return writes.create(self._org, self._writer(user), self._named(object_name), values)

    def update(self, user: str, record: str, values: Mapping[str, Any]) -> None:
        """Change fields of a record; no assignment rule runs."""
        kind, row_id = self._found(record)
        writes.update(self._org, self._writer(user), kind, writes.find(self._org, kind, row_id), values)

    def change_owner(self, user: str, record: str, owner: str) -> None:
        """Give a record to a user or queue."""
        self.update(user, record, {"OwnerId": self._org.id_of(owner)})

    def delete(self, user: str, record: str) -> None:
        """Put a record, with its children, into the recycle bin."""
        kind, row_id = self._found(record)
        writes.delete(self._org, self._writer(user), kind, writes.find(self._org, kind, row_id))

    def undelete(self, user: str, record: str) -> list[str]:
        """Take a record, with the children deleted with it, out of the bin; answers all their ids."""
        kind, row_id = self._found(record)
        return recycle.undelete(self._org, self._writer(user), kind, row_id)

    def hard_delete(self, user: str, record: str) -> None:
        """Remove a record for good."""
        kind, row_id = self._found(record)
        recycle.hard_delete(self._org, self._writer(user), kind, row_id)

    def empty_old(self) -> int:
        """Remove for good what has been in the bin for more than fifteen days; tells how many records."""
        return recycle.empty_old(self._org)

    def merge(
        self, user: str, master: str, losers: Sequence[str], values: Mapping[str, Any] | None = None
    ) -> list[tuple[str, str]]:
        """Merge one or two records into the master; answers (object, id) of the children that moved."""
        kind, master_id = self._found(master)
        loser_ids = [self._org.id_of(one) for one in losers]
        return merge.merge(self._org, self._writer(user), kind, master_id, loser_ids, values)

    def convert(self, user: str, lead: str, wish: Conversion | None = None) -> Converted:
        """Convert a lead."""
        return convert.convert(self._org, self._writer(user), self._org.id_of(lead), wish)

    def lock_for_approval(self, record: str) -> None:
        """Put a record into an approval: only administrators may edit it until `unlock`."""
        self._org.locks.approvals.add(self._found(record)[1])

    def unlock(self, record: str) -> None:
        """End a record's approval."""
        self._org.locks.approvals.discard(self._found(record)[1])

    def deactivate_user(self, user: str) -> None:
        """A person leaves: the user is inactive and signed out; what they own stays theirs."""
        self._set_active(user, False)

    def activate_user(self, user: str) -> None:
        """A person comes back."""
        self._set_active(user, True)

    def freeze_user(self, user: str, *, frozen: bool = True) -> None:
        """A login is frozen, or free again. The user is active all the while, and may be made an owner."""
        user_id = self._org.id_of(user)
        freeze(self._org, user_id, frozen=frozen)
        if frozen:
            self._org.sessions.expire_user(user_id)

    def change_user_type(self, user: str, user_type: str) -> None:
        """A user gets another licence, and by it another type: `CsnOnly` chats only, and owns nothing new."""
        user_id = self._org.id_of(user)
        now = self._org.clock.stamp()
        stamps = {"LastModifiedDate": now, "LastModifiedById": user_id, "SystemModstamp": now}
        self._org.store.update("User", user_id, {"UserType": user_type} | stamps)

    # -- inside ------------------------------------------------------------

    def _set_active(self, user: str, active: bool) -> None:
        user_id = self._org.id_of(user)
        kind = self._named("User")
        row = writes.find(self._org, kind, user_id)
        writes.update(self._org, writes.Writer(user_id, system=True), kind, row, {"IsActive": active})
        if not active:
            self._org.sessions.expire_user(user_id)

    def _writer(self, user: str) -> writes.Writer:
        return writes.Writer(self._org.id_of(user), "FALSE")

    def _found(self, record: str) -> tuple[ObjectType, str]:
        row_id = self._org.id_of(record)
        kind = self._org.schema.object_of_id(row_id)
        if kind is None:
            raise OrgError(400, "MALFORMED_ID", f"malformed id {row_id}", ())
        return kind, row_id

    def _named(self, object_name: str) -> ObjectType:
        kind = self._org.schema.object(object_name)
        if kind is None:
            raise OrgError(400, "INVALID_TYPE", f"sObject type '{object_name}' is not supported.", ())
        return kind
