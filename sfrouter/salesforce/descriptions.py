"""What the org says its objects look like, asked once an hour and whenever something does not fit."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from sfrouter.base.clock import Clock
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.door import Door, public_error
from sfrouter.salesforce.errors import ObjectMissingError, QueryFailedError
from sfrouter.salesforce.soql import check_name
from sfrouter.salesforce.together import Together

KEPT_SECONDS = 3600.0
WORTH_RENEWING = 1800.0
"""When one is asked for, those that are at least so old are asked for with it."""


class Descriptions:
    """Thread-safe. Answers are the org's own; nobody may change them."""

    def __init__(self, door: Door, clock: Clock, together: Together) -> None:
        self._door = door
        self._clock = clock
        self._together = together
        self._expected: tuple[str, ...] = ()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def expect(self, object_names: Iterable[str]) -> None:
        """These will be asked for: so the first that is brings all of them, in one call."""
        self._expected = tuple(sorted({check_name(one) for one in object_names}))

    def get(self, object_name: str) -> Mapping[str, Any]:
        """The description, at most an hour old. Raises ObjectMissingError, and what `fetch` raises."""
        found = self._fresh(object_name)
        if found is None:
            self._renew(object_name)
            found = self._fresh(object_name)
        return found if found is not None else self.fetch(object_name)

    def _fresh(self, object_name: str, seconds: float = KEPT_SECONDS) -> Mapping[str, Any] | None:
        with self._lock:
            kept = self._kept.get(object_name)
        return kept[1] if kept is not None and self._clock.monotonic() - kept[0] < seconds else None

    def _renew(self, object_name: str) -> None:
        """Ask for it together with the others whose time has come; what gets no answer is left to `fetch`."""
        others = [one for one in self._expected if one != object_name and self._fresh(one, WORTH_RENEWING) is None]
        paths = {_path(one): one for one in (object_name, *others)}
        for path, body in self._together.ask(CallKind.DESCRIBE, tuple(paths)).items():
            if _is_description(body):
                self._keep(paths[path], body)

    def fetch(self, object_name: str) -> Mapping[str, Any]:
        """Ask now. Raises ObjectMissingError, SignInRefusedError, OrgUnreachableError, DailyLimitError, ..."""
        path = _path(object_name)
        try:
            body = self._door.ask(CallKind.DESCRIBE, lambda library: library.get(path))
        except CallError as trouble:
            if trouble.code in ("NOT_FOUND", "INVALID_TYPE"):
                raise ObjectMissingError(object_name) from None
            raise public_error(trouble, self._door.version) from None
        if not _is_description(body):
            raise QueryFailedError("the description cannot be read", object_name=object_name)
        self._keep(object_name, body)
        return body

    def _keep(self, object_name: str, body: Mapping[str, Any]) -> None:
        with self._lock:
            self._kept[object_name] = (self._clock.monotonic(), body)

    def forget(self, object_name: str) -> None:
        """The next `get` asks anew."""
        with self._lock:
            self._kept.pop(object_name, None)


def _path(object_name: str) -> str:
    return f"sobjects/{check_name(object_name)}/describe"


def _is_description(body: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(body, dict) and isinstance(body.get("fields"), list)
