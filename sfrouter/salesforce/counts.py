"""How many calls were made, by what they were for, and how much of the org's day is used up."""

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

_USAGE = re.compile(r"(?:^|[;\s])api-usage=(\d+)/(\d+)")


class CallKind(StrEnum):
    """What a call is for."""

    SIGN_IN = "sign_in"
    VERSIONS = "versions"
    IDENTITY = "identity"
    LIMITS = "limits"
    DESCRIBE = "describe"
    UPDATED = "updated"
    QUERY = "query"
    QUERY_MORE = "query_more"
    BULK_JOB = "bulk_job"
    BULK_ROWS = "bulk_rows"
    CHANGE = "change"
    CREATE = "create"
    REMOVE = "remove"


UNCOUNTED_BY_ORG = frozenset({CallKind.SIGN_IN, CallKind.VERSIONS})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCount:
    """Requests sent so far, repeats included. `by_kind` leaves out what was never called."""

    total: int = 0
    by_kind: Mapping[CallKind, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def limited(self) -> int:
        """Those that count towards the org's daily limit."""
        return sum(count for kind, count in self.by_kind.items() if kind not in UNCOUNTED_BY_ORG)


class CallCounter:
    """Counts over the life of a gateway. Thread-safe."""

    def __init__(self) -> None:
        self._by_kind: Counter[CallKind] = Counter()
        self._usage: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def add(self, kind: CallKind) -> None:
        """One more request goes out."""
        with self._lock:
            self._by_kind[kind] += 1

    def note_usage(self, header: str) -> None:
        """Take over `Sforce-Limit-Info: api-usage=18/5000`; any other text is passed over."""
        found = _USAGE.search(header)
        if found:
            with self._lock:
                self._usage = (int(found[1]), int(found[2]))

    def count(self) -> CallCount:
        """What was sent so far."""
        with self._lock:
            return CallCount(total=self._by_kind.total(), by_kind=MappingProxyType(dict(self._by_kind)))

    @property
    def usage(self) -> tuple[int, int] | None:
        """(used, allowed) of the org's rolling day as of the last answer, None before the first."""
        with self._lock:
            return self._usage
