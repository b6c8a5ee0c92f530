"""Forgets what is personal: leads' network addresses after the set time (R038), whole leads on request."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from sfrouter.base.database import writing
from sfrouter.mirror.email_key import search_email
from sfrouter.mirror.put import batches, bury, stone_digest
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ContactRow, LeadRow, table_of

MANY = 5_000  # ids in one question
_LEAD = table_of(LeadRow)
_FORGET = update(_LEAD).where(_LEAD.c.ip != "", _LEAD.c.created_at <= bindparam("before")).values(ip="")


def forget_addresses(mirror: Mirror, before: datetime) -> int:
    """Empty the network address of every lead created at or before a moment; gives how many had one."""
    with writing(mirror.engine) as connection:
        return connection.execute(_FORGET, {"before": before}).rowcount


def forget_leads(mirror: Mirror, lead_ids: Collection[str]) -> tuple[str, ...]:
    """Leave of these leads a stone that says nothing about a person; gives those that were alive until now."""
    lead, alive = table_of(LeadRow), list[str]()
    with writing(mirror.engine) as connection:
        for some in batches(sorted(lead_ids), MANY):
            query = select(lead.c.id).where(lead.c.id.in_(some), lead.c.deleted.is_(False))
            alive += connection.execute(query).scalars()
        if alive:
            bury(connection, "lead", alive, change=mirror.next_change(connection))
    return tuple(alive)


def leads_to_forget(mirror: Mirror) -> Iterator[tuple[str, ...]]:
    """The leads that were deleted in the org, or merged into others there, in runs."""
    lead, last = table_of(LeadRow), ""
    while True:
        query = select(lead.c.id).where(lead.c.deleted.is_(True), lead.c.id > last).order_by(lead.c.id)
        with mirror.reading() as connection:
            some = connection.execute(query.limit(MANY)).scalars().all()
        if not some:
            return
        yield tuple(some)
        last = some[-1]


def only_missed(mirror: Mirror, lead_ids: Collection[str]) -> frozenset[str]:
    """Those of the deleted leads of which the org never said so: their ids were missed, and no more is known."""
    lead, stones = table_of(LeadRow), dict[str, str]()
    with mirror.reading() as connection:
        for some in batches(sorted(lead_ids), MANY):
            query = select(lead.c.id, lead.c.digest).where(lead.c.id.in_(some), lead.c.deleted.is_(True))
            stones.update((row.id, row.digest) for row in connection.execute(query))
    return frozenset(one for one, said in stones.items() if said == stone_digest(one))


def unknown_leads(mirror: Mirror, lead_ids: Collection[str]) -> frozenset[str]:
    """Those of the ids that the mirror knows nothing of, not even that they were deleted."""
    lead, known = table_of(LeadRow), set[str]()
    with mirror.reading() as connection:
        for some in batches(sorted(lead_ids), MANY):
            known.update(connection.execute(select(lead.c.id).where(lead.c.id.in_(some))).scalars())
    return frozenset(lead_ids) - known


def leads_of_email(mirror: Mirror, email: str) -> tuple[str, ...]:
    """The leads with an e-mail address, converted ones too."""
    lead, address = table_of(LeadRow), search_email(email)
    with mirror.reading() as connection:
        return (
            tuple(connection.execute(select(lead.c.id).where(lead.c.email == address)).scalars())
            if address
            else ()
        )


def contacts_of_email(mirror: Mirror, email: str) -> int:
    """How many contacts with an e-mail address are known."""
    contact, address = table_of(ContactRow), mirror.email_key.hashed(email)
    query = select(func.count()).select_from(contact).where(contact.c.email == address)
    with mirror.reading() as connection:
        return connection.execute(query).scalar_one() if address else 0


def forget_contacts(mirror: Mirror, email: str) -> int:
    """Take out the contacts with an e-mail address; gives how many there were."""
    contact, address = table_of(ContactRow), mirror.email_key.hashed(email)
    with writing(mirror.engine) as connection:
        return connection.execute(contact.delete().where(contact.c.email == address)).rowcount if address else 0
