"""What the org calls the fields that are written and read back, taken from the mapping once."""

from dataclasses import dataclass
from typing import Self

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.needs import NEEDED_TO_MAKE


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNames:
    """The fields of an account that is made and found again. `mark` is what its `flag` says when we made it.

    `modified` and `deleted` are "" where they are not mapped: then no account is taken back.
    """

    object_name: str
    id: str
    owner: str
    name: str
    domain: str
    flag: str
    mark: str | bool
    text: str
    created: str
    modified: str = ""
    deleted: str = ""

    @classmethod
    def of(cls, mapping: FieldMapping) -> Self:
        """Raises NotMappedError when the mapping lacks one of them."""
        account = mapping.of("account")
        return cls(
            object_name=account.object_name,
            id=account.api("id"),
            owner=account.api("owner_id"),
            name=account.api("name"),
            domain=account.api("domains"),
            flag=account.api("auto_created"),
            mark=account.org_value("auto_created", "yes") if "auto_created" in account.words else True,
            text=account.api("text"),
            created=account.api("created_at"),
            modified=account.api("modified_at") if account.has("modified_at") else "",
            deleted=account.api("deleted") if account.has("deleted") else "",
        )


def makes_accounts(mapping: FieldMapping) -> bool:
    """Does the mapping name all that making an account takes?"""
    return "account" in mapping.objects and all(mapping.of("account").has(one) for one in NEEDED_TO_MAKE)
