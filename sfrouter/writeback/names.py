"""What the org calls the fields that are written and read back, taken from the mapping once."""

from dataclasses import dataclass
from typing import Self

from sfrouter.config.mapping import FieldMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadNames:
    """The lead's fields. `link` is "" when the org has no account link on leads."""

    object_name: str
    id: str
    owner: str
    modified: str
    converted: str
    link: str

    @classmethod
    def of(cls, mapping: FieldMapping) -> Self:
        """Raises NotMappedError when the mapping lacks one of them."""
        lead = mapping.of("lead")
        return cls(
            object_name=lead.object_name,
            id=lead.api("id"),
            owner=lead.api("owner_id"),
            modified=lead.api("modified_at"),
            converted=lead.api("converted"),
            link=lead.api("account_id") if lead.has("account_id") else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskNames:
    """The Task's fields."""

    object_name: str
    id: str
    lead: str
    owner: str
    text: str

    @classmethod
    def of(cls, mapping: FieldMapping) -> Self:
        """Raises NotMappedError when the mapping lacks one of them."""
        task = mapping.of("task")
        return cls(
            object_name=task.object_name,
            id=task.api("id"),
            lead=task.api("lead_id"),
            owner=task.api("owner_id"),
            text=task.api("text"),
        )
