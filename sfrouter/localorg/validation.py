"""Validation rules: the org's own conditions under which a record may not be saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.occasion import Occasion, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """One rule: when the occasion fits, the save is refused with the rule's words, at a field or the page."""

    name: str
    occasion: Occasion
    message: str
    field: str | None = None


def validate(
    rules: Iterable[ValidationRule], object_name: str, user_id: str, before: Row | None, after: Row
) -> None:
    """Raises OrgError FIELD_CUSTOM_VALIDATION_EXCEPTION with the words of the first rule that is broken."""
    for rule in rules:
        if rule.occasion.fits(object_name, user_id, before, after):
            fields = (rule.field,) if rule.field is not None else ()
            raise OrgError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields)
