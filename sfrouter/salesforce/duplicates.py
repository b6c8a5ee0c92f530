"""Which records a duplicate rule of the org named, when it refused a new one because it has it already (F42)."""

from collections.abc import Iterator
from typing import Any

from sfrouter.model.ids import to_18

_RESULT = ("duplicateResut", "duplicateResult")  # the first is the org's own spelling


def matches_named(errors: Any) -> tuple[str, ...]:
    """The ids of the records named in a refusal's errors, each once, in the org's order.

    Only those of the object that was to be made: a rule may name records of other objects besides.
    """
    found: dict[str, None] = {}
    for error in _dicts(errors):
        for name in _RESULT:
            for result in _dicts(error.get(name)):
                found |= dict.fromkeys(_ids(result))
    return tuple(found)


def _ids(result: dict[str, Any]) -> Iterator[str]:
    kind = result.get("duplicateRuleEntityType")
    for matching in _dicts(result.get("matchResults")):
        if matching.get("entityType") != kind:
            continue
        for one in _dicts(matching.get("matchRecords")):
            record = one.get("record")
            if not isinstance(record, dict):
                continue
            try:
                yield to_18(str(record.get("Id")))
            except ValueError:
                continue


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
