"""The mirror's one face to the house: every look-up a decision needs, answered in our own words."""

from sfrouter.mirror.read_accounts import AccountChanges, AccountReading
from sfrouter.mirror.read_contacts import ContactReading
from sfrouter.mirror.read_index import IndexReading
from sfrouter.mirror.read_leads import Company, LeadReading
from sfrouter.mirror.read_owners import OwnerReading
from sfrouter.mirror.read_people import Organization, PeopleReading
from sfrouter.mirror.read_sources import SourceReading

__all__ = ["AccountChanges", "Company", "Organization", "Reader"]


class Reader(
    LeadReading, AccountReading, ContactReading, IndexReading, OwnerReading, PeopleReading, SourceReading
):
    """`Reader(mirror, mapping)`; `with reader.snapshot() as view:` for several questions about one moment."""
