"""Forgets leads' network addresses after the set time: they are personal data and serve no longer (R038)."""

from datetime import datetime

from sqlalchemy import update

from sfrouter.base.database import writing
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import LeadRow, table_of


def forget_addresses(mirror: Mirror, before: datetime) -> int:
    """Empty the network address of every lead created at or before a moment; gives how many had one."""
    lead = table_of(LeadRow)
    old = update(lead).where(lead.c.ip != "", lead.c.created_at <= before).values(ip="")
    with writing(mirror.engine) as connection:
        return connection.execute(old).rowcount
