"""Tries on one lead of the admin's choice whether the org keeps what safe writing rests on.

The documents say that an update may carry a condition, and that one part of a composite call may carry headers; no
document says both at once. So it is tried: an update whose condition does not hold must be refused, one whose
condition holds must be carried out and leave the owner where he is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sfrouter.base.errors import Problem
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import RowAnswer, RowChange, RowOutcome
from sfrouter.writeback.guard import SeenLead, look_at
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.org import Org

LONG_BEFORE = timedelta(days=1)
"""So much older than the lead's last change is the moment of the condition that must not hold."""
_PLACE = "probe of writing"


def probe_writing(org: Org, names: LeadNames, lead_id: str) -> tuple[Problem, ...]:
    """What is wrong with this org's conditional writes; nothing when they are safe.

    The lead's owner is written over with the same owner, at most twice: its last change is then ours. Raises
    GatewayError when the org cannot be asked.
    """
    return tuple(_faults(org, names, lead_id))


def _faults(org: Org, names: LeadNames, lead_id: str) -> Iterator[Problem]:
    lead = _look(org, names, lead_id)
    if lead is None or lead.converted:
        state = "was converted already" if lead else "is not there, or hidden from our user"
        yield _fault(f"the lead {lead_id} {state}", "name an open lead that nobody works on", code="ORG24")
        return
    stale = _write(org, names, lead, lead.modified_at - LONG_BEFORE)
    if stale.outcome is RowOutcome.DONE:
        what = "the org wrote although the lead was changed after the moment that the condition names"
        mend = "do not let the router write to this org: it could not keep from overwriting people"
        yield _fault(what, mend, code="ORG25")
        return
    if stale.verdict is not Verdict.CHANGED:
        yield _refusal("an update whose condition does not hold", stale)
        return
    fresh = _write(org, names, lead, lead.modified_at)
    after = _look(org, names, lead_id)
    if fresh.outcome is not RowOutcome.DONE:
        if fresh.verdict is Verdict.CHANGED and after is not None and after.modified_at != lead.modified_at:
            what, mend = "somebody changed the lead meanwhile", "try again, or with another lead"
            yield _fault(what, mend, code="ORG24")
        else:
            yield _refusal("an update whose condition holds", fresh)
    elif after is None or after.owner_id != lead.owner_id:
        what = "the lead has another owner after an update that named the same owner: an automation moves it"
        mend = "find the flow, trigger or rule in the lead's history, and let it leave routed leads alone"
        yield _fault(what, mend, code="ORG26")


def _look(org: Org, names: LeadNames, lead_id: str) -> SeenLead | None:
    return next(iter(look_at(org, names, [lead_id]).values()), None)


def _write(org: Org, names: LeadNames, lead: SeenLead, unless_changed_after: datetime) -> RowAnswer:
    """The owner once more, by the same call as a decision's."""
    change = RowChange(
        record_id=lead.id, values={names.owner: lead.owner_id}, unmodified_since=unless_changed_after
    )
    (answer,) = org.change_rows(names.object_name, [change])
    return answer


def _refusal(which: str, answer: RowAnswer) -> Problem:
    what = f"{which} ended with {answer.code or 'no answer'}: {answer.message or 'the org said no more'}"
    mend = "give our user the right to edit this lead, or name another lead, and try again"
    return _fault(what, mend, code="ORG25")


def _fault(what: str, mend: str, *, code: str) -> Problem:
    return Problem(file=_PLACE, what=what, mend=mend, code=code)
