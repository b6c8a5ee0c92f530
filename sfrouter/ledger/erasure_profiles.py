"""Takes a lead out of its company profile, with the domain and name that only this lead stood for."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, or_, select

from sfrouter.ledger.decision_json import decision_from_json
from sfrouter.ledger.erased import ERASED
from sfrouter.ledger.tables import DECISION, PROFILE, PROFILE_KEY, PROFILE_WORD
from sfrouter.model.company import JoinReason

_LEAD = "lead "
_NOTHING: frozenset[str] = frozenset()
Beside = Mapping[str, tuple[str, str]]
"""Each key of a profile with the key that it joined beside, and why."""


def forget_profile_member(connection: Connection, lead_id: str) -> int:
    """Inside a transaction, while the lead's decisions still have their words; returns how many keys went.

    A profile without leads goes whole.
    """
    own = f"{_LEAD}{lead_id}"
    query = select(PROFILE_KEY.c.profile_id).where(PROFILE_KEY.c.key == own)
    profile_id: int | None = connection.execute(query).scalar_one_or_none()
    if profile_id is None:
        return 0
    kept = select(PROFILE_KEY).where(PROFILE_KEY.c.profile_id == profile_id)
    beside = {row.key: (row.beside, row.why) for row in connection.execute(kept)}
    others = [key for key in beside if key.startswith(_LEAD) and key != own]
    stays = _stays(connection, own, others, beside) if others else _NOTHING
    gone = [key for key in beside if key == own or not (key.startswith(_LEAD) or key in stays)]
    _forget_keys(connection, gone)
    if not others:
        merged = or_(PROFILE.c.id == profile_id, PROFILE.c.merged_into == profile_id)
        connection.execute(PROFILE.delete().where(merged))
    return len(gone)


def _stays(connection: Connection, own: str, others: Sequence[str], beside: Beside) -> frozenset[str]:
    """The domains and names that other leads stand for.

    Where the words of some of them are gone, what they joined beside is known still. A name or domain of which
    nobody can say any more who brought it may be theirs, unless only the lead's own lead to it.
    """
    said = _keys_of(connection, [key.removeprefix(_LEAD) for key in (own, *others)])
    known = [said.get(key.removeprefix(_LEAD), _NOTHING) for key in others]
    needed = {key for keys in known for key in keys} | {beside[key][0] for key in others}
    if all(known):
        return frozenset(needed)
    spelt = {key for key, (by, why) in beside.items() if why == JoinReason.SPELT.value and by in needed}
    needed |= spelt  # one spells the other, and says no more than it
    lost = {own, beside[own][0], *said.get(own.removeprefix(_LEAD), _NOTHING)} - needed - set(others)
    return frozenset(
        key for key, (by, _) in beside.items() if key in needed or (key not in lost and by not in lost)
    )


def _keys_of(connection: Connection, lead_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The domains and names that each lead's newest decision gives that says any."""
    found: dict[str, frozenset[str]] = {}
    query = select(DECISION.c.lead_id, DECISION.c.trace).where(DECISION.c.lead_id.in_(lead_ids))
    for lead_id, trace in connection.execute(query.order_by(DECISION.c.seq.desc())):
        match = decision_from_json(trace).match if lead_id not in found else None
        if match and (match.company_domain or match.company_key):
            found[lead_id] = frozenset((f"domain {match.company_domain}", f"name {match.company_key}"))
    return found


def _forget_keys(connection: Connection, gone: Collection[str]) -> None:
    keys = list(gone)
    connection.execute(PROFILE_KEY.delete().where(PROFILE_KEY.c.key.in_(keys)))
    connection.execute(PROFILE_KEY.update().where(PROFILE_KEY.c.beside.in_(keys)).values(beside=ERASED))
    said = or_(PROFILE_WORD.c.left.in_(keys), PROFILE_WORD.c.right.in_(keys))
    connection.execute(PROFILE_WORD.delete().where(said))
    for key in keys:
        names_it = PROFILE.c.merged_because.contains(f'"{key}"', autoescape=True)
        connection.execute(PROFILE.update().where(names_it).values(merged_because=None))
