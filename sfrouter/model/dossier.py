"""All that a decision may look at, gathered beforehand: the lead, its company and everyone around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from sfrouter.model.company import Profile
from sfrouter.model.evidence import Match
from sfrouter.model.influx import Influx
from sfrouter.model.new_company import NewCompany
from sfrouter.model.records import Account, Case, Lead, Opportunity, Person, Queue, TeamMember


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntry:
    """One company of the named-account list (R073): who has it, by e-mail, and a note."""

    company: str
    owner_email: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everyone a lead can go to. `successors` is the admin's own table, user id to user id (R098)."""

    people: Mapping[str, Person]
    queues: Mapping[str, Queue]
    successors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def by_email(self, email: str) -> Person | None:
        """The user with this e-mail; an active one before one who left."""
        wanted = email.strip().casefold()
        found = [person for person in self.people.values() if person.email.casefold() == wanted]
        return min(found, key=lambda person: (not person.active, person.id), default=None)

    def queue_named(self, name: str) -> Queue | None:
        """The queue with this name, developer name or id."""
        wanted = name.strip().casefold()
        for queue in self.queues.values():
            if wanted in (queue.name.casefold(), queue.developer_name.casefold(), queue.id.casefold()):
                return queue
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The whole evidence of one decision; with the policy it determines the decision completely."""

    lead: Lead
    match: Match
    directory: Directory
    now: datetime
    today: date  # in the org's time zone
    account: Account | None = None  # set when the match is automatic
    ancestors: tuple[Account, ...] = ()  # parent first, up to the ultimate parent
    opportunities: tuple[Opportunity, ...] = ()  # open ones on the account
    open_cases: tuple[Case, ...] = ()
    team: tuple[TeamMember, ...] = ()
    lost_leads: tuple[Lead, ...] = ()  # earlier closed-lost leads of the company, newest first
    open_leads: tuple[Lead, ...] = ()  # other open leads of the company that a person owns, first created first
    recorded_owners: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of account and lost leads those that a queue or the router has: the last person before, "" for nobody."""
    same_person: tuple[Lead, ...] = ()  # open, owned leads with the same e-mail, first created first (D01)
    recent_leads: tuple[Lead, ...] = ()  # earlier leads of the company, and later ones decided before it (R084)
    alerted: frozenset[str] = frozenset()  # those of them with which the owner was told of a burst
    profile: Profile | None = None  # the company of a lead without an account, when others are of it
    new_company: NewCompany | None = None  # it has no account yet, and the lead makes it earn one (R066)
    influx: Influx | None = None  # the leads of its e-mail domain around it, where the policy watches for floods
    named_entry: NamedEntry | None = None
    rates: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))  # to the base currency
    intake_ids: frozenset[str] = frozenset()  # queues and users whose leads wait to be routed
