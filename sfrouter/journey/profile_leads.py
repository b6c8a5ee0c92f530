"""Gathers the leads of a company that has no account: from clue to clue, until no further lead belongs to it."""

from collections.abc import Iterable

from sfrouter.journey.company_leads import GatheredProfile, SoFar
from sfrouter.journey.desk import Desk
from sfrouter.journey.one_company import Ordered, created
from sfrouter.matching.profiles import Clues, clues_of, joins_of, profiles_of
from sfrouter.matching.question import ask
from sfrouter.mirror.reader import Company, Reader
from sfrouter.model.company import Corrections, Profile
from sfrouter.model.records import Lead

# A company of more leads than this is known well enough; a chain that never ends must not hold up the others.
_MOST_LEADS = 5_000


def leads_of_profile(lead: Lead, desk: Desk, view: Reader, so_far: SoFar) -> tuple[Profile | None, Ordered]:
    """The company profile of a lead without an account, and its leads, first created first (R061).

    The profile is None when the lead gives no clue to its company. It is gathered once a round for all its leads:
    a company of thousands would cost their square.
    """
    corrections, change = desk.ledger.corrections(), view.change_number()
    known = so_far.profiles.get(lead.id)
    if known is None or (known.change, known.corrections) != (change, corrections):
        known = _gathered(lead, desk, view, so_far.clues, corrections)
        so_far.profiles |= dict.fromkeys((lead.id, *(one.id for one in known.leads)), known)
    return known.profile, known.leads


def _gathered(
    lead: Lead, desk: Desk, view: Reader, clues: dict[str, Clues], corrections: Corrections
) -> GatheredProfile:
    found = _reachable(lead, desk, view, clues, corrections)
    profiles = profiles_of([clues[lead_id] for lead_id in found], desk.policy.matching, corrections)
    own = f"lead {lead.id}"
    profile = next((one for one in profiles if own in one.keys), None)
    members = profile.lead_ids if profile else ()
    found |= view.leads([lead.id])  # to the others it is as the mirror has it, not in standard values
    leads = tuple(sorted((found[lead_id] for lead_id in members if lead_id in found), key=created))
    return GatheredProfile(change=view.change_number(), corrections=corrections, profile=profile, leads=leads)


def _reachable(
    lead: Lead, desk: Desk, view: Reader, clues: dict[str, Clues], corrections: Corrections
) -> dict[str, Lead]:
    """All leads that some chain of keys leads to, this one among them."""
    found: dict[str, Lead] = {}
    asked: set[str] = set()
    fresh = [lead]
    while fresh and len(found) < _MOST_LEADS:
        found |= {one.id: one for one in fresh}
        keys = _keys(fresh, desk, clues, corrections) - asked
        asked |= keys
        fresh = [one for one in _with_keys(keys, desk, view) if one.id not in found and not one.deleted]
    return found


def _keys(leads: Iterable[Lead], desk: Desk, clues: dict[str, Clues], corrections: Corrections) -> set[str]:
    """The domains and names that these leads lead to, and what people joined with them."""
    keys: set[str] = set()
    for lead in leads:
        if lead.id not in clues:
            clues[lead.id] = clues_of(ask(lead, desk.policy.matching))
        said = clues[lead.id]
        keys |= {key for join in joins_of([said]) for key in (join.left, join.right)} | {said.lead_key}
        keys |= {f"domain {said.domain}"} if said.personal else set()
    while True:
        more = {key for pair in corrections.together if keys & set(pair) for key in pair} - keys
        if not more:
            return keys
        keys |= more


def _with_keys(keys: set[str], desk: Desk, view: Reader) -> list[Lead]:
    """The leads at these domains or with these names, in the mirror or by what the ledger keeps of websites."""
    domains = sorted(key.removeprefix("domain ") for key in keys if key.startswith("domain "))
    found = list(view.company_leads(Company(domains=domains))) if domains else []
    for key in sorted(keys):
        if key.startswith("name "):
            found += view.company_leads(Company(key=key.removeprefix("name ")))
    by_hand = [key.removeprefix("lead ") for key in sorted(keys) if key.startswith("lead ")]
    known = view.leads((*by_hand, *desk.ledger.profile_leads(sorted(keys)))).values()
    return list({one.id: one for one in (*found, *known)}.values())
