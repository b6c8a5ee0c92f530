"""Who sees and edits which records: org-wide defaults, owners, queues, roles, account teams and single shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.permissions import Permissions
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.store import Store

Default = Literal["private", "read", "edit", "controlled_by_parent"]
DEFAULTS: tuple[Default, ...] = ("private", "read", "edit", "controlled_by_parent")
"""Org-wide defaults: owners only, all may read, all may edit (as an object not named), or as its account."""

_OPEN = {
    "Account": "Edit",
    "Campaign": "All",
    "Case": "ReadEditTransfer",
    "Contact": "ControlledByParent",
    "Lead": "ReadEditTransfer",
    "Opportunity": "Edit",
}
_TOLD: Mapping[Default, str] = {
    "private": "None",
    "read": "Read",
    "edit": "Edit",
    "controlled_by_parent": "ControlledByParent",
}
"""How the org's own record names a default; those of a new org, where everybody edits, differ by object."""
OPEN_DEFAULTS = {f"Default{name}Access": told for name, told in _OPEN.items()}
_PEOPLE_TABLES = ("User", "UserRole", "Group", "GroupMember")
_EDITING = ("Edit", "All")


class Sharing:
    """Answers which rows a user sees. Without defaults of the world every row is open to every user."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions
        self._version: tuple[int, ...] = ()
        self._holders: dict[str, frozenset[str]] = {}
        self._defaults: dict[str, Default] = {}
        self._shares: dict[str, dict[str, bool]] = {}

    @property
    def defaults(self) -> Mapping[str, Default]:
        """The org-wide defaults that narrow anything, by object."""
        return MappingProxyType(self._defaults)

    def set_default(self, object_name: str, setting: Default | None) -> None:
        """Set an object's org-wide default (None: everybody edits), as the org's own record then tells it too."""
        if setting is None:
            self._defaults.pop(object_name, None)
        else:
            self._defaults[object_name] = setting
        field = f"Default{object_name}Access"
        if object_name in _OPEN:
            told = _TOLD[setting] if setting else _OPEN[object_name]
            for row in self._store.rows("Organization"):
                self._store.update("Organization", row["Id"], {field: told})

    def share(self, record_id: str, holder_id: str, *, edit: bool) -> None:
        """Share one record with a user or a group, for reading or also for editing."""
        self._shares.setdefault(holder_id, {})[record_id] = edit

    def condition(self, user_id: str, kind: ObjectType, alias: str) -> str:
        """The SQL condition for the rows of a table (under an alias) that a user reads; empty for all."""
        setting = self._setting(user_id, kind, "view_all")
        if setting in (None, "edit", "read"):
            return ""
        pieces = [f'{alias}."OwnerId" IN ({_listed(self.holders(user_id))})']
        shared = self._shared_with(user_id)
        if shared:
            pieces.append(f'{alias}."Id" IN ({_listed(shared)})')
        if kind.name == "Account":
            self._store.prepare("AccountTeamMember")
            team = f'SELECT "AccountId" FROM "AccountTeamMember" WHERE "UserId" = \'{user_id}\''  # noqa: S608
            pieces.append(f'{alias}."Id" IN ({team})')
        account = self._store.schema.object("Account")
        if setting == "controlled_by_parent" and account is not None:
            pieces.append(self._as_account(user_id, account, alias))
        return f"({' OR '.join(pieces)})"

    def may_read(self, user_id: str, kind: ObjectType, row_id: str) -> bool:
        """Whether a user sees one row."""
        condition = self.condition(user_id, kind, "r")
        if not condition:
            return True
        sql = f'SELECT 1 FROM "{kind.name}" AS r WHERE r."Id" = ? AND {condition}'  # noqa: S608
        return bool(self._store.select(sql, [row_id]))

    def may_edit(self, user_id: str, kind: ObjectType, row: Mapping[str, Any]) -> bool:
        """Whether a user may write to one row that is there."""
        setting = self._setting(user_id, kind, "modify_all")
        if setting in (None, "edit") or row.get("OwnerId") in self.holders(user_id):
            return True
        if any(self._shares.get(one, {}).get(row["Id"]) for one in self.holders(user_id)):
            return True
        if kind.name == "Account":
            return self._is_editing_member(user_id, row["Id"])
        if setting == "controlled_by_parent" and row.get("AccountId"):
            account = self._store.schema.object("Account")
            parent = self._store.get("Account", row["AccountId"])
            return account is not None and parent is not None and self.may_edit(user_id, account, parent)
        return False

    def require_edit(self, user_id: str, kind: ObjectType, row: Mapping[str, Any]) -> None:
        """Raises OrgError for a row that the user does not see, or sees and may not write."""
        if self.may_edit(user_id, kind, row):
            return
        if not self.may_read(user_id, kind, row["Id"]):
            sentence = "insufficient access rights on cross-reference id"
            raise OrgError(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", sentence, ())
        raise insufficient_access()

    def require_delete(self, user_id: str, kind: ObjectType, row: Mapping[str, Any]) -> None:
        """Raises OrgError for a row of somebody else: an org-wide default of editing does not let one delete."""
        self.require_edit(user_id, kind, row)
        setting = self._setting(user_id, kind, "modify_all")
        if setting in ("edit", "read", "private") and row.get("OwnerId") not in self.holders(user_id):
            raise insufficient_access()

    def holders(self, user_id: str) -> frozenset[str]:
        """Whose records count as a user's own: their own, their queues' and groups', and those below in roles.

        Nobody (the platform itself) has none.
        """
        if not user_id:
            return frozenset()
        version = self._store.journal.version(*_PEOPLE_TABLES)
        if version != self._version:
            self._version = version
            self._holders.clear()
        if user_id not in self._holders:
            groups = self._store.rows("GroupMember", {"UserOrGroupId": user_id})
            below = self._users_below(user_id)
            self._holders[user_id] = frozenset({user_id, *below, *(str(one["GroupId"]) for one in groups)})
        return self._holders[user_id]

    # -- inside ------------------------------------------------------------

    def _setting(self, user_id: str, kind: ObjectType, wide_right: str) -> Default | None:
        """The default that narrows this user on this object, or None when nothing does."""
        setting = self._defaults.get(kind.name)
        if setting is None or not user_id:
            return None
        rights = self._permissions.of(user_id)
        wide = rights.sees_all_rows if wide_right == "view_all" else rights.edits_all_rows
        return None if wide or wide_right in rights.objects.get(kind.name.lower(), ()) else setting

    def _as_account(self, user_id: str, account: ObjectType, alias: str) -> str:
        self._store.prepare(account.name)
        condition = self.condition(user_id, account, "p")
        if not condition:
            return f'{alias}."AccountId" IS NOT NULL'
        return f'{alias}."AccountId" IN (SELECT p."Id" FROM "Account" AS p WHERE {condition})'  # noqa: S608

    def _shared_with(self, user_id: str) -> set[str]:
        return {row_id for holder in self.holders(user_id) for row_id in self._shares.get(holder, {})}

    def _is_editing_member(self, user_id: str, account_id: str) -> bool:
        members = self._store.rows("AccountTeamMember", {"AccountId": account_id, "UserId": user_id})
        return any(one["AccountAccessLevel"] in _EDITING for one in members)

    def _users_below(self, user_id: str) -> set[str]:
        user = self._store.get("User", user_id)
        waiting = [user["UserRoleId"]] if user is not None and user.get("UserRoleId") else []
        found: set[str] = set()
        seen = set(waiting)
        while waiting:
            for role in self._store.rows("UserRole", {"ParentRoleId": waiting.pop()}):
                if role["Id"] not in seen:
                    seen.add(role["Id"])
                    waiting.append(role["Id"])
                    found |= {str(one["Id"]) for one in self._store.rows("User", {"UserRoleId": role["Id"]})}
        return found


def insufficient_access() -> OrgError:
    """The refusal of a write to a row that may only be read."""
    sentence = "insufficient access rights on object id"
    return OrgError(403, "INSUFFICIENT_ACCESS_OR_READONLY", sentence, ())


def _listed(ids: Iterable[str]) -> str:
    """Ids as an SQL list. They are ids of the store: letters and digits only."""
    known = sorted(one for one in ids if one.isalnum())
    return ", ".join(f"'{one}'" for one in known)
