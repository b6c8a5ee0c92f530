"""The one row of UserLogin that every user has: whether the login is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


def add_login(org: Org, user_id: str) -> None:
    """The login of a new user, which is not frozen."""
    stamps = {"LastModifiedDate": org.clock.stamp(), "LastModifiedById": user_id}
    org.store.insert("UserLogin", {"UserId": user_id, "IsFrozen": False, "IsPasswordLocked": False} | stamps)


def freeze(org: Org, user_id: str, *, frozen: bool) -> None:
    """Freeze a login, or let the user sign in again; the user stays active, and goes on owning what he owns."""
    (login,) = org.store.rows("UserLogin", {"UserId": user_id})
    org.store.update("UserLogin", login["Id"], {"IsFrozen": frozen, "LastModifiedDate": org.clock.stamp()})
