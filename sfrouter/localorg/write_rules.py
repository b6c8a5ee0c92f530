"""What the platform itself does to a record being saved: defaults, derived fields, required fields, locks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import person_accounts
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.tasks import check_lead_is_open, derive_task

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

Derive = Callable[["Org", Mapping[str, Any], dict[str, Any]], None]


def add_defaults(kind: ObjectType, values: dict[str, Any]) -> None:
    """Give a new row the default of every field that has one and was not set."""
    for field in kind.fields.values():
        if values.get(field.name) is None and field.stored and field.name != "Id":
            default = _default(field)
            if default is not None:
                values[field.name] = default


def _default(field: Field) -> str | bool | None:
    if field.type == "boolean":
        return bool(field.default_value)
    if field.picklist_values:
        marked = next((one.value for one in field.picklist_values if one.default), None)
        return marked if marked is not None else _text_default(field)
    return _text_default(field)


def _text_default(field: Field) -> str | None:
    return field.default_value if field.is_text and isinstance(field.default_value, str) else None


def prepare(kind: ObjectType, before: Mapping[str, Any] | None, values: dict[str, Any]) -> None:
    """What some kinds of record need before their required fields are checked. Raises OrgError."""
    person_accounts.prepare(kind, before, values)


def check_required(kind: ObjectType, values: Mapping[str, Any], *, creating: bool) -> None:
    """Raises OrgError REQUIRED_FIELD_MISSING for required fields that are missing or being emptied."""
    missing = [
        field.name
        for field in kind.fields.values()
        if _required(field, creating) and values.get(field.name) is None and (creating or field.name in values)
    ]
    if missing:
        sentence = f"Required fields are missing: [{', '.join(missing)}]"
        raise OrgError(400, "REQUIRED_FIELD_MISSING", sentence, tuple(missing))


def _required(field: Field, creating: bool) -> bool:
    if field.nillable or not field.stored or field.type == "boolean" or field.name == "OwnerId":
        return False
    return field.createable and not field.defaulted_on_create if creating else field.updateable


def check_unique(org: Org, kind: ObjectType, changes: Mapping[str, Any], row_id: str | None) -> None:
    """Raises OrgError DUPLICATE_VALUE when a unique field would hold a value that another row has."""
    for name, value in changes.items():
        if value is None or not kind.fields[name.lower()].unique:
            continue
        others = [row["Id"] for row in org.store.rows(kind.name, {name: value}) if row["Id"] != row_id]
        if others:
            sentence = f"duplicate value found: {name} duplicates value on record with id: {others[0][:15]}"
            raise OrgError(400, "DUPLICATE_VALUE", sentence, ())


def check_open(kind: ObjectType, row: Mapping[str, Any]) -> None:
    """Raises OrgError CANNOT_UPDATE_CONVERTED_LEAD: a converted lead is read-only, even for administrators."""
    if kind.name == "Lead" and row.get("IsConverted"):
        raise OrgError(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())


def check_related(org: Org, kind: ObjectType, changes: Mapping[str, Any]) -> None:
    """Refuse relations that are shut to new writes: a task on a converted lead."""
    if kind.name == "Task":
        check_lead_is_open(org, changes.get("WhoId"))


def derive(org: Org, kind: ObjectType, before: Mapping[str, Any] | None, changes: dict[str, Any]) -> None:
    """Add to `changes` what Salesforce derives from them (`before` is None for a new row)."""
    rule = _DERIVED.get(kind.name)
    if rule is not None:
        if before is None:
            rule(org, dict(changes), changes)
        else:
            rule(org, {**before, **changes}, changes)


def _derive_opportunity(org: Org, row: Mapping[str, Any], changes: dict[str, Any]) -> None:
    stages = org.store.rows("OpportunityStage", {"ApiName": row.get("StageName")})
    if "StageName" in changes and stages:
        stage = stages[0]
        changes["IsClosed"], changes["IsWon"] = stage["IsClosed"], stage["IsWon"]
        changes.setdefault("Probability", stage["DefaultProbability"])
        changes["ForecastCategoryName"] = stage["ForecastCategoryName"]
        changes["ForecastCategory"] = stage["ForecastCategory"]
    merged = {**row, **changes}
    if merged.get("Amount") is not None and merged.get("Probability") is not None:
        changes["ExpectedRevenue"] = merged["Amount"] * merged["Probability"] / 100
    closes = merged.get("CloseDate")
    if closes is not None:
        quarter = (closes.month - 1) // 3 + 1
        changes |= {"FiscalYear": closes.year, "FiscalQuarter": quarter, "Fiscal": f"{closes.year} {quarter}"}


def _derive_case(org: Org, row: Mapping[str, Any], changes: dict[str, Any]) -> None:
    closed = org.store.count("CaseStatus", {"ApiName": row.get("Status"), "IsClosed": True}) > 0
    changes["IsClosed"] = closed
    if closed != bool(row.get("ClosedDate")):
        changes["ClosedDate"] = org.clock.stamp() if closed else None
    if row.get("CaseNumber") is None:
        changes["CaseNumber"] = f"{org.next_number('Case', 'CaseNumber'):08d}"
    if row.get("AccountId") is None and row.get("ContactId") is not None:
        contact = org.store.get("Contact", row["ContactId"])
        changes["AccountId"] = contact.get("AccountId") if contact else None


def _derive_contract(org: Org, row: Mapping[str, Any], changes: dict[str, Any]) -> None:
    if row.get("ContractNumber") is None:
        changes["ContractNumber"] = f"{org.next_number('Contract', 'ContractNumber'):08d}"


_DERIVED: dict[str, Derive] = {
    "Case": _derive_case,
    "Contract": _derive_contract,
    "Opportunity": _derive_opportunity,
    "Task": derive_task,
}
"""What Salesforce derives, by object. A person's Name is put together by the store."""
