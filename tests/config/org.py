"""An org in which everything is as the shipped files say, described by the local org."""

import pickle
from copy import deepcopy
from functools import cache
from typing import Any

from sfrouter.config.policy import Policy
from sfrouter.localorg.schema import Schema, custom_field
from sfrouter.model.records import Person, Queue

USER, ACCOUNT = ("User",), ("Account",)
TYPES = ("Prospect", "Customer", "Churned", "Customer - Direct", "Partner")
CUSTOM: dict[str, list[dict[str, Any]]] = {
    "User": [{"name": "Successor__c", "field_type": "reference", "reference_to": USER}],
    "Account": [
        {"name": "Email_Domains__c", "field_type": "string", "length": 255},
        {"name": "Other_Names__c", "field_type": "string", "length": 255},
        {"name": "Competitor__c", "field_type": "boolean"},
        {
            "name": "Partner_Kind__c",
            "field_type": "picklist",
            "values": ("Reseller", "Partner Sourced", "Partner Managed", "Partner Involved"),
        },
        {"name": "Strategic__c", "field_type": "boolean"},
        {"name": "Named_Account__c", "field_type": "boolean"},
        {"name": "Churn_Date__c", "field_type": "date"},
        {"name": "Segment__c", "field_type": "picklist", "values": ("SMB", "Mid-Market", "Enterprise")},
        {"name": "Contract_Value__c", "field_type": "currency"},
        {"name": "Health__c", "field_type": "picklist", "values": ("Low", "Good")},
        {"name": "Products__c", "field_type": "multipicklist", "values": ("Core", "Analytics")},
        {"name": "Created_By_Router__c", "field_type": "boolean"},
        *(
            {"name": name, "field_type": "reference", "reference_to": USER}
            for name in (
                "Partner_User__c", "Partner_Manager__c", "Strategic_Owner__c", "Named_Account_Owner__c",
                "Previous_Owner__c", "Account_Manager__c", "Customer_Success_Manager__c",
            )
        ),
    ],
    "Lead": [
        {"name": "Routing_Reason__c", "field_type": "string", "length": 255},
        {"name": "Department__c", "field_type": "string", "length": 80},
        {"name": "Product_Interest__c", "field_type": "string", "length": 80},
        {"name": "Account__c", "field_type": "reference", "reference_to": ACCOUNT},
        {"name": "Previous_Owner__c", "field_type": "reference", "reference_to": USER},
    ],
}  # fmt: skip
ROLES = ("Account Manager", "Account Executive", "Customer Success Manager", "Sales Engineer", "Partner Manager")

Describes = dict[str, dict[str, Any]]


def bare_org() -> Describes:
    """A fresh org, without any custom field."""
    return {kind.name: deepcopy(Schema.standard().describe(kind.name)) for kind in Schema.standard()}


def whole_org() -> Describes:
    """An org with every field and value that the shipped mapping names; each caller's own, to be changed."""
    org: Describes = pickle.loads(_whole_org())  # noqa: S301 - our own bytes, of this very process
    return org


@cache
def _whole_org() -> bytes:
    schema = Schema.standard()
    for object_name, wanted in CUSTOM.items():
        for each in wanted:
            schema.add_custom_field(object_name, custom_field(**each))
    org = {kind.name: deepcopy(schema.describe(kind.name)) for kind in schema}
    offer(org, "Account", "Type", *TYPES)
    offer(org, "AccountTeamMember", "TeamMemberRole", *ROLES)
    return pickle.dumps(org)


def field(org: Describes, object_name: str, name: str) -> dict[str, Any]:
    """One field of the org's description, to be changed by a test."""
    found: dict[str, Any] = next(one for one in org[object_name]["fields"] if one["name"] == name)
    return found


def offer(org: Describes, object_name: str, name: str, *values: str) -> None:
    """Let a picklist offer these values."""
    field(org, object_name, name)["picklistValues"] = [{"value": value, "active": True} for value in values]


def hide(org: Describes, object_name: str, name: str) -> None:
    """Take a field out of the description, as the org does when the user may not see it."""
    org[object_name]["fields"].remove(field(org, object_name, name))


def everybody(policy: Policy) -> list[Person]:
    """A user for each e-mail of the policy."""
    emails = [member.who for pool in policy.pools for member in pool.members]
    emails += [entry.owner_email for entry in policy.named_entries]
    return [Person(id=f"005{at:015d}", name=email, email=email) for at, email in enumerate(emails)]


def every_queue() -> list[Queue]:
    """The queues the shipped policy names."""
    names = ("Unassigned Leads", "Unrouted Leads", "Competitor Leads")
    return [Queue(id=f"00G{at:015d}", name=name) for at, name in enumerate(names)]
