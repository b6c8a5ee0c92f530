"""Finds out of which objects our user may miss records: private ones on which it lacks View All (F13)."""

from collections.abc import Iterable, Mapping
from typing import Any

from sfrouter.salesforce.granted import Asked, granted_to
from sfrouter.salesforce.soql import select

_DEFAULTS = {
    "Account": "DefaultAccountAccess",
    "Case": "DefaultCaseAccess",
    "Contact": "DefaultContactAccess",
    "Lead": "DefaultLeadAccess",
    "Opportunity": "DefaultOpportunityAccess",
}
"""Org-wide defaults as the org's own record tells them; those of custom objects it does not tell."""
_PRIVATE, _AS_THE_ACCOUNT = "None", "ControlledByParent"


def private_objects(org: Asked, object_names: Iterable[str]) -> frozenset[str]:
    """Those of the objects, named as they were asked for, whose records are seen only by their owners and by whom
    they are shared with. One call. Raises what the gateway raises.
    """
    asked = {name: told for name in object_names for told in _DEFAULTS if told.casefold() == name.casefold()}
    names = {*asked.values(), *(("Account",) if "Contact" in asked.values() else ())}
    if not names:
        return frozenset()
    rows = org.query_all_rows(select(sorted(_DEFAULTS[name] for name in names), "Organization", limit=1))
    told: Mapping[str, Any] = rows[0] if rows else {}
    private = {name for name in names if told.get(_DEFAULTS[name]) == _PRIVATE}
    if "Account" in private and told.get(_DEFAULTS["Contact"]) == _AS_THE_ACCOUNT:
        private.add("Contact")
    return frozenset(name for name, one in asked.items() if one in private)


def perhaps_hidden(org: Asked, user_id: str, object_names: Iterable[str]) -> frozenset[str]:
    """Those of the objects, named as they were asked for, of which the user may not see every record.

    Roles, teams and sharing rules may show him all of them nevertheless: that cannot be asked for. A user who may
    not look at his own rights gets none. One call where nothing is private. Raises what the gateway raises.
    """
    private = private_objects(org, object_names)
    if not private:
        return frozenset()
    granted = granted_to(org, user_id)
    return frozenset(name for name in private if granted.sets and not granted.views_all(name))
