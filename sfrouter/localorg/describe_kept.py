"""Keeps describe answers as they were sent: the same question about the same object is not worked out twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.call import Call

MOST = 128
"""Answers kept in one process, of all its orgs together; each is some ten thousand bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class _TheVery:
    """One object of this process, and no other that looks like it."""

    thing: object

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TheVery) and self.thing is other.thing


class KeptAnswers:
    """The answers that were asked for last. A key names everything that its answer is made of."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Response] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Response]) -> Response:
        """The answer under a key, made when it is not at hand."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._answers[key] = made
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return made


def describe_key(call: Call, kind: ObjectType) -> Hashable:
    """All that decides how an object is described to the caller.

    Objects of the schema and rights never change, others take their places; so the very same ones stand for
    their content. Fields that are hidden or concealed are named, as those sets do change.
    """
    org = call.org
    if org.visible_fields(call.user_id) is None:
        return _TheVery(kind), call.version
    name = kind.name.lower()
    hidden = frozenset(pair for pair in org.hidden_from(call.user_id) if pair[0] == name)
    concealed = frozenset(pair for pair in org.permissions.concealed if pair[0] == name)
    return _TheVery(kind), call.version, hidden, concealed, _TheVery(org.permissions.of(call.user_id))
