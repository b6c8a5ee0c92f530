"""Who stands in for somebody who left, and which leads count: for the report and for the watch (R099)."""

from sfrouter.config.policy_value import Policy
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Lead
from sfrouter.routing.owners import Found, find_owner
from sfrouter.routing.rule import Role, Wanted


def heir_of(person_id: str, directory: Directory, policy: Policy, intake_ids: frozenset[str]) -> Found:
    """Who takes over from him by the policy's departed chain (R095-R098); None: the territory."""
    wanted = Wanted(role=Role.ACCOUNT_OWNER, record_id=person_id)
    return find_owner(wanted, directory, departed=policy.departed, never=intake_ids)


def still_open(lead: Lead) -> bool:
    """Neither converted nor closed as lost."""
    return not (lead.converted or lead.closed_lost)
