"""Duplicate rules: a record that looks like another is refused, or saved when the caller insists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.occasion import Row, has_changed
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

MESSAGE = "You're creating a duplicate record. We recommend you use an existing record instead."
"""The sentence of a rule that has none of its own, as recorded from a real org."""

_ALLOW_SAVE = re.compile(r"(?:^|[;,\s])allowSave\s*=\s*true(?:$|[;,\s])", re.IGNORECASE)
_MOST_MATCHES = 100


@dataclass(frozen=True, slots=True)
class Matching:
    """A matching rule: rows of an object are duplicates when all fields are equal (and none is empty).

    `fields` are pairs: the field of the row being saved, and the field it is compared with.
    """

    name: str
    object_name: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRule:
    """One rule of one object. `blocks` refuses always, else only until the caller allows the save.

    `alerts` False lets the save pass (Salesforce would only report it). `not_for`: ids of users left alone.
    """

    name: str
    object_name: str
    matchings: tuple[Matching, ...]
    creating: bool = True
    updating: bool = True
    blocks: bool = False
    alerts: bool = True
    message: str = MESSAGE
    not_for: frozenset[str] = frozenset()


def allows_save(header: str | None) -> bool:
    """Whether an Sforce-Duplicate-Rule-Header asks to save in spite of an alert."""
    return header is not None and _ALLOW_SAVE.search(header) is not None


def check_duplicates(
    org: Org, kind: ObjectType, user_id: str, before: Row | None, after: Row, *, allow_save: bool
) -> None:
    """Raises OrgError DUPLICATES_DETECTED, with Salesforce's own key `duplicateResut`, for a likely duplicate."""
    for rule in org.duplicate_rules:
        applies = rule.creating if before is None else rule.updating
        if rule.object_name != kind.name or not applies or user_id in rule.not_for:
            continue
        if not rule.blocks and (allow_save or not rule.alerts):
            continue
        found = [(one, rows) for one in rule.matchings if (rows := _matches(org, one, before, after))]
        if found:
            raise _refusal(rule, found)


def _matches(org: Org, matching: Matching, before: Row | None, after: Row) -> list[dict[str, Any]]:
    """The rows that look like the one being saved; none when an edit leaves the compared fields alone."""
    if not any(has_changed(mine, before, after) for mine, _ in matching.fields):
        return []
    wanted = {theirs: after.get(mine) for mine, theirs in matching.fields}
    if any(value is None for value in wanted.values()):
        return []
    own_id = before["Id"] if before is not None else None
    rows = org.store.rows(matching.object_name, wanted)
    return [row for row in rows if row["Id"] != own_id and not row.get("IsConverted")][:_MOST_MATCHES]


def _refusal(rule: DuplicateRule, found: list[tuple[Matching, list[dict[str, Any]]]]) -> OrgError:
    result = {
        "allowSave": not rule.blocks,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": rule.object_name,
        "errorMessage": rule.message,
        "matchResults": [_match_result(matching, rows) for matching, rows in found],
    }
    return OrgError(400, "DUPLICATES_DETECTED", rule.message, None, {"duplicateResut": result})


def _match_result(matching: Matching, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "entityType": matching.object_name,
        "errors": [],
        "matchEngine": "ExactMatchEngine",
        "matchRecords": [_match_record(matching.object_name, row["Id"]) for row in rows],
        "rule": matching.name,
        "size": len(rows),
        "success": True,
    }


def _match_record(object_name: str, row_id: str) -> dict[str, Any]:
    url = f"/services/data/v65.0/sobjects/{object_name}/{row_id}"
    record = {"attributes": {"type": object_name, "url": url}, "Id": row_id}
    return {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record}
