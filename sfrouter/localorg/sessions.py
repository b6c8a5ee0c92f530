"""Who is signed in: access tokens, how long they live, and ending them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError

IDLE_LIFE = timedelta(hours=2)
"""A session ends after two hours without a call; each call starts the two hours anew."""


@dataclass(slots=True)
class Session:
    """One signed-in client. The token is a secret: it is shown to its client and nowhere else."""

    token: str
    user_id: str
    last_used: datetime

    def __repr__(self) -> str:
        return f"Session(user_id={self.user_id!r})"


def session_expired() -> OrgError:
    """The refusal for a token that is unknown, revoked or too old."""
    return OrgError(401, "INVALID_SESSION_ID", "Session expired or invalid")


class Sessions:
    """The open sessions of one org."""

    def __init__(self, clock: OrgClock, org_id: str, new_secret: Callable[[], str] | None = None) -> None:
        self._clock = clock
        self._org_id = org_id
        self._new_secret = new_secret or (lambda: secrets.token_urlsafe(72))
        self._open: dict[str, Session] = {}

    def open(self, user_id: str) -> Session:
        """A new session with a token that begins with the org's id, as Salesforce's do."""
        session = Session(f"{self._org_id}!{self._new_secret()}", user_id, self._clock.now())
        self._open[session.token] = session
        return session

    def use(self, token: str) -> Session:
        """The session of a token, its idle time begun anew. Raises OrgError 401 INVALID_SESSION_ID."""
        session = self._open.get(token)
        now = self._clock.now()
        if session is None or now - session.last_used > IDLE_LIFE:
            self._open.pop(token, None)
            raise session_expired()
        session.last_used = now
        return session

    def user_of(self, token: str) -> str | None:
        """Whose token this is, without using it; None for an unknown one."""
        session = self._open.get(token)
        return None if session is None else session.user_id

    def revoke(self, token: str) -> bool:
        """End one session; tells whether there was one."""
        return self._open.pop(token, None) is not None

    def expire_user(self, user_id: str) -> int:
        """End every session of one user; tells how many there were."""
        tokens = [token for token, session in self._open.items() if session.user_id == user_id]
        for token in tokens:
            del self._open[token]
        return len(tokens)

    def expire_all(self) -> int:
        """End every session; tells how many there were."""
        count = len(self._open)
        self._open.clear()
        return count
