"""Holds what our user may do in the org against what the files make the router do: too little, and too much."""

from collections.abc import Collection

from sfrouter.base.errors import Problem
from sfrouter.salesforce.granted import Granted
from sfrouter.salesforce.permission_set import Rights
from sfrouter.salesforce.rows_shown import Narrowed

_FILE = "permission sets"


def rights_unread() -> Problem:
    """The org does not show the user his own rights: nothing can be said of what he lacks, or has too much."""
    return Problem(
        file=_FILE,
        what="the integration user may not read its own rights in the org: which it lacks or has too much "
        "(ORG19, ORG20, ORG22, ORG23), and where sharing may hide records or keep them from being changed "
        "(ORG31, ORG32), is not told",
        mend="compare its permission set with what 'sfrouter permissions' prints; or give it the system "
        "permission View Setup and Configuration, which only reads, and run the check again",
        code="ORG33",
        warning=True,
    )


def check_sharing(granted: Granted, wanted: Rights, private: Collection[str]) -> tuple[Problem, ...]:
    """The objects that are private in the org and of which the user may not see every record (F13)."""
    return tuple(
        Problem(
            file=_FILE,
            what=f"{name} records are private in the org, and the integration user lacks View All on {name}: "
            "those not shared with him do not exist for the router",
            mend=f"in the permission set: Object Settings > {name} > View All; until then a lead that no account "
            "was found for may have one all the same",
            code="ORG31",
            warning=True,
        )
        for name in sorted(wanted.governed)
        if name in private and not granted.views_all(name)
    )


def check_editing(granted: Granted, leads: str, narrowed: Narrowed) -> tuple[Problem, ...]:
    """Leads that their owners alone may change by the org-wide default: View All shows them and is not enough."""
    how = "private" if leads in narrowed.private else "read-only" if leads in narrowed.read_only else ""
    if not how or granted.modifies_all(leads):
        return ()
    what = f"{leads} records are {how} in the org, and the integration user lacks Modify All on {leads}: the org "
    what += "may refuse the owner of every lead that is not his own. A sharing rule, a role above the owners or, "
    what += "for a queue's leads, membership of it may let him change them: that cannot be seen from here"
    mend = f"see that one of them gives him Read/Write on {leads} (docs/setup.md); "
    mend += "'sfrouter check --probe-write LEAD' tries it on a lead, such as one that waits in the intake"
    return (Problem(file=_FILE, what=what, mend=mend, code="ORG32", warning=True),)


def check_rights(granted: Granted, wanted: Rights) -> tuple[Problem, ...]:
    """Each missing and each excess right, as warnings: a right may also come by a way that cannot be seen."""
    missing = tuple(
        Problem(
            file=_FILE,
            what=f"the integration user lacks {right}",
            mend="deploy the permission set that 'sfrouter permissions' prints, and assign it",
            code="ORG22",
            warning=True,
        )
        for right in granted.missing(wanted)
    )
    # Modify All is told of beside the objects that it is on (orgcheck_rights).
    excess = tuple(
        Problem(
            file=_FILE,
            what=f"the integration user has {right}, which sfrouter does not need",
            mend="take it out of his profile and permission sets: what nobody has nobody can misuse",
            code="ORG23",
            warning=True,
        )
        for right in granted.excess(wanted)
        if not right.startswith("Modify All")
    )
    return missing + excess
