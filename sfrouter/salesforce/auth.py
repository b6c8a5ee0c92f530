"""Keeps us signed in: one access token for all threads, renewed once when the org ends it, and not endlessly."""

import threading
from dataclasses import dataclass, field

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.errors import GatewayError, OrgUnreachableError, OtherOrgError, SignInRefusedError
from sfrouter.salesforce.sign_in import Credentials, Grant, flow_for
from sfrouter.salesforce.transport import Transport
from sfrouter.salesforce.whose import Whose

__all__ = ["Credentials", "Token", "TokenHolder"]

LOGINS_ALLOWED, LOGIN_WINDOW = 5, 600.0
"""Sign-ins that the org answered, in seconds (F23)."""
RENEWALS_ALLOWED, RENEWAL_WINDOW = 2, 60.0
TRIES_ALLOWED, TRY_WINDOW = 2, 60.0
"""Sign-ins of any outcome (I13): neither an outage nor a session that dies at once must become a storm."""

log = logger("salesforce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The right to call, and where. `generation` counts the sign-ins, which tells a stale one from a new one."""

    value: str = field(repr=False)
    instance_url: str
    generation: int
    identity_url: str = field(default="", repr=False)


class TokenHolder:
    """The only holder of the access token, in memory only. Thread-safe: whoever comes first renews for all.

    It takes tokens of one org only: of `org_id`, or of the org that the first sign-in leads to. One that leads
    elsewhere is the last: each later question gets the same refusal.
    """

    def __init__(self, credentials: Credentials, transport: Transport, clock: Clock, *, org_id: str = "") -> None:
        self._ours = Whose(org_id)
        self._elsewhere: OtherOrgError | None = None
        self._flow = flow_for(credentials, transport, clock)
        self._clock = clock
        self._token: Token | None = None
        self._generation = 0
        self._logins: list[float] = []
        self._renewals: list[float] = []
        self._tries: list[float] = []
        self._lock = threading.Lock()

    def current(self) -> Token:
        """The token in use; signs in when there is none yet.

        Raises SignInRefusedError, OrgUnreachableError, UntrustedAddressError, OtherOrgError.
        """
        with self._lock:
            self.refuse_other_org()
            return self._token or self._sign_in()

    def renew(self, stale: Token) -> Token:
        """A token newer than `stale`: another thread's, or a fresh one. Raises like `current`, also at the cap."""
        with self._lock:
            self.refuse_other_org()
            if self._token is not None and self._token.generation != stale.generation:
                return self._token
            self._check(self._renewals, RENEWALS_ALLOWED, RENEWAL_WINDOW, "within a minute")
            self._renewals.append(self._clock.monotonic())
            self._token = None
            return self._sign_in()

    def refuse_other_org(self) -> None:
        """Raises OtherOrgError when a sign-in led to another org; asks nobody."""
        if self._elsewhere is not None:
            raise OtherOrgError(ours=self._elsewhere.ours, found=self._elsewhere.found)

    def _sign_in(self) -> Token:
        if self._flow.signs_in:
            self._check(self._logins, LOGINS_ALLOWED, LOGIN_WINDOW, "within ten minutes")
            self._check_tries()
            self._tries.append(self._clock.monotonic())
        grant = self._ask()
        self._compare(Whose.of(grant.identity_url))
        self._generation += 1
        self._token = Token(
            value=grant.access_token,
            instance_url=str(grant.instance),
            identity_url=grant.identity_url,
            generation=self._generation,
        )
        log.info("signed_in", flow=self._flow.name, host=grant.instance.host, count=self._generation)
        return self._token

    def _ask(self) -> Grant:
        try:
            grant = self._flow.sign_in()
        except CallError as trouble:
            what = f"signing in did not work: {trouble.words}"
            raise OrgUnreachableError(what, retry_after=trouble.retry_after) from None
        except GatewayError:
            self._logins.append(self._clock.monotonic())
            raise
        if self._flow.signs_in:
            self._logins.append(self._clock.monotonic())
        return grant

    def _compare(self, found: Whose) -> None:
        """The org behind an address may change, as with a refreshed sandbox: copied records keep their ids."""
        if self._ours.another(found):
            self._elsewhere = OtherOrgError(ours=self._ours.called(found), found=found.called(self._ours))
            self.refuse_other_org()
        self._ours = self._ours.joined(found)

    def _check(self, times: list[float], allowed: int, window: float, words: str) -> None:
        _forget(times, self._clock.monotonic() - window)
        if len(times) >= allowed:
            raise SignInRefusedError(
                f"the org ended our session again and again: {allowed} sign-ins {words} are the most we try",
                mend="look at the integration user's login history, and whether another program signs it out",
            )

    def _check_tries(self) -> None:
        now = self._clock.monotonic()
        _forget(self._tries, now - TRY_WINDOW)
        if len(self._tries) >= TRIES_ALLOWED:
            wait = self._tries[0] + TRY_WINDOW - now
            raise OrgUnreachableError(f"{TRIES_ALLOWED} sign-ins a minute are the most we try", retry_after=wait)


def _forget(times: list[float], before: float) -> None:
    times[:] = [moment for moment in times if moment > before]
