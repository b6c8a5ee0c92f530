"""What every org has from its first day: its own record, two profiles, the values of statuses and stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sfrouter.localorg.schema import Schema

SYSTEM_ADMINISTRATOR, STANDARD_USER = "System Administrator", "Standard User"

_CLOSED_TASK = frozenset({"Completed"})
_CLOSED_CASE = frozenset({"Closed"})
_CONVERTED_LEAD = frozenset({"Closed - Converted"})
_HIGH_PRIORITY = frozenset({"High"})

_STAGES: Mapping[str, tuple[int, str]] = {
    "Prospecting": (10, "Pipeline"),
    "Qualification": (10, "Pipeline"),
    "Needs Analysis": (20, "Pipeline"),
    "Value Proposition": (50, "Pipeline"),
    "Id. Decision Makers": (60, "Pipeline"),
    "Perception Analysis": (70, "Pipeline"),
    "Proposal/Price Quote": (75, "Pipeline"),
    "Negotiation/Review": (90, "Pipeline"),
    "Closed Won": (100, "Closed"),
    "Closed Lost": (0, "Omitted"),
}
"""Probability in percent and forecast category of the stages of a fresh org."""


def default_rows(schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    """(object, values) of the rows of a fresh org's setup objects, from the schema's picklists."""
    for name in (SYSTEM_ADMINISTRATOR, STANDARD_USER):
        yield "Profile", {"Name": name, "UserType": "Standard"}
    yield from _values(schema, "Lead", "Status", "LeadStatus", "IsConverted", _CONVERTED_LEAD)
    yield from _values(schema, "Task", "Status", "TaskStatus", "IsClosed", _CLOSED_TASK)
    yield from _values(schema, "Task", "Priority", "TaskPriority", "IsHighPriority", _HIGH_PRIORITY)
    yield from _values(schema, "Case", "Status", "CaseStatus", "IsClosed", _CLOSED_CASE)
    yield from _stages(schema)


def _values(
    schema: Schema, object_name: str, field_name: str, target: str, flag: str, flagged: frozenset[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = schema.object(object_name)
    field = kind.field(field_name) if kind is not None else None
    for number, choice in enumerate(field.picklist_values if field is not None else (), start=1):
        yield (
            target,
            {
                "MasterLabel": choice.label,
                "ApiName": choice.value,
                "SortOrder": number,
                "IsDefault": choice.default,
                flag: choice.value in flagged,
            },
        )


def _stages(schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    """The stages; a stage of a world's own counts as open at 50 percent, unless its name begins with Closed."""
    kind = schema.object("Opportunity")
    field = kind.field("StageName") if kind is not None else None
    for number, choice in enumerate(field.picklist_values if field is not None else (), start=1):
        probability, category = _STAGES.get(choice.value, (50, "Pipeline"))
        closed = choice.value.startswith("Closed")
        yield (
            "OpportunityStage",
            {
                "MasterLabel": choice.label,
                "ApiName": choice.value,
                "IsActive": True,
                "SortOrder": number,
                "IsClosed": closed,
                "IsWon": closed and probability == 100,
                "DefaultProbability": probability,
                "ForecastCategory": category,
                "ForecastCategoryName": category,
            },
        )
