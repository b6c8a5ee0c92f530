"""Reads how clients may sign in and what the interface allows, from the `api` section of a world file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.limits import LONG_CALLS
from sfrouter.localorg.world_problems import Faults, Path

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_KEYS = (
    "username_password",
    "passwords",
    "refresh_tokens",
    "rotate_refresh_tokens",
    "concurrent_long_calls",
    "deprecated_below",
)
_TOKEN_KEYS = ("client_id", "user", "token")

FindUser = Callable[[Path, str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshText:
    """A refresh token that a user gave an app before the world began."""

    path: Path
    client_id: str
    user: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiText:
    """The `api` section; users are still readable references like "@sarah". Tokens and passwords are secret."""

    username_password: bool = False
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    refresh_tokens: tuple[RefreshText, ...] = field(default=(), repr=False)
    rotating: tuple[str, ...] = ()
    concurrent_long_calls: int = LONG_CALLS
    deprecated_below: int = 0


def read_api(faults: Faults, value: Any) -> ApiText:
    """The section as the file tells it; every fault of shape goes into `faults`."""
    path: Path = ("api",)
    told = faults.mapping(value, path, _KEYS)
    passwords = faults.mapping(told.get("passwords", {}), (*path, "passwords"))
    return ApiText(
        username_password=faults.flag(told, "username_password", path, False),
        passwords={user: faults.text(passwords, user, (*path, "passwords")) or "" for user in passwords},
        refresh_tokens=_tokens(faults, told, path),
        rotating=faults.texts(told, "rotate_refresh_tokens", path),
        concurrent_long_calls=faults.count(told, "concurrent_long_calls", path, LONG_CALLS),
        deprecated_below=faults.count(told, "deprecated_below", path, 0),
    )


def _tokens(faults: Faults, told: Mapping[str, Any], path: Path) -> tuple[RefreshText, ...]:
    found = []
    listed = faults.entries(told.get("refresh_tokens", []), (*path, "refresh_tokens"))
    for number, one in enumerate(listed):
        place: Path = (*path, "refresh_tokens", number)
        values = faults.mapping(one, place, _TOKEN_KEYS, _TOKEN_KEYS)
        texts = {key: faults.text(values, key, place) or "" for key in _TOKEN_KEYS}
        found.append(RefreshText(path=place, **texts))
    return tuple(found)


def apply_api(org: Org, faults: Faults, told: ApiText, find_user: FindUser) -> None:
    """Set an org up as the section says. The connected apps must be there before."""
    org.long_calls.maximum = told.concurrent_long_calls
    org.deprecated_below = told.deprecated_below
    org.sign_in.username_password = told.username_password
    for user, password in told.passwords.items():
        user_id = find_user(("api", "passwords", user), user)
        if user_id is not None:
            org.sign_in.set_password(user_id, password)
    for number, client_id in enumerate(told.rotating):
        if _known(org, faults, ("api", "rotate_refresh_tokens", number), client_id):
            org.sign_in.rotating.add(client_id)
    for one in told.refresh_tokens:
        user_id = find_user((*one.path, "user"), one.user)
        if user_id is not None and _known(org, faults, (*one.path, "client_id"), one.client_id):
            org.sign_in.grant(one.client_id, user_id, one.token)


def _known(org: Org, faults: Faults, path: Path, client_id: str) -> bool:
    if client_id in org.connected_apps:
        return True
    faults.add(path, f"no connected app has the client_id {client_id!r}", "Name one of connected_apps")
    return False
