"""Asks the org which of the leads just read meet the intake's condition; without an answer the rest goes on."""

import hashlib
from collections.abc import Mapping

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk
from sfrouter.journey.waiting import may_come_by_condition
from sfrouter.mirror.condition import (
    Asked,
    asked,
    begin_anew,
    keep_answers,
    keep_trouble,
    meeting,
    trouble,
)
from sfrouter.mirror.read_leads import Hands
from sfrouter.model.records import Lead
from sfrouter.salesforce.errors import FieldMissingError, ObjectMissingError, QueryFailedError

_log = logger("journey")


def ask_condition(house: House, *, came: bool = True) -> None:
    """Ask about the leads that changed since they were last asked about (L01): one call, and none when none came.

    A condition that the org refuses is said and kept as the reason; the leads stay to be asked about, and queues
    and users of the intake are served as ever. It is tried again with the next leads that come (`came`) and with
    each refresh. Raises what concerns the org as a whole, as every reading does.
    """
    desk = house.desk
    condition = desk.policy.intake.condition
    if condition is None:
        return
    key = hashlib.sha256(condition.encode()).hexdigest()[:16]
    before = asked(desk.mirror)
    if before.key != key:
        begin_anew(desk.mirror, key)
        before = Asked(key)
    why = trouble(desk.mirror)
    if why and not came:
        return
    upto = desk.reader.change_number()
    if upto == before.upto:
        return
    wanted = _wanted(house, before.upto)
    try:
        met = _meeting(house, condition, wanted)
    except (FieldMissingError, ObjectMissingError, QueryFailedError) as failure:
        said = refusal(failure)
        _log.warning("intake_condition_refused", why=said, leads=len(wanted))
        keep_trouble(desk.mirror, f"the org refuses it ({said}); only queues and users of the intake are served")
        return
    if why and not wanted:
        return  # nothing was asked, so nothing is known to be mended
    keep_answers(desk.mirror, met, Asked(key, upto))


def refusal(failure: FieldMissingError | ObjectMissingError | QueryFailedError) -> str:
    """Why the org did not take the condition, in few words; never what it says about a person."""
    match failure:
        case FieldMissingError():
            return f"the field {failure.field or 'that it names'} does not exist or is hidden from our user"
        case ObjectMissingError():
            return f"the object {failure.object_name or 'that it names'} does not exist or is hidden from our user"
        case _:
            return failure.code or "it could not be read"


def leads_by_condition(desk: Desk) -> tuple[Lead, ...]:
    """The leads that the condition brings into the intake; none that anybody has taken since it was first read."""
    found = desk.reader.leads_by_condition() if desk.policy.intake.condition else ()
    first = desk.ledger.first_owners([lead.id for lead in found]) if found else {}
    return tuple(lead for lead in found if first.get(lead.id) == lead.owner_id)


def condition_trouble(desk: Desk) -> str:
    """Why the condition cannot be asked at present, or ""."""
    return trouble(desk.mirror) if desk.policy.intake.condition else ""


def _wanted(house: House, after: int) -> list[str]:
    """The leads that the answer matters for: in no intake queue, with their first owner, and not decided yet."""
    desk = house.desk
    hands = desk.reader.hands(after=after)
    first = _first_owners(desk, hands)
    intake = desk.intake_ids(desk.directory(house.gateway.server_now()))
    found = [one for one, has in hands.items() if has.now == first[one] and has.now not in intake]
    last = desk.ledger.standings(found)
    return [one for one in found if may_come_by_condition(last.get(one))]


def _first_owners(desk: Desk, hands: Mapping[str, Hands]) -> dict[str, str]:
    """Who had these leads first. Of a lead never met before it is kept now, before the org is asked about it."""
    known = desk.ledger.first_owners(hands)
    met = {one: has.first for one, has in hands.items() if one not in known}
    if met:
        desk.ledger.keep_first_owners(met)
    return met | known


def _meeting(house: House, condition: str, wanted: list[str]) -> set[str]:
    return meeting(house.gateway.query, house.desk.mapping.of("lead"), condition, wanted) if wanted else set()
