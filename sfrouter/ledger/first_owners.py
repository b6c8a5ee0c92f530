"""Who had each lead when it was first read under the intake's condition: whoever changed hands since was taken."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import LedgerTable

CHUNK = 10_000  # leads at once; well under SQLite's 32,766 parameters a statement


class FirstOwnerRow(LedgerTable, table=True):
    """A lead's first owner, for good: here and not in the mirror, which may be filled anew at any hour (L02)."""

    __tablename__ = "first_owner"

    lead_id: str = Field(primary_key=True, max_length=18)
    owner_id: str = Field(max_length=18)


FIRST_OWNER = LedgerTable.metadata.tables["first_owner"]


class FirstOwners(LedgerPart):
    """Keeping the first owners of leads."""

    def first_owners(self, lead_ids: Collection[str]) -> dict[str, str]:
        """Of these leads the owners that were kept, by lead."""
        wanted, found = sorted(lead_ids), dict[str, str]()
        query = select(FIRST_OWNER.c.lead_id, FIRST_OWNER.c.owner_id)
        with self._store.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                some = FIRST_OWNER.c.lead_id.in_(wanted[start : start + CHUNK])
                found.update(connection.execute(query.where(some)).all())
        return found

    def keep_first_owners(self, owners: Mapping[str, str]) -> None:
        """Keep who has these leads, by lead; of those that are known already nothing changes."""
        rows = [{"lead_id": lead_id, "owner_id": owner_id} for lead_id, owner_id in sorted(owners.items())]
        with self._store.write() as connection:
            for start in range(0, len(rows), CHUNK):
                connection.execute(insert(FIRST_OWNER).on_conflict_do_nothing(), rows[start : start + CHUNK])
