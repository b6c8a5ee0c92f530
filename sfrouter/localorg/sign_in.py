"""What people allowed at sign-in: passwords, and the refresh tokens by which apps come back without them."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

TOKEN_START = "5Aep861"  # noqa: S105 - a beginning, no secret
"""Refresh tokens of Salesforce begin alike."""


@dataclass(slots=True, repr=False)
class RefreshGrant:
    """A user let an app sign in for them. `sessions` are the access tokens it got; all of it is secret."""

    client_id: str
    user_id: str
    token: str
    sessions: list[str] = field(default_factory=list)


class SignIn:
    """The sign-in settings of an org. The username-password flow is off, as in a new org, until it is allowed.

    Apps in `rotating` get a new refresh token with each use; the old one is then spent, and using it again
    ends the grant.
    """

    def __init__(self, new_secret: Callable[[], str] | None = None) -> None:
        self.username_password = False
        self.rotating: set[str] = set()
        self._new_secret = new_secret or (lambda: secrets.token_urlsafe(64))
        self._passwords: dict[str, str] = {}
        self._grants: dict[str, RefreshGrant] = {}
        self._spent: dict[str, RefreshGrant] = {}

    def set_password(self, user_id: str, password: str) -> None:
        """Give a user a password: with the security token at its end where clients are to send one."""
        self._passwords[user_id] = password

    def knows(self, user_id: str, password: str) -> bool:
        """Whether this is the user's password; never without one."""
        expected = self._passwords.get(user_id)
        return expected is not None and hmac.compare_digest(expected.encode(), password.encode())

    def grant(self, client_id: str, user_id: str, token: str | None = None) -> str:
        """A user lets an app come back without a password: answers the refresh token."""
        token = token or TOKEN_START + self._new_secret()
        self._grants[token] = RefreshGrant(client_id, user_id, token)
        return token

    def use(self, token: str, client_id: str) -> RefreshGrant | None:
        """The grant of a refresh token, with a new token where the app rotates; None for a token of no use."""
        reused = self._spent.get(token)
        if reused is not None:
            self._grants.pop(reused.token, None)
            return None
        grant = self._grants.get(token)
        if grant is None or grant.client_id != client_id:
            return None
        if client_id in self.rotating:
            self._spent[token] = grant
            del self._grants[token]
            grant.token = TOKEN_START + self._new_secret()
            self._grants[grant.token] = grant
        return grant

    def revoke(self, token: str) -> list[str] | None:
        """End the grant of a refresh token; answers the access tokens that end with it, None for another token."""
        grant = self._grants.pop(token, None)
        return None if grant is None else grant.sessions
