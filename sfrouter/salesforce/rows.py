"""What is asked of a row and what became of it: done, failed, or nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sfrouter.salesforce.faults import Verdict

WireValue = str | bool | int | float | None


class RowOutcome(StrEnum):
    """How a write of one row ended. UNKNOWN is found out by reading, never by writing again."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """New values for one record; refused by the org (412) when somebody changed it after `unmodified_since`.

    The platform compares whole seconds: two changes within one second are not told apart.
    """

    record_id: str
    values: Mapping[str, WireValue]
    unmodified_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnswer:
    """What became of one row. `verdict` is None exactly when it is done; `code`, `message` are the org's own.

    `matches` are the records of the same object that a duplicate rule named instead (F42).
    """

    outcome: RowOutcome
    record_id: str | None = None
    verdict: Verdict | None = None
    code: str = ""
    message: str = ""
    matches: tuple[str, ...] = ()


def failed(verdict: Verdict, code: str, message: str, record_id: str | None = None) -> RowAnswer:
    """The answer for a row that was not written, or (verdict UNKNOWN) may have been."""
    outcome = RowOutcome.UNKNOWN if verdict is Verdict.UNKNOWN else RowOutcome.FAILED
    return RowAnswer(outcome=outcome, record_id=record_id, verdict=verdict, code=code, message=message)
