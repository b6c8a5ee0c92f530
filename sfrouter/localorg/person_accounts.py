"""Person accounts: private customers that are an account and a contact at once, kept in step with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.schema import Field, ObjectType, Schema
from sfrouter.localorg.store import full_name
from sfrouter.localorg.write_fields import not_writable

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_NAME_PARTS = ("LastName", "FirstName", "Salutation")
_SHARED = (
    *("MailingStreet", "MailingCity", "MailingState", "MailingPostalCode", "MailingCountry"),
    *("MailingLatitude", "MailingLongitude", "MailingGeocodeAccuracy", "MailingAddress"),
    *("OtherStreet", "OtherCity", "OtherState", "OtherPostalCode", "OtherCountry"),
    *("OtherLatitude", "OtherLongitude", "OtherGeocodeAccuracy", "OtherAddress"),
    *("MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone", "Email", "Title", "Department"),
    *("AssistantName", "LeadSource", "Birthdate", "HasOptedOutOfEmail", "EmailBouncedReason", "EmailBouncedDate"),
)
"""Fields of the contact that its account shows as Person...; the parts of the name, Phone, Fax, Description
and OwnerId have the same name on both.
"""

_SAME_NAME = (*_NAME_PARTS, "Phone", "Fax", "Description", "OwnerId")
_FLAG = Field(
    name="IsPersonAccount",
    label="Is Person Account",
    type="boolean",
    nillable=False,
    createable=False,
    updateable=False,
    defaulted_on_create=True,
    default_value=False,
)
_CONTACT_LINK = Field(
    name="PersonContactId",
    label="Contact ID",
    type="reference",
    length=18,
    createable=False,
    updateable=False,
    reference_to=("Contact",),
    relationship_name="PersonContact",
)


def add_to(schema: Schema) -> None:
    """Switch person accounts on: the fields of Account and Contact, and leads that need no company."""
    contact, lead = schema.object("Contact"), schema.object("Lead")
    if contact is None or lead is None:
        raise LookupError("person accounts need the standard objects")
    for name in _NAME_PARTS:
        schema.add_custom_field("Account", replace(contact.fields[name.lower()], nillable=True))
    schema.add_custom_field("Account", _CONTACT_LINK)
    schema.add_custom_field("Account", _FLAG)
    schema.add_custom_field("Contact", _FLAG)
    for name in _SHARED:
        field = contact.fields.get(name.lower())
        if field is not None:
            schema.add_custom_field("Account", _as_person_field(field))
    schema.add_custom_field("Lead", replace(lead.fields["company"], nillable=True))


def _as_person_field(field: Field) -> Field:
    compound = f"Person{field.compound_field_name}" if field.compound_field_name else None
    return replace(field, name=f"Person{field.name}", compound_field_name=compound, id_lookup=False)


def prepare(kind: ObjectType, before: Mapping[str, Any] | None, values: dict[str, Any]) -> None:
    """An account that is given a last name is a person: its Name is made of the parts.

    Raises OrgError INVALID_FIELD_FOR_INSERT_UPDATE for a person's Name, and for a company's last name.
    """
    if kind.name != "Account" or "ispersonaccount" not in kind.fields:
        return
    person = values.get("LastName") is not None if before is None else bool(before.get("IsPersonAccount"))
    refused = ("Name",) if person else (*_NAME_PARTS, *(f"Person{name}" for name in _SHARED))
    wrong = [name for name in refused if values.get(name) not in (None, False)]
    if wrong:
        raise not_writable(wrong)
    if person and before is None:
        values |= {"IsPersonAccount": True, "Name": full_name(values)}


def keep_in_step(org: Org, kind: ObjectType, before: Mapping[str, Any] | None, row_id: str) -> None:
    """After a person account or its contact was saved, make or change the other one."""
    if "ispersonaccount" not in kind.fields:
        return
    row = org.store.get(kind.name, row_id)
    if row is None or not row["IsPersonAccount"]:
        return
    if kind.name == "Account" and row.get("PersonContactId") is None:
        values = _contact_values(row) | {"AccountId": row_id, "IsPersonAccount": True} | _audit(row, creating=True)
        org.store.update("Account", row_id, {"PersonContactId": org.store.insert("Contact", values)})
    elif kind.name == "Account":
        org.store.update("Contact", row["PersonContactId"], _contact_values(row) | _audit(row, creating=False))
    elif before is not None and row.get("AccountId") is not None:
        org.store.update("Account", row["AccountId"], _account_values(row) | _audit(row, creating=False))


def _contact_values(account: Mapping[str, Any]) -> dict[str, Any]:
    same = {name: account[name] for name in _SAME_NAME if name in account}
    return same | {name: account[f"Person{name}"] for name in _SHARED if f"Person{name}" in account}


def _account_values(contact: Mapping[str, Any]) -> dict[str, Any]:
    same = {name: contact[name] for name in _SAME_NAME if name in contact}
    return same | {f"Person{name}": contact[name] for name in _SHARED if name in contact}


def _audit(row: Mapping[str, Any], *, creating: bool) -> dict[str, Any]:
    names = ["LastModifiedDate", "LastModifiedById", "SystemModstamp"]
    return {name: row[name] for name in (*names, *(("CreatedDate", "CreatedById") if creating else ()))}
