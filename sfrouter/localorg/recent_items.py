"""What each user looked at last: the list of recently used records."""

from __future__ import annotations

import re
from collections import OrderedDict

MOST_KEPT = 200
"""Records kept for a user, the latest first; the RecentlyViewed list of Salesforce holds as many."""

_HEADER = re.compile(r"\s*updateMru\s*=\s*(true|false)\s*", re.IGNORECASE)
HEADER = "Sforce-Mru"
SINCE = 60.0
"""The API version that brought the header; from then on record calls note what they touched unless told not to."""


class RecentItems:
    """The recently used records of every user, as (object, id), the latest first."""

    def __init__(self) -> None:
        self._items: dict[str, OrderedDict[str, str]] = {}

    def note(self, user_id: str, object_name: str, row_id: str) -> None:
        """A user saw, made or changed a record."""
        mine = self._items.setdefault(user_id, OrderedDict())
        mine[row_id] = object_name
        mine.move_to_end(row_id)
        while len(mine) > MOST_KEPT:
            mine.popitem(last=False)

    def of(self, user_id: str, object_name: str | None = None) -> list[tuple[str, str]]:
        """The records of a user, the latest first; of one object when it is named."""
        mine = reversed(self._items.get(user_id, OrderedDict()).items())
        return [(kind, row_id) for row_id, kind in mine if object_name in (None, kind)]


def is_noted(header: str | None, api_version: str) -> bool:
    """Whether a record call is to be noted: by its header, else yes since version 60.0."""
    if float(api_version) < SINCE:
        return False
    found = _HEADER.fullmatch(header or "")
    return found is None or found[1].lower() == "true"
