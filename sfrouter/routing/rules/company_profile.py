"""Two people of one company never get two reps: whoever has the company's other open lead takes this one too.

When: the same person, or another one of the same company, is an open lead that somebody already owns, and no
    rule above decided.
Then: the owner of the same person's lead; else of the company's lead that was created first.
Why: R061-R063, R009, R013; D01 for the same person, free-mail addresses included.
"""

from collections.abc import Iterable
from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Lead
from sfrouter.routing.explain import joined, say
from sfrouter.routing.profile_words import how_joined
from sfrouter.routing.rule import Claim, Pass, Role, Rule, Verdict, Wanted


class CompanyProfile(Rule):
    """Place 8b."""

    place: ClassVar[str] = "8b"
    ids: ClassVar[tuple[str, ...]] = ("R061", "R062", "R063", "R009", "R013", "D01")
    reads: ClassVar[tuple[str, ...]] = ("lead.company", "lead.email", "lead.closed_lost")

    def decide(self, dossier: Dossier) -> Verdict:
        """The same person first, then the company."""
        same, others = _owned(dossier.same_person, dossier), _owned(dossier.open_leads, dossier)
        wanted = tuple(dict.fromkeys((*_wanted(same), *_wanted(others))))
        if same:
            words = say("profile.same_person", day=same[0].created_at.date())
            return Claim(wanted=wanted, words=words, ids=("D01",))
        if others:
            first = others[0]
            words = say("profile.company", company=first.company or say("unnamed"), day=first.created_at.date())
            why = how_joined(dossier.profile, dossier.lead.id, first.id)
            return Claim(wanted=wanted, words=joined([words, *why]), ids=("R061",))
        return Pass(words=say("profile.none"))


def _owned(leads: Iterable[Lead], dossier: Dossier) -> list[Lead]:
    """Those somebody works; a lead still in the intake says nothing."""
    return [
        lead
        for lead in leads
        if lead.owner_id in dossier.directory.people
        and lead.owner_id not in dossier.intake_ids
        and lead.id != dossier.lead.id
    ]


def _wanted(leads: Iterable[Lead]) -> tuple[Wanted, ...]:
    return tuple(Wanted(role=Role.LEAD_OWNER, record_id=lead.owner_id) for lead in leads)
