"""A small company that the local org's tests play in."""

from datetime import UTC, datetime
from typing import Any

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.twin import twin

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
NO_RULE = {"Sforce-Auto-Assign": "FALSE"}
BASE = "/services/data/v65.0"
CLIENT_ID, CLIENT_SECRET = "router-app", "router-app-secret"


def small_world() -> dict[str, Any]:
    """A fresh copy: an integration user, two reps, one who has left, two queues, an account, two leads."""
    return {
        "organization": {"name": "Acme Routing", "time_zone": "America/New_York"},
        "connected_apps": [
            {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "run_as": "@robot"},
            {"client_id": "bob-app", "client_secret": "bob-secret", "run_as": "@bob"},
            {"client_id": "nobody-app", "client_secret": "nobody-secret"},
        ],
        "users": [
            {"key": "robot", "LastName": "Robot", "Username": "robot@acme.example"},
            {"key": "sarah", "FirstName": "Sarah", "LastName": "Lee"},
            {"key": "bob", "FirstName": "Bob", "LastName": "Stone"},
            {"key": "gone", "LastName": "Gone", "IsActive": False},
        ],
        "queues": [
            {"key": "inbound", "name": "Inbound", "objects": ["Lead"], "members": ["@sarah", "@bob"]},
            {"key": "support", "name": "Support", "objects": ["Case"]},
        ],
        "custom_fields": {
            "Lead": [
                {"name": "Matched_Account__c", "type": "Lookup", "refers_to": "Account"},
                {"name": "Outside_Key__c", "type": "Text", "length": 20, "external_id": True, "unique": True},
                {"name": "Batch__c", "type": "Text", "length": 20, "external_id": True},
                {"name": "Tier__c", "type": "Picklist", "values": ["Gold", "Silver"], "restricted": True},
                {"name": "Score__c", "type": "Number", "precision": 5, "scale": 2},
                {"name": "Vip__c", "type": "Checkbox"},
                {"name": "Due__c", "type": "Date"},
                {"name": "Touched__c", "type": "DateTime"},
            ]
        },
        "rows": {
            "Account": [
                {"key": "acme", "Name": "Acme", "OwnerId": "@sarah", "BillingCity": "Paris"},
                {"key": "other", "Name": "Other", "OwnerId": "@gone"},
            ],
            "Contact": [{"key": "carla", "LastName": "Carla", "AccountId": "@acme"}],
            "Opportunity": [
                {
                    "key": "deal",
                    "Name": "Deal",
                    "AccountId": "@acme",
                    "StageName": "Prospecting",
                    "CloseDate": "2026-06-30",
                }
            ],
            "Lead": [
                {"key": "lead", "LastName": "Doe", "Company": "Acme", "OwnerId": "@bob", "Country": "US"},
                {
                    "key": "converted",
                    "LastName": "Done",
                    "Company": "Acme",
                    "IsConverted": True,
                    "ConvertedAccountId": "@acme",
                    "Status": "Closed - Converted",
                },
            ],
        },
    }


RULE = {
    "key": "rule",
    "name": "By country",
    "object": "Lead",
    "entries": [
        {"when": [{"field": "Country", "operator": "equals", "value": ["FR", "France"]}], "assign_to": "@inbound"},
        {"when": [{"field": "Company", "operator": "contains", "value": "Bank"}], "assign_to": "@sarah"},
    ],
}


def small_org(**changes: Any) -> Org:
    """An org of the small world, its clock standing at noon; `changes` replace top-level parts."""
    world = small_world() | changes
    told = repr(changes)
    model = _MODELS.get(told)
    if model is None:
        model = Org.from_world(world, OrgClock(NOON))
        if model.flows.names():
            return model  # it has no twin
        _MODELS[told] = model
        while len(_MODELS) > _MOST_MODELS:
            del _MODELS[next(iter(_MODELS))]
    return twin(model, OrgClock(NOON))


_MODELS: dict[str, Org] = {}
"""Worlds loaded before, by their changes: hundreds of tests begin alike, and loading takes longer than they do."""
_MOST_MODELS = 20


def robot(org: Org) -> Actor:
    """The integration user, signed in."""
    return Actor(org, "@robot")


def owner_of(org: Org, lead_id: str) -> str:
    """The owner of a lead as the store has it."""
    row = org.store.get("Lead", lead_id)
    assert row is not None
    return str(row["OwnerId"])
