"""Every question the mirror puts to the org, and the small part of the gateway it needs for that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sfrouter.config.object_map import ObjectMap
from sfrouter.salesforce.by_ids import records_by_ids
from sfrouter.salesforce.soql import Condition, compare, in_list, select, select_count

_OPEN_ONLY = frozenset({"opportunity", "case"})
USEFUL = ("email", "account_id")
"""What makes a contact worth keeping."""


class Org(Protocol):
    """What the mirror asks of the gateway; tests put a stand-in here."""

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        """All rows of a query, page by page; `deleted`: with those in the recycle bin."""
        ...

    def query_bulk(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        """The same rows by a bulk job. Raises BulkFailedError."""
        ...

    def count(self, soql: str) -> int:
        """The number a COUNT() query gives."""
        ...

    def describe(self, object_name: str) -> Mapping[str, Any]:
        """What the object looks like to our user, at most an hour old. Raises ObjectMissingError."""
        ...

    def redescribe(self, object_name: str) -> Mapping[str, Any]:
        """The same, asked now."""
        ...

    def latest_covered(self, object_name: str) -> datetime:
        """The moment before which no change of an object is still to come into sight.

        Raises AnswerRefusedError where the org cannot say.
        """
        ...

    def all_latest_covered(self, object_names: Sequence[str]) -> Mapping[str, datetime]:
        """The same for several objects at once, without those that get no answer so."""
        ...

    def server_now(self) -> datetime:
        """The org's time, aware; before its first answer the best guess."""
        ...


def keeps_open_only(object_map: ObjectMap) -> bool:
    """Are only open records kept? Where `closed` is one plain checkbox, so that no word can change its mind."""
    plain = len(object_map.apis("closed")) == 1 and "closed" not in object_map.words
    return object_map.noun in _OPEN_ONLY and plain


def keeps_useful_only(object_map: ObjectMap) -> bool:
    """Are contacts without an address or without an account left out? Where the address stands in one field."""
    return object_map.noun == "contact" and all(len(object_map.apis(name)) == 1 for name in USEFUL)


def _scope(object_map: ObjectMap) -> list[Condition]:
    if keeps_useful_only(object_map):
        return [compare(object_map.api(name), "!=", None) for name in USEFUL]
    return [compare(object_map.api("closed"), "=", False)] if keeps_open_only(object_map) else []


def loads_a_part(object_map: ObjectMap) -> bool:
    """Does a load not ask for all rows, so that it cannot say which of those here are to be forgotten?"""
    return keeps_useful_only(object_map) or keeps_open_only(object_map)


def rows_since(
    object_map: ObjectMap, since: datetime | None, *, loading: bool, before: datetime | None = None
) -> str:
    """All rows changed at or after `since` and before `before`, oldest first.

    While `loading`, closed deals are not even asked for; later they are, as that is how one hears that a deal was
    closed."""
    stamp = object_map.api("stamp")
    changed = [compare(stamp, ">=", since)] if since is not None else []
    changed += [compare(stamp, "<", before)] if before is not None else []
    where = [*changed, *(_scope(object_map) if loading else ())]
    order = (stamp, object_map.api("id"))
    return select(object_map.select_fields(), object_map.object_name, where=where, order_by=order)


def how_many(object_map: ObjectMap) -> str:
    """How many rows a first load brings."""
    return select_count(object_map.object_name, where=_scope(object_map))


def how_many_since(object_map: ObjectMap, since: datetime) -> str:
    """How many living rows changed at or after a moment."""
    return select_count(object_map.object_name, where=[compare(object_map.api("stamp"), ">=", since)])


def all_rows(object_map: ObjectMap) -> str:
    """Every row of a small object; of the groups only the queues, of the logins only the frozen ones."""
    kinds = object_map.words.get("kind", {}).get("queue", ())
    where = [in_list(object_map.api("kind"), kinds)] if kinds else []
    if object_map.noun == "user_login" and "frozen" not in object_map.words:
        where = [compare(object_map.api("frozen"), "=", True)]
    order = (object_map.api("id"),)
    return select(object_map.select_fields(), object_map.object_name, where=where, order_by=order)


def all_ids(object_map: ObjectMap, names: Iterable[str] = ()) -> str:
    """The id of every living record that is kept, and what these fields say."""
    further = (api for name in sorted(names) for api in object_map.apis(name))
    return select(
        tuple(dict.fromkeys((object_map.api("id"), *further))), object_map.object_name, where=_scope(object_map)
    )


def records_of(org: Org, object_map: ObjectMap, ids: Iterable[str]) -> Iterator[list[Mapping[str, Any]]]:
    """These records, a list for each answer; some may come twice. Raises what the gateway raises."""
    key = object_map.api("id")
    return records_by_ids(org.query, object_map.select_fields(), object_map.object_name, key, ids)
