"""Every call passes here: with the one token, once more after a new sign-in, and not while the org says 'wait'."""

import random
import threading
from collections.abc import Callable
from typing import TypeVar

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.auth import Token, TokenHolder
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import (
    AnswerRefusedError,
    DailyLimitError,
    GatewayError,
    OrgBusyError,
    OrgUnreachableError,
    SignInRefusedError,
    VersionRetiredError,
)
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.library import Library
from sfrouter.salesforce.retry import AFTER_LIMIT_WAIT, question_attempts
from sfrouter.salesforce.transport import OrgSession, Transport

T = TypeVar("T")
Call = Callable[[Library], T]

log = logger("salesforce")


class Door:
    """Thread-safe. `daily_probe` is how many seconds no call is made once the day's calls are used up."""

    def __init__(
        self,
        tokens: TokenHolder,
        transport: Transport,
        clock: Clock,
        chance: random.Random,
        *,
        version: str,
        tries: int,
        daily_probe: float,
    ) -> None:
        self.version = version
        self._tokens = tokens
        self._transport = transport
        self._clock = clock
        self._chance = chance
        self._tries = tries
        self._daily_probe = daily_probe
        self._own = threading.local()
        self._closed_until = 0.0  # monotonic
        self._daily_until: float | None = None

    def token(self) -> Token:
        """The token in use; signs in when needed."""
        return self._tokens.current()

    def refuse_other_org(self) -> None:
        """Raises OtherOrgError when a sign-in led to another org; asks nobody."""
        self._tokens.refuse_other_org()

    def ask(self, kind: CallKind, call: Call[T], *, repeat_after_sign_in: bool = True) -> T:
        """A question, asked up to three times while the trouble is passing.

        Raises CallError when it is refused or all tries failed, DailyLimitError, SignInRefusedError,
        OrgUnreachableError. With `repeat_after_sign_in` False (a page of a query belongs to its session)
        a new sign-in ends in a CallError INVALID_QUERY_LOCATOR, which asks for a new query.
        """
        for attempt in question_attempts(self._tries, self._clock, self._chance):
            with attempt:
                return self._once(kind, call, repeat=repeat_after_sign_in)
        raise AssertionError("a retry loop ends by answer or error")

    def tell(self, kind: CallKind, call: Call[T]) -> T:
        """A change, sent once; again only after a 401, which says that nothing was done.

        Raises CallError, DailyLimitError, SignInRefusedError, OrgUnreachableError (the last three: not sent).
        """
        return self._once(kind, call, repeat=True)

    def ask_without_token(self, path: str) -> bytes:
        """A resource that needs no sign-in, below the instance's host."""
        address = self.token().instance_url + path

        def get(session: OrgSession) -> bytes:
            return session.get(address).content

        for attempt in question_attempts(self._tries, self._clock, self._chance):
            with attempt:
                return get(self._transport.session(CallKind.VERSIONS))
        raise AssertionError("a retry loop ends by answer or error")

    def _once(self, kind: CallKind, call: Call[T], *, repeat: bool) -> T:
        token = self._tokens.current()
        try:
            return self._send(kind, call, token)
        except CallError as refusal:
            if refusal.verdict(writing=False) is not Verdict.REAUTH:
                raise
        token = self._tokens.renew(token)
        if not repeat:
            raise CallError(status=401, code="INVALID_QUERY_LOCATOR", message="the session of the query ended")
        try:
            return self._send(kind, call, token)
        except CallError as refusal:
            if refusal.verdict(writing=False) is Verdict.REAUTH:
                raise _still_refused(refusal) from None
            raise

    def _send(self, kind: CallKind, call: Call[T], token: Token) -> T:
        self._wait_if_told()
        library = self._library(token, kind)
        try:
            answer = call(library)
        except CallError as refusal:
            self._heed(refusal)
            raise
        self._daily_until = None
        return answer

    def _library(self, token: Token, kind: CallKind) -> Library:
        session = self._transport.session(kind)
        library: Library | None = getattr(self._own, "library", None)
        if library is None or library.generation != token.generation:
            library = self._own.library = Library(token, self.version, session)
        return library

    def _wait_if_told(self) -> None:
        now = self._clock.monotonic()
        if self._daily_until is not None and now < self._daily_until:
            raise DailyLimitError(self._daily_until - now)
        if now < self._closed_until:
            self._clock.sleep(self._closed_until - now)

    def _heed(self, refusal: CallError) -> None:
        """No call of any thread within a second of a limit answer, and none for long when the day is used up."""
        verdict = refusal.verdict(writing=False)
        now = self._clock.monotonic()
        if verdict is Verdict.WAIT_SHORT or refusal.status == 429:
            self._closed_until = max(self._closed_until, now + AFTER_LIMIT_WAIT)
        if verdict is Verdict.WAIT_DAILY:
            if self._daily_until is None:
                log.error(
                    "daily_call_limit_reached",
                    probe_seconds=self._daily_probe,
                    usage=self._transport.counter.usage,
                )
            self._daily_until = now + self._daily_probe
            raise DailyLimitError(self._daily_probe) from None


def _still_refused(refusal: CallError) -> SignInRefusedError:
    return SignInRefusedError(
        f"the org refuses even a fresh session ({refusal.words})",
        mend="check that the integration user is active and may use the API",
    )


def public_error(trouble: CallError, version: str) -> GatewayError:
    """The failure of a question that is not a query, as other rooms see it."""
    verdict = trouble.verdict(writing=False)
    if verdict is Verdict.WAIT_SHORT:
        return OrgBusyError("too many long calls run in the org at once", retry_after=trouble.retry_after)
    if verdict is Verdict.RETRY:
        return OrgUnreachableError(f"the org cannot be asked: {trouble.words}", retry_after=trouble.retry_after)
    if trouble.status == 410 or trouble.code in ("URL_NOT_RESET", "UNSUPPORTED_API_VERSION"):
        return VersionRetiredError(version)
    return AnswerRefusedError(trouble.message, code=trouble.code or str(trouble.status), verdict=verdict)
