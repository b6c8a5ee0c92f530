"""What becomes of one open lead whose owner has left, as a decision: a report, or another owner (R099)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sfrouter import __version__
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.distribute import Distribution, distribute
from sfrouter.journey.dossier import Surroundings
from sfrouter.journey.first_reply import clock_for
from sfrouter.journey.heirs import heir_of
from sfrouter.model.assignment import Owner, OwnerKind, Rotation
from sfrouter.model.decision import Decision, Notice, Outcome, Step
from sfrouter.model.follow import Action, SlaClock
from sfrouter.model.records import Account, Lead, Person
from sfrouter.routing.explain import Phrase, joined, language_of, say, text
from sfrouter.routing.owners import why_gone
from sfrouter.routing.tell import NEW_OWNER

RULE, PLACE = "departed_owner", "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """The lead and all that its step may look at. `first` is the decision that routed it, `clock` runs."""

    lead: Lead
    gone: Person
    first: Decision
    number: int
    action: Action
    around: Surroundings
    policy: Policy
    clock: SlaClock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heir:
    """Who gets the lead, and why."""

    person: Person
    why: Phrase
    ids: tuple[str, ...] = ()
    turn: Distribution | None = None  # where it is shared out as new


def reported(orphan: Orphan) -> Decision:
    """The owner stays; whoever looks at the router's alerts is told whose lead it is and who would take it."""
    found = heir_of(orphan.gone.id, orphan.around.directory, orphan.policy, orphan.around.intake_ids)
    said = say("departed.nobody", why=why_gone(orphan.gone))
    if found.owner is not None:
        said = say("departed.report", why=why_gone(orphan.gone), heir=found.owner.name)
    decision = _decision(orphan, said, None, ())
    return replace(decision, alert=str(said))


def handed_on(
    orphan: Orphan, account: Account | None, rotation: Rotation, open_leads: Mapping[str, int]
) -> tuple[Decision, SlaClock | None]:
    """Another owner by the departed chain, else by territory as new; nobody left means a report."""
    heir = _by_chain(orphan) or _by_territory(orphan, account, rotation, open_leads)
    if heir is None:
        return reported(orphan), None
    clock = _clock(orphan, heir.person)
    due_at = clock.due_at if clock else None
    owner = Owner(id=heir.person.id, kind=OwnerKind.PERSON, name=heir.person.name)
    decision = _decision(orphan, heir.why, owner, (_taking(orphan, heir, due_at),), heir.ids)
    spoken = _spoken(orphan, heir.why, heir.person)
    if heir.turn is not None:
        moves = (heir.turn.move,) if heir.turn.move else ()
        decision = replace(
            decision, moves=moves, learnt=heir.turn.learnt, steps=(*heir.turn.steps, *decision.steps),
            warnings=heir.turn.warnings,
        )  # fmt: skip
    return replace(decision, answer_by=due_at, reason_for_owner=spoken), clock


def _by_chain(orphan: Orphan) -> _Heir | None:
    found = heir_of(orphan.gone.id, orphan.around.directory, orphan.policy, orphan.around.intake_ids)
    person = orphan.around.directory.people.get(found.owner.id) if found.owner else None
    return _Heir(person=person, why=found.words, ids=found.ids) if person and found.words else None


def _by_territory(
    orphan: Orphan, account: Account | None, rotation: Rotation, open_leads: Mapping[str, int]
) -> _Heir | None:
    around, policy = orphan.around, orphan.policy
    turn = distribute(
        orphan.lead, account, policy.territories, policy.pools, around.directory, rotation, around.now,
        open_leads=open_leads, never=around.intake_ids, had_it=frozenset({orphan.gone.id}), roster=around.roster,
        results=around.results,
    )  # fmt: skip
    person = around.directory.people.get(turn.owner.id) if turn.owner else None
    if person is None:
        return None
    gone = heir_of(orphan.gone.id, around.directory, policy, around.intake_ids).words
    why = joined((gone, say("departed.turn", owner=person.name)))
    return _Heir(person=person, why=why, ids=("R097",), turn=turn)


def _clock(orphan: Orphan, heir: Person) -> SlaClock | None:
    """A reply that was waited for is waited for anew; nobody was late, so it does not count as passed on."""
    before = orphan.clock
    if before is None:
        return None
    around = orphan.around
    begun = clock_for(
        orphan.policy, orphan.lead, heir, orphan.number, around.now, directory=around.directory,
        roster=around.roster, before=before,
    )  # fmt: skip
    return replace(begun, passed_on=before.passed_on) if begun else None


def _taking(orphan: Orphan, heir: _Heir, due_at: datetime | None) -> Notice:
    company = orphan.lead.company.strip() or say("the_company")
    return Notice(
        kind=NEW_OWNER, person_id=heir.person.id,
        subject=_spoken(orphan, say("task.subject.new", company=company), heir.person),
        text=_spoken(orphan, say("task.new_owner", company=company, why=heir.why), heir.person),
        ids=tuple(dict.fromkeys((*orphan.action.ids, *heir.ids))), due_at=due_at,
        language=language_of(heir.person.language, orphan.policy.language),
    )  # fmt: skip


def _spoken(orphan: Orphan, words: Phrase, reader: Person) -> str:
    line = text(words, language_of(reader.language, orphan.policy.language))
    address = orphan.lead.ip.strip()
    return line.replace(address, "…") if address else line  # R038


def _decision(
    orphan: Orphan, why: Phrase, owner: Owner | None, notices: tuple[Notice, ...], more_ids: tuple[str, ...] = ()
) -> Decision:
    ids = tuple(dict.fromkeys((*orphan.action.ids, *more_ids)))
    reason = say("reason", owner=owner.name, why=why) if owner else say("reason.keep", why=why)
    step = Step(place=PLACE, rule=RULE, outcome=Outcome.DECIDED, words=str(why), ids=ids)
    return Decision(
        lead_id=orphan.lead.id, number=orphan.number, at=orphan.around.now, rule=RULE, place=PLACE, ids=ids,
        reason=str(reason), owner=owner, match=orphan.first.match, steps=(step,), notices=notices,
        lead_stamp=orphan.lead.stamp, lead_owner_id=orphan.lead.owner_id, lead_account_id=orphan.lead.account_id,
        policy_hash=orphan.policy.hash, engine=__version__,
    )  # fmt: skip
