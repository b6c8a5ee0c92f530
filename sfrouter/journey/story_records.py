"""The records a story speaks of, in the house's own words: every field by its name, people by theirs."""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, ConfigDict, ValidationError, create_model

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.policy_form import Form
from sfrouter.model.records import Account, Contact, Lead, Opportunity

_NOT_TOLD = frozenset({"id", "stamp", "modified_by_id", "account_id"})


class RecordForm(Form):
    """A record of a story: numbers may stand where a text is meant (a postal code)."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def record_form(record: type, **more: Any) -> type[RecordForm]:
    """The form of one kind of record; a reference such as `owner_id` is written `owner` and names somebody."""
    hints = get_type_hints(record)
    told: dict[str, Any] = {}
    for item in fields(record):
        if item.name in _NOT_TOLD:
            continue
        name = item.name.removesuffix("_id")
        kind = str if name != item.name else hints[item.name]
        told[name] = (kind | None if isinstance(kind, type | types.UnionType) else kind, None)
    return create_model(f"{record.__name__}Form", __base__=RecordForm, **told, **more)


ACCOUNT_FORM = record_form(Account)
LEAD_FORM = record_form(Lead, account=(str | None, None))
DEAL_FORM = record_form(Opportunity, account=(str | None, None))
CONTACT_FORM = record_form(Contact, account=(str | None, None))


def _held(form: type[RecordForm], kind: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def held(written: Mapping[str, Any]) -> dict[str, Any]:
        """The record's values in the house's kinds. Raises ValueError for a field or value that makes no sense."""
        for key in written:
            if key not in form.model_fields:
                raise ValueError(f"no field of {kind} is called '{key}'.{did_you_mean(key, form.model_fields)}")
        try:
            read = form.model_validate(dict(written))
        except ValidationError as refused:
            error = refused.errors(include_url=False)[0]
            name = ".".join(str(step) for step in error["loc"][:1])
            raise ValueError(f"'{name}' of {kind} cannot be {error['input']!r}") from None
        return {name: _aware(getattr(read, name)) for name in form.model_fields if name in read.model_fields_set}

    return held


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


AccountWords = Annotated[dict[str, Any], AfterValidator(_held(ACCOUNT_FORM, "an account"))]
LeadWords = Annotated[dict[str, Any], AfterValidator(_held(LEAD_FORM, "a lead"))]
ContactWords = Annotated[dict[str, Any], AfterValidator(_held(CONTACT_FORM, "a contact"))]
DealWords = Annotated[dict[str, Any], AfterValidator(_held(DEAL_FORM, "an opportunity"))]
