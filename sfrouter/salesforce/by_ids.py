"""Asks for records by long lists of ids; a list that the org, or a proxy on the way, finds too long is halved."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sfrouter.model.ids import to_18
from sfrouter.salesforce.errors import QueryFailedError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.soql import Condition, select_by_ids

Rows = list[Mapping[str, Any]]
Ask = Callable[[str], Iterable[Mapping[str, Any]]]
"""How a query is asked; the gateway's `query`, say."""


def records_by_ids(
    ask: Ask,
    fields: Sequence[str],
    object_name: str,
    field: str,
    ids: Iterable[str],
    *,
    where: Sequence[Condition] = (),
    order_by: Sequence[str] = (),
) -> Iterator[Rows]:
    """The records whose `field` is one of the ids, a list for each answer; after a halving some come twice (F15).

    Each list is whole. Raises what asking raises, QueryFailedError also when a single id is too much.
    """
    wanted = tuple(dict.fromkeys(to_18(one) for one in ids))
    if not wanted:
        return
    for soql in select_by_ids(fields, object_name, field, wanted, where=where, order_by=order_by):
        try:
            yield list(ask(soql))
        except QueryFailedError as failure:
            if failure.verdict is not Verdict.SPLIT or len(wanted) == 1:
                raise
            break
    else:
        return
    middle = len(wanted) // 2  # what was read already is read once more
    for half in (wanted[:middle], wanted[middle:]):
        yield from records_by_ids(ask, fields, object_name, field, half, where=where, order_by=order_by)
