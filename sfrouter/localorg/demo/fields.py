"""The custom fields of the demo org: what a stock org lacks and the shipped mapping asks for."""

from typing import Any


def _user(name: str) -> dict[str, Any]:
    return {"name": name, "type": "Lookup", "refers_to": "User"}


def _flag(name: str) -> dict[str, Any]:
    return {"name": name, "type": "Checkbox", "default": False}


def _list(name: str, *values: str) -> dict[str, Any]:
    return {"name": name, "type": "Picklist", "values": list(values)}


CUSTOM_FIELDS: dict[str, list[dict[str, Any]]] = {
    "User": [_user("Successor__c")],
    "Account": [
        {"name": "Email_Domains__c", "type": "Text", "length": 255},
        {"name": "Other_Names__c", "type": "Text", "length": 255},
        _flag("Competitor__c"),
        _list("Partner_Kind__c", "Partner Company", "Reseller", "Technology Partner", "Referral Partner",
              "Partner Sourced", "Partner Managed", "Partner Involved"),
        _user("Partner_User__c"),
        _user("Partner_Manager__c"),
        _flag("Strategic__c"),
        _user("Strategic_Owner__c"),
        _flag("Named_Account__c"),
        _user("Named_Account_Owner__c"),
        {"name": "Churn_Date__c", "type": "Date"},
        _user("Previous_Owner__c"),
        _list("Segment__c", "SMB", "Mid-Market", "Enterprise"),
        {"name": "Contract_Value__c", "type": "Currency", "precision": 18, "scale": 2},
        _user("Account_Manager__c"),
        _user("Customer_Success_Manager__c"),
        _list("Health__c", "Good", "Fair", "Low"),
        {"name": "Products__c", "type": "MultiselectPicklist", "values": ["Core", "Analytics", "Support"]},
        _flag("Created_By_Router__c"),
    ],
    "Lead": [
        {"name": "Account__c", "type": "Lookup", "refers_to": "Account"},
        _user("Previous_Owner__c"),
        {"name": "Routing_Reason__c", "type": "Text", "length": 255},
        {"name": "Department__c", "type": "Text", "length": 80},
        {"name": "Product_Interest__c", "type": "Text", "length": 80},
    ],
}  # fmt: skip

PICKLISTS = {
    "Account.Type": [
        "Customer", "Customer - Direct", "Customer - Channel", "Prospect", "Former Customer", "Partner", "Other",
    ],
}  # fmt: skip
