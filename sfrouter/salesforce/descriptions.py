"""What the org says its objects look like, asked once an hour and whenever something does not fit."""

import threading
from collections.abc import Mapping
from typing import Any

from sfrouter.base.clock import Clock
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.door import Door, public_error
from sfrouter.salesforce.errors import ObjectMissingError, QueryFailedError
from sfrouter.salesforce.soql import check_name

KEPT_SECONDS = 3600.0


class Descriptions:
    """Thread-safe. Answers are the org's own; nobody may change them."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def get(self, object_name: str) -> Mapping[str, Any]:
        """The description, at most an hour old. Raises ObjectMissingError, and what `fetch` raises."""
        with self._lock:
            kept = self._kept.get(object_name)
        if kept is not None and self._clock.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        return self.fetch(object_name)

    def fetch(self, object_name: str) -> Mapping[str, Any]:
        """Ask now. Raises ObjectMissingError, SignInRefusedError, OrgUnreachableError, DailyLimitError, ..."""
        path = f"sobjects/{check_name(object_name)}/describe"
        try:
            body = self._door.ask(CallKind.DESCRIBE, lambda library: library.get(path))
        except CallError as trouble:
            if trouble.code in ("NOT_FOUND", "INVALID_TYPE"):
                raise ObjectMissingError(object_name) from None
            raise public_error(trouble, self._door.version) from None
        if not isinstance(body, dict) or not isinstance(body.get("fields"), list):
            raise QueryFailedError("the description cannot be read", object_name=object_name)
        with self._lock:
            self._kept[object_name] = (self._clock.monotonic(), body)
        return body

    def forget(self, object_name: str) -> None:
        """The next `get` asks anew."""
        with self._lock:
            self._kept.pop(object_name, None)
