"""When a step on a lead that somebody has was overtaken: may it be tried once more?

A late reply, a departed owner, another priority: the lead was changed before the step was written, so the org
refused it. Whoever wanted the step looks at the lead again as it is now; the lead is not routed as if it were new.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sfrouter.ledger.decisions import AFTERWARDS, Standing, StoredDecision
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Lead
from sfrouter.model.write import WriteState

MOST_A_DAY = 3  # steps of one kind that were overtaken; more means that something fights us (F37)
SEEN_BY_NOW = timedelta(hours=1)


def overtaken(standing: Standing, lead: Lead | None) -> bool:
    """Was this step on the lead overtaken, and has the lead still the owner it had then?"""
    step = standing.rule in AFTERWARDS and standing.lead_write is WriteState.SUPERSEDED
    return step and lead is not None and lead.owner_id == standing.lead_owner_id


def worth_a_look(standing: Standing, lead: Lead, directory: Directory, now: datetime) -> bool:
    """Does the mirror have the change that overtook the step, or is the person out whom it chose?

    Before that the same write would be made again and refused again. An hour later it is tried all the same:
    perhaps nobody changed the lead, and the step ended with the org that the ledger belonged to.
    """
    if standing.older_than(lead) or standing.at is None or now - standing.at >= SEEN_BY_NOW:
        return True
    chosen = directory.people.get(standing.owner_id or "")
    return chosen is not None and not chosen.active


def tried_enough(stored: Sequence[StoredDecision], rule: str, now: datetime) -> bool:
    """Were so many steps of this kind overtaken within a day that something must be fighting us?"""
    since = now - timedelta(days=1)
    failed = [
        one for one in stored
        if one.decision.rule == rule and one.lead_write is WriteState.SUPERSEDED and one.decision.at >= since
    ]  # fmt: skip
    return len(failed) >= MOST_A_DAY
