"""The small company that foreign clients work in: people, a queue, custom fields and an assignment rule."""

from __future__ import annotations

from typing import Any

CLIENT_ID = "contract-app"
CLIENT_SECRET = "contract-app-secret"  # noqa: S105 - it opens nothing but the org of this very check

REFRESH_TOKEN = "contract-refresh-token"  # noqa: S105


def contract_world() -> dict[str, Any]:
    """A fresh copy of the world file's content."""
    return {
        "organization": {"name": "Acme Contract", "time_zone": "America/New_York"},
        "api": {
            "refresh_tokens": [{"client_id": CLIENT_ID, "user": "@robot", "token": REFRESH_TOKEN}],
            "rotate_refresh_tokens": [CLIENT_ID],
        },
        "limits": {"daily_api_requests": 100_000},
        "connected_apps": [{"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "run_as": "@robot"}],
        "users": [
            {"key": "robot", "LastName": "Robot", "Username": "robot@acme.example"},
            {"key": "sarah", "FirstName": "Sarah", "LastName": "Lee"},
        ],
        "queues": [{"key": "inbound", "name": "Inbound", "objects": ["Lead"], "members": ["@sarah"]}],
        "custom_fields": {
            "Lead": [
                {"name": "Outside_Key__c", "type": "Text", "length": 20, "external_id": True, "unique": True},
                {"name": "Tier__c", "type": "Picklist", "values": ["Gold", "Silver"], "restricted": True},
                {"name": "Score__c", "type": "Number", "precision": 5, "scale": 2},
            ]
        },
        "rows": {
            "Account": [{"key": "acme", "Name": "Acme", "OwnerId": "@sarah"}],
            "Contact": [{"LastName": "Carla", "AccountId": "@acme"}],
        },
        "assignment_rules": [{"name": "All", "object": "Lead", "entries": [{"assign_to": "@inbound"}]}],
    }
