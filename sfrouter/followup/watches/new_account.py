"""A company that sends several leads and has no account gets one, made once, with the first lead's owner.

When: `leads` or more open leads of distinct e-mail addresses stand at one company domain, no account matches, and
    none of them waits for a review. A person's own domain counts from three people on.
Then: an account is made (`action: create`) or a person is asked (`propose`); its owner is the owner of the lead
    created first, its name as the leads spell it most.
Why: R066-R072. Every lead after it has a home, and two people of one company one rep.
"""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from sfrouter.model.new_company import Action, Candidate, NewCompany

LONGEST_NAME = 255
_FOR_A_PERSONS_DOMAIN = 3


class NewAccounts(BaseModel):
    """The switch and its limits. `never_for`: domains that never get an account (R072)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action = Action.OFF
    leads: int = Field(default=3, ge=2, le=100)
    never_for: tuple[str, ...] = ()

    def earned(self, domain: str, candidates: Sequence[Candidate], lead_id: str) -> NewCompany | None:
        """The new company that the lead in question completes, or belongs to; None when there is none.

        Which leads arrived together plays no part: those created after the lead and not decided do not count.
        """
        if self.action is Action.OFF or domain in self.never_for:
            return None
        counted = sorted(
            (one for one in candidates if one.open and one.person and (one.known or one.lead_id == lead_id)),
            key=lambda one: (one.created_at, one.lead_id),
        )
        people = {one.person for one in counted}
        needed = max(self.leads, _FOR_A_PERSONS_DOMAIN) if any(one.personal for one in counted) else self.leads
        if len(people) < needed or any(one.in_review for one in counted):
            return None
        if all(one.lead_id != lead_id for one in counted):
            return None
        return NewCompany(
            domain=domain,
            name=company_name(counted, domain),
            action=self.action,
            lead_ids=tuple(one.lead_id for one in counted),
            first_owner_id=next((one.owner_id for one in counted if one.owner_id is not None), None),
        )


def company_name(candidates: Sequence[Candidate], domain: str) -> str:
    """The name as most leads spell it, of equals the first; made from the domain where none has one."""
    named = [one for one in candidates if one.company and one.name_key]
    if not named:
        label = domain.split(".", 1)[0].replace("-", " ").strip()
        return label.title()[:LONGEST_NAME] or domain
    keys = Counter(one.name_key for one in named)
    order = {one.name_key: place for place, one in reversed(list(enumerate(named)))}
    key = min(keys, key=lambda one: (-keys[one], order[one]))
    spellings = Counter(" ".join(one.company.split()) for one in named if one.name_key == key)
    return max(spellings, key=lambda one: spellings[one])[:LONGEST_NAME]  # Counter keeps the order of arrival
