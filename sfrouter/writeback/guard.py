"""Did a person move it first? Looks at the lead as it stands in the org and says what that makes of our write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sfrouter.model.ids import is_queue, to_18
from sfrouter.model.write import Write
from sfrouter.salesforce.by_ids import records_by_ids
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.org import Org


class Standing(StrEnum):
    """How a lead stands to what we want to write."""

    OURS = "ours"  # it already is as we want it
    UNTOUCHED = "untouched"  # nobody changed it since we decided
    MOVED = "moved"  # somebody gave it to another person: it is theirs now
    EDITED = "edited"  # somebody changed something else: the decision may look different now
    CONVERTED = "converted"
    MISSING = "missing"  # deleted, or hidden from us


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLead:
    """A lead as it stands in the org now; `values` holds the fields we want to write."""

    id: str
    owner_id: str
    link_id: str
    modified_at: datetime
    converted: bool
    values: Mapping[str, Any]


def look(org: Org, names: LeadNames, writes: Iterable[Write]) -> Mapping[str, SeenLead]:
    """The leads of these writes as they stand now, by id. Raises GatewayError when the org cannot be asked."""
    wanted = tuple(writes)
    written = sorted({field for write in wanted for field in write.values})
    return look_at(org, names, [write.lead_id for write in wanted], written)


def look_at(
    org: Org, names: LeadNames, lead_ids: Iterable[str], more_fields: Iterable[str] = ()
) -> Mapping[str, SeenLead]:
    """Leads as they stand now, by id; `values` hold `more_fields` too. Raises as `look` does."""
    fields = [names.id, names.owner, names.modified, names.converted, *([names.link] if names.link else [])]
    fields += more_fields
    seen = {}
    for rows in records_by_ids(org.query, fields, names.object_name, names.id, lead_ids):
        for row in rows:
            lead = _seen(row, names)
            seen[lead.id] = lead
    return seen


def standing(write: Write, lead: SeenLead | None, names: LeadNames, *, maybe_ours: bool) -> Standing:
    """What the lead's present state means. `maybe_ours`: an earlier try of this write may have been carried out.

    Then owner and link decide alone: a person may have worked on the lead since our write.
    """
    if lead is None:
        return Standing.MISSING
    agrees = {field: _same(lead.values.get(field), value) for field, value in write.values.items()}
    steering = [field for field in (names.owner, names.link) if field in agrees]
    if all(agrees.values()) or (maybe_ours and steering and all(agrees[field] for field in steering)):
        return Standing.OURS
    if lead.converted:
        return Standing.CONVERTED
    if lead.owner_id not in (write.extra.get("owner_was", ""), write.values.get(names.owner)):
        # Put into a queue it may be waiting to be routed again; with a person it is not.
        return Standing.EDITED if is_queue(lead.owner_id) else Standing.MOVED
    same_link = lead.link_id in (write.extra.get("link_was", ""), write.values.get(names.link))
    untouched = same_link and lead.modified_at == write.unmodified_since
    return Standing.UNTOUCHED if untouched else Standing.EDITED


def _same(found: object, wanted: object) -> bool:
    return found == wanted or (wanted in (None, "") and found in (None, ""))


def _seen(row: Mapping[str, Any], names: LeadNames) -> SeenLead:
    return SeenLead(
        id=to_18(row[names.id]),
        owner_id=row[names.owner] or "",
        link_id=(row[names.link] or "") if names.link else "",
        modified_at=datetime.fromisoformat(row[names.modified]),
        converted=row[names.converted] is True,
        values=row,
    )
