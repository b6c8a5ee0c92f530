"""What hangs on a record: contacts, deals, cases and the like, which its deletion would take along or lose."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sfrouter.salesforce.errors import FieldMissingError, ObjectMissingError, QueryFailedError
from sfrouter.salesforce.soql import compare, select_count

_WORK_OF_PEOPLE = frozenset({
    "Account", "Asset", "Attachment", "Case", "ContentDocumentLink", "Contact", "Contract", "Event", "Note",
    "Opportunity", "Order", "Quote", "Task", "AccountTeamMember",
})  # fmt: skip
"""Kinds that people make. History, feed and share rows are made by the org itself and mean nothing."""
_CUSTOM = "__c"


def hanging_on(
    description: Mapping[str, Any], record_id: str, count_rows: Callable[[str], int]
) -> tuple[str, ...]:
    """The kinds of record with at least one that points at this one, by the description of its object.

    A kind that our user may not read is named too: nobody can say that nothing hangs there.
    """
    found = []
    for kind, field in _children(description):
        try:
            if count_rows(select_count(kind, where=[compare(field, "=", record_id)])):
                found.append(kind)
        except (ObjectMissingError, FieldMissingError, QueryFailedError):
            found.append(f"{kind} (cannot be read)")
    return tuple(dict.fromkeys(found))


def _children(description: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for child in description.get("childRelationships") or ():
        kind, field = str(child.get("childSObject", "")), str(child.get("field", ""))
        made_by_people = kind in _WORK_OF_PEOPLE or kind.endswith(_CUSTOM)
        if made_by_people and field and not child.get("deprecatedAndHidden"):
            yield kind, field
