"""Company profiles for people: to list, to look at, to split where two companies became one, to join."""

from dataclasses import dataclass
from datetime import datetime

from sfrouter.journey.desk import Desk
from sfrouter.ledger.companies import NoSuchProfileError, StoredProfile
from sfrouter.ledger.erased import ERASED
from sfrouter.ledger.ledger import Ledger
from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.names import normalise
from sfrouter.model.company import Join, JoinReason
from sfrouter.model.ids import to_18
from sfrouter.routing.explain import say
from sfrouter.routing.profile_words import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePart:
    """A domain, name or lead of a profile; `why` says what joined it."""

    part: str
    joined_at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """A company profile. `owners` names who has its leads, as the mirror knows it."""

    number: int
    made_at: datetime
    domains: tuple[str, ...]
    names: tuple[str, ...]
    leads: tuple[str, ...]
    owners: tuple[str, ...]
    parts: tuple[ProfilePart, ...]
    merged: tuple[str, ...]


def list_profiles(desk: Desk, *, single: bool = False) -> tuple[ProfileView, ...]:
    """The profiles of several leads, newest first; with `single` those of one lead, too."""
    found = desk.ledger.profiles()
    return tuple(view_of(one, desk) for one in found if single or len(one.lead_ids) > 1)


def show_profile(desk: Desk, which: str) -> ProfileView:
    """One profile, by its number, a lead's id, a domain or a company name. Raises NoSuchProfileError."""
    return view_of(_find(desk.ledger, which), desk)


def split_profile(desk: Desk, which: str, parts: list[str]) -> ProfileView:
    """Take parts out of a profile, for ever. Leads that have an owner keep him; later ones follow the split."""
    found = _find(desk.ledger, which)
    return view_of(desk.ledger.split_profile(found.id, [_key(part) for part in parts]), desk)


def join_profiles(desk: Desk, one: str, other: str) -> ProfileView:
    """Make two profiles one company, for ever."""
    left, right = _find(desk.ledger, one), _find(desk.ledger, other)
    return view_of(desk.ledger.join_profiles(left.id, right.id), desk)


def _find(ledger: Ledger, which: str) -> StoredProfile:
    text = which.strip()
    found = ledger.profile(int(text)) if text.isdecimal() and len(text) < 15 else ledger.profile_with(_key(text))
    if found is None:
        raise NoSuchProfileError(which)
    return found


def _key(text: str) -> str:
    """A lead's id, a domain (or address), or a company name, as profiles keep it."""
    text = text.strip()
    try:
        return f"lead {to_18(text)}"
    except ValueError:
        pass
    domain = domain_of(text) if "." in text and " " not in text else ""
    return f"domain {domain}" if domain else f"name {normalise(text).key}"


def view_of(profile: StoredProfile, desk: Desk) -> ProfileView:
    """A profile in words."""
    leads = desk.reader.leads(profile.lead_ids)
    people, queues = desk.reader.people(), desk.reader.queues()
    owner_ids = dict.fromkeys(lead.owner_id for lead in leads.values() if lead.owner_id)
    owners = (people.get(one) or queues.get(one) for one in owner_ids)
    return ProfileView(
        number=profile.id,
        made_at=profile.made_at,
        domains=_values(profile, "domain"),
        names=_values(profile, "name"),
        leads=profile.lead_ids,
        owners=tuple(sorted(owner.name for owner in owners if owner is not None)),
        parts=tuple(
            ProfilePart(part=one.key, joined_at=one.joined_at, why=_why(one.key, one.beside, one.why))
            for one in profile.keys
        ),
        merged=tuple(
            f"profile {one.id}, on {one.at.date()}" + (f": {sentence(one.because)}" if one.because else "")
            for one in profile.merged
        ),
    )


def _values(profile: StoredProfile, sort: str) -> tuple[str, ...]:
    return tuple(one.key.partition(" ")[2] for one in profile.keys if one.key.startswith(f"{sort} "))


def _why(key: str, beside: str, why: JoinReason) -> str:
    if beside == ERASED:
        return str(say("profile.erased"))
    order = {"lead": 0, "domain": 1, "name": 2}
    left, right = sorted((key, beside), key=lambda one: order[one.partition(" ")[0]])
    return str(sentence(Join(left=left, right=right, why=why)))
