"""Lead conversion: a lead becomes an account, a contact and, if wanted, an opportunity, and is closed for good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import access, history, writes
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

Row = dict[str, Any]

_ACCOUNT_FIELDS = {
    "Industry": "Industry",
    "AnnualRevenue": "AnnualRevenue",
    "NumberOfEmployees": "NumberOfEmployees",
    "Rating": "Rating",
    "Phone": "Phone",
    "Fax": "Fax",
    "Website": "Website",
    "LeadSource": "AccountSource",
    **{part: f"Billing{part}" for part in ("Street", "City", "State", "PostalCode", "Country")},
}
_CONTACT_FIELDS = {
    **{name: name for name in ("LastName", "FirstName", "Salutation", "Title", "Phone", "MobilePhone", "Fax")},
    **{name: name for name in ("Email", "LeadSource", "Description", "HasOptedOutOfEmail")},
    **{part: f"Mailing{part}" for part in ("Street", "City", "State", "PostalCode", "Country")},
}
"""Where the standard fields of a lead go. An existing account or contact keeps what it has."""

_CLOSES_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What is wanted of a conversion; ids of an existing account or contact to use instead of new ones.

    Without `status` the first converted LeadStatus is taken; a lead of a queue needs an `owner_id`.
    """

    account_id: str | None = None
    contact_id: str | None = None
    owner_id: str | None = None
    status: str | None = None
    opportunity: bool = True
    opportunity_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What a conversion made or used."""

    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str | None


def convert(org: Org, writer: writes.Writer, lead_id: str, wish: Conversion | None = None) -> Converted:
    """Convert one lead. Events come in Salesforce's order: account, contact, opportunity, lead.

    Raises OrgError: INSUFFICIENT_ACCESS_OR_READONLY without the right ConvertLeads,
    CANNOT_UPDATE_CONVERTED_LEAD, INVALID_STATUS, and what the writes raise.
    """
    wish = wish or Conversion()
    kind = _kind(org, "Lead")
    if not writer.system and not org.permissions.of(writer.user_id).has("ConvertLeads"):
        raise OrgError(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", ())
    lead = writes.find(org, kind, lead_id)
    if lead["IsConverted"]:
        raise OrgError(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())
    access.require_row(org, writer.judged_as, kind, lead)
    owner_id = _owner(lead, wish)
    # Sforce-Auto-Assign FALSE: a conversion runs no assignment rule; system: it may set any mapped field.
    inner = replace(writer, auto_assign="FALSE", system=True)
    with org.store.transaction():
        account_id = _account(org, inner, lead, wish, owner_id)
        contact_id = _contact(org, inner, lead, wish, account_id, owner_id)
        opportunity_id = _opportunity(org, inner, lead, wish, account_id, contact_id, owner_id)
        made = Converted(
            lead_id=lead["Id"], account_id=account_id, contact_id=contact_id, opportunity_id=opportunity_id
        )
        _close(org, writer, kind, lead, wish, owner_id, made)
        _move_activities(org, made)
    return made


def _owner(lead: Row, wish: Conversion) -> str:
    owner_id = wish.owner_id or str(lead["OwnerId"])
    if not owner_id.startswith("005"):
        sentence = "Owner ID: a lead that a queue owns is converted only with an explicit owner"
        raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", sentence, ("OwnerId",))
    return owner_id


def _account(org: Org, writer: writes.Writer, lead: Row, wish: Conversion, owner_id: str) -> str:
    kind = _kind(org, "Account")
    values = _mapped(lead, _ACCOUNT_FIELDS)
    if wish.account_id is not None:
        return _fill(org, writer, kind, wish.account_id, values)
    if lead["Company"] is None:  # only with person accounts on may a lead lack a company
        names = {name: lead[name] for name in ("LastName", "FirstName", "Salutation")}
        own = {f"Person{name}": lead[name] for name in ("Email", "MobilePhone", "Title")}
        body = {"Phone": lead["Phone"], "OwnerId": owner_id} | names | own
    else:
        body = values | {"Name": lead["Company"], "OwnerId": owner_id}
    return writes.create(org, writer, kind, _without_blanks(body))


def _contact(org: Org, writer: writes.Writer, lead: Row, wish: Conversion, account_id: str, owner_id: str) -> str:
    kind = _kind(org, "Contact")
    values = _mapped(lead, _CONTACT_FIELDS)
    account = org.store.get("Account", account_id) or {}
    if account.get("PersonContactId"):
        return str(account["PersonContactId"])
    if wish.contact_id is not None:
        contact = writes.find(org, kind, wish.contact_id)
        if contact["AccountId"] not in (None, account_id):
            sentence = "the contact does not belong to the account of the conversion"
            raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", sentence, ())
        return _fill(org, writer, kind, wish.contact_id, values | {"AccountId": account_id})
    return writes.create(org, writer, kind, values | {"AccountId": account_id, "OwnerId": owner_id})


def _opportunity(
    org: Org, writer: writes.Writer, lead: Row, wish: Conversion, account_id: str, contact_id: str, owner_id: str
) -> str | None:
    if not wish.opportunity:
        return None
    stages = org.store.rows("OpportunityStage", {"IsClosed": False})
    body = {
        "Name": wish.opportunity_name or f"{lead['Company'] or lead['Name']}-",
        "AccountId": account_id,
        "OwnerId": owner_id,
        "LeadSource": lead["LeadSource"],
        "StageName": stages[0]["ApiName"] if stages else "Prospecting",
        "CloseDate": (org.clock.now() + _CLOSES_AFTER).date().isoformat(),
    }
    made = writes.create(org, writer, _kind(org, "Opportunity"), body)
    role = {"OpportunityId": made, "ContactId": contact_id, "IsPrimary": True}
    writes.create(org, writer, _kind(org, "OpportunityContactRole"), role)
    return made


def _close(
    org: Org, writer: writes.Writer, kind: ObjectType, lead: Row, wish: Conversion, owner_id: str, made: Converted
) -> None:
    """Write the lead's own fields, past the rules that make them read-only."""
    now = org.clock.stamp()
    changes = {
        "IsConverted": True,
        "ConvertedDate": now.date(),
        "ConvertedAccountId": made.account_id,
        "ConvertedContactId": made.contact_id,
        "ConvertedOpportunityId": made.opportunity_id,
        "Status": _status(org, wish),
        "OwnerId": owner_id,
    }
    stamps = {"LastModifiedDate": now, "LastModifiedById": writer.user_id, "SystemModstamp": now}
    org.store.update("Lead", lead["Id"], changes | stamps)
    history.note_changes(org, kind, lead, changes, writer.user_id, now)


def _status(org: Org, wish: Conversion) -> str:
    converted = [row["ApiName"] for row in org.store.rows("LeadStatus", {"IsConverted": True})]
    if wish.status is None and converted:
        return str(converted[0])
    if wish.status not in converted:
        raise OrgError(400, "INVALID_STATUS", f"invalid convertedStatus: {wish.status}", ("Status",))
    return str(wish.status)


def _move_activities(org: Org, made: Converted) -> None:
    """The lead's activities go to the contact, related to the opportunity or else the account."""
    stamp = {"SystemModstamp": org.clock.stamp()}
    what = made.opportunity_id or made.account_id
    for name in ("Task", "Event"):
        for row in org.store.rows(name, {"WhoId": made.lead_id}):
            values = {"WhoId": made.contact_id, "WhatId": what, "AccountId": made.account_id}
            org.store.update(name, row["Id"], values | stamp)
    for row in org.store.rows("CampaignMember", {"LeadId": made.lead_id}):
        org.store.update("CampaignMember", row["Id"], {"ContactId": made.contact_id} | stamp)


def _fill(org: Org, writer: writes.Writer, kind: ObjectType, row_id: str, values: Row) -> str:
    """Give an existing record only what it lacks."""
    row = writes.find(org, kind, row_id)
    lacking = {name: value for name, value in values.items() if row.get(name) in (None, "")}
    if lacking:
        writes.update(org, writer, kind, row, lacking)
    return str(row["Id"])


def _mapped(lead: Row, fields: dict[str, str]) -> Row:
    return _without_blanks({target: lead[source] for source, target in fields.items() if source in lead})


def _without_blanks(values: Row) -> Row:
    return {name: value for name, value in values.items() if value is not None}


def _kind(org: Org, name: str) -> ObjectType:
    kind = org.schema.object(name)
    if kind is None:
        raise LookupError(f"the org has no {name}")
    return kind
