"""Finds out of which objects our user may miss records: private ones on which it lacks View All (F13)."""

from collections.abc import Iterable, Mapping
from typing import Any

from sfrouter.salesforce.granted import Asked, granted_to
from sfrouter.salesforce.soql import select

_DEFAULTS = {
    "Account": "DefaultAccountAccess",
    "Campaign": "DefaultCampaignAccess",
    "Case": "DefaultCaseAccess",
    "Contact": "DefaultContactAccess",
    "Lead": "DefaultLeadAccess",
    "Opportunity": "DefaultOpportunityAccess",
}
"""Org-wide defaults as the org's own record tells them; those of custom objects it does not tell."""
_PRIVATE, _AS_THE_ACCOUNT = "None", "ControlledByParent"


def private_objects(org: Asked) -> frozenset[str]:
    """The objects (API names) whose records only their owners see, and with whom they are shared.

    Raises what the gateway raises.
    """
    rows = org.query_all_rows(select(sorted(_DEFAULTS.values()), "Organization", limit=1))
    told: Mapping[str, Any] = rows[0] if rows else {}
    found = {name for name, field in _DEFAULTS.items() if told.get(field) == _PRIVATE}
    if "Account" in found and told.get(_DEFAULTS["Contact"]) == _AS_THE_ACCOUNT:
        found.add("Contact")
    return frozenset(found)


def perhaps_hidden(org: Asked, user_id: str, object_names: Iterable[str]) -> frozenset[str]:
    """Those of the objects, named as they were asked for, of which the user may not see every record.

    Roles, teams and sharing rules may show him all of them nevertheless: that cannot be asked for. A user who may
    not look at his own rights gets none. One call where nothing is private. Raises what the gateway raises.
    """
    hidden = {name.casefold() for name in private_objects(org)}
    private = {name for name in object_names if name.casefold() in hidden}
    if not private:
        return frozenset()
    granted = granted_to(org, user_id)
    return frozenset(name for name in private if granted.sets and not granted.views_all(name))
