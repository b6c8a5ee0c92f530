"""Takes a lead out of its company profile, with the domain and name that only this lead stood for."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, or_, select

from sfrouter.ledger.decision_json import decision_from_json
from sfrouter.ledger.erased import ERASED
from sfrouter.ledger.tables import DECISION, PROFILE, PROFILE_KEY, PROFILE_WORD

_LEAD = "lead "


def forget_profile_member(connection: Connection, lead_id: str) -> int:
    """Inside a transaction; returns how many keys went. A profile without leads goes whole."""
    own = f"{_LEAD}{lead_id}"
    query = select(PROFILE_KEY.c.profile_id).where(PROFILE_KEY.c.key == own)
    profile_id: int | None = connection.execute(query).scalar_one_or_none()
    if profile_id is None:
        return 0
    kept = select(PROFILE_KEY.c.key).where(PROFILE_KEY.c.profile_id == profile_id)
    keys = connection.execute(kept).scalars().all()
    others = [key.removeprefix(_LEAD) for key in keys if key.startswith(_LEAD) and key != own]
    needed = _keys_of(connection, others)
    gone = [key for key in keys if key == own or not (key.startswith(_LEAD) or key in needed)]
    _forget_keys(connection, gone)
    if not others:
        merged = or_(PROFILE.c.id == profile_id, PROFILE.c.merged_into == profile_id)
        connection.execute(PROFILE.delete().where(merged))
    return len(gone)


def _keys_of(connection: Connection, lead_ids: Sequence[str]) -> frozenset[str]:
    """The domains and names that these leads' newest decisions give."""
    newest = select(func.max(DECISION.c.seq)).where(DECISION.c.lead_id.in_(lead_ids)).group_by(DECISION.c.lead_id)
    found: set[str] = set()
    for trace in connection.execute(select(DECISION.c.trace).where(DECISION.c.seq.in_(newest))).scalars():
        match = decision_from_json(trace).match
        found.update((f"domain {match.company_domain}", f"name {match.company_key}"))
    return frozenset(found)


def _forget_keys(connection: Connection, gone: Collection[str]) -> None:
    keys = list(gone)
    connection.execute(PROFILE_KEY.delete().where(PROFILE_KEY.c.key.in_(keys)))
    connection.execute(PROFILE_KEY.update().where(PROFILE_KEY.c.beside.in_(keys)).values(beside=ERASED))
    said = or_(PROFILE_WORD.c.left.in_(keys), PROFILE_WORD.c.right.in_(keys))
    connection.execute(PROFILE_WORD.delete().where(said))
    for key in keys:
        names_it = PROFILE.c.merged_because.contains(f'"{key}"', autoescape=True)
        connection.execute(PROFILE.update().where(names_it).values(merged_because=None))
