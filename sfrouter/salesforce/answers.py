"""Reads what came back over the wire: data only when it is JSON, a refusal with the org's own code, or trouble."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from sfrouter.base.clock import Clock
from sfrouter.base.log import redact_text
from sfrouter.salesforce.faults import Verdict, judge

LONGEST_MESSAGE = 500
LONGEST_SAMPLE = 200
LONGEST_WAIT = 86_400.0


class CallError(Exception):
    """One call that brought no usable answer. Never leaves this room: the gateway turns it into its own errors.

    `status` is 0 without an answer. `sent` is False only when the request surely never reached the org.
    Neither the address nor the query is in it, as both hold people's data.
    """

    def __init__(
        self,
        *,
        status: int = 0,
        code: str = "",
        message: str = "",
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        self.status = status
        self.code = code
        self.message = redact_text(message)[:LONGEST_MESSAGE]
        self.retry_after = retry_after
        self.sent = sent
        super().__init__(f"{status} {code}".strip())

    def verdict(self, *, writing: bool) -> Verdict:
        """What it asks for; a change that never left is simply to be made later."""
        if writing and not self.sent:
            return Verdict.RETRY
        return judge(self.status, self.code, self.message, writing=writing)

    @property
    def words(self) -> str:
        """For a sentence: what happened, without anything personal."""
        if self.code:
            return f"{self.code}: {self.message}"
        if self.status:
            return f"{self.message} (HTTP {self.status})"
        return self.message


def is_json(headers: Mapping[str, str]) -> bool:
    """Does the answer say that it is JSON?"""
    return kind_of(headers) == "application/json"


def kind_of(headers: Mapping[str, str]) -> str:
    """What the answer says that it is, such as text/csv."""
    return headers.get("Content-Type", "").split(";")[0].strip().lower()


def sample_of(body: bytes) -> str:
    """The beginning of an answer nobody expected, for the log, without addresses and tokens."""
    return redact_text(body[: LONGEST_SAMPLE * 2].decode("utf-8", "replace"))[:LONGEST_SAMPLE]


def first_error(body: Any) -> tuple[str, str]:
    """Code and sentence of an error body, ('', '') when it is none: `[{errorCode, message}]` or `{error, ...}`."""
    errors = body if isinstance(body, list) else [body]
    found = [error for error in errors if isinstance(error, dict)]
    if not found:
        return "", ""
    code = found[0].get("errorCode") or found[0].get("statusCode") or found[0].get("error") or ""
    sentences = [str(one.get("message") or one.get("error_description") or "") for one in found]
    return (code if isinstance(code, str) else ""), "; ".join(filter(None, sentences))


def failure_of(
    status: int, headers: Mapping[str, str], body: bytes, clock: Clock, *, wanted: str = ""
) -> CallError | None:
    """What is wrong with an answer, None when it is data (or rightly empty). `wanted`: data of another kind."""
    if status == 204 or (status == 200 and wanted and kind_of(headers) == wanted):
        return None
    wait = wanted_wait(headers.get("Retry-After", ""), clock)
    if 300 <= status < 400:
        return CallError(status=status, message="the org answered with a redirect, which is refused")
    if not is_json(headers) or (wanted and status < 300):
        return CallError(status=status, message="the org answered with a page instead of data", retry_after=wait)
    if status < 300:
        return None
    try:
        code, message = first_error(json.loads(body))
    except ValueError:
        code, message = "", "the org's answer is broken off"
    return CallError(status=status, code=code, message=message or "no reason was given", retry_after=wait)


def wanted_wait(value: str, clock: Clock) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date, a day at most; None without one."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    moment = moment_of(text)
    if moment is None:
        return None
    return min(max(0.0, (moment - clock.now()).total_seconds()), LONGEST_WAIT)


def moment_of(header: str) -> datetime | None:
    """The moment in a header, None for what is none, or names no time zone or a year beyond all calendars."""
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
