"""Finds out of which objects our user may miss records: private ones on which it lacks View All (F13).

And of which it may see records and not change them, as the org-wide default lets their owners alone do that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
_PRIVATE, _READ_ONLY, _AS_THE_ACCOUNT = "None", "Read", "ControlledByParent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The objects, named as they were asked for, whose org-wide default is narrow.

    Of the `private` ones nobody sees a record but its owner and those it is shared with; the `read_only` ones all
    see, and none but these change.
    """

    private: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()


def narrowed_objects(org: Asked, object_names: Iterable[str]) -> Narrowed:
    """What the org-wide defaults narrow. One call. Raises what the gateway raises."""
    asked = {name: told for name in object_names for told in _DEFAULTS if told.casefold() == name.casefold()}
    names = {*asked.values(), *(("Account",) if "Contact" in asked.values() else ())}
    if not names:
        return Narrowed()
    rows = org.query_all_rows(select(sorted(_DEFAULTS[name] for name in names), "Organization", limit=1))
    told: Mapping[str, Any] = rows[0] if rows else {}
    defaults = {name: told.get(_DEFAULTS[name]) for name in names}
    if defaults.get("Contact") == _AS_THE_ACCOUNT:
        defaults["Contact"] = defaults["Account"]
    return Narrowed(
        private=frozenset(name for name, one in asked.items() if defaults[one] == _PRIVATE),
        read_only=frozenset(name for name, one in asked.items() if defaults[one] == _READ_ONLY),
    )


def perhaps_hidden(org: Asked, user_id: str, object_names: Iterable[str]) -> frozenset[str]:
    """Those of the objects, named as they were asked for, of which the user may not see every record.

    Roles, teams and sharing rules may show him all of them nevertheless: that cannot be asked for. A user who may
    not look at his own rights gets none. One call where nothing is private. Raises what the gateway raises.
    """
    private = narrowed_objects(org, object_names).private
    if not private:
        return frozenset()
    granted = granted_to(org, user_id)
    return frozenset(name for name in private if granted.sets and not granted.views_all(name))
