"""One lead's decision from its dossier: hierarchy, default layer, catch-all, notices; nothing is written here."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sfrouter import __version__
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.distribute import Distribution, distribute
from sfrouter.distribution.learn import NO_RESULTS, Results
from sfrouter.distribution.roster import NO_ROSTER, Roster
from sfrouter.journey.before import Before
from sfrouter.journey.compared import policy_for, said_of
from sfrouter.journey.first_reply import clock_for
from sfrouter.model.assignment import Owner, Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier
from sfrouter.routing.decide import decide
from sfrouter.routing.explain import say
from sfrouter.routing.finish import caught, shared_out
from sfrouter.routing.flood import held_back
from sfrouter.routing.relationship import relationship_holders
from sfrouter.routing.ruling import Ruling
from sfrouter.routing.tell import reason_for, tell

NOTHING_BEFORE = Before()
LINK = "link"  # the signal of a person's own link, on the shelf of evidence


def route_lead(
    dossier: Dossier,
    policy: Policy,
    rotation: Rotation,
    *,
    number: int,
    open_leads: Mapping[str, int],
    catch_all: Owner | None,
    before: Before = NOTHING_BEFORE,
    roster: Roster = NO_ROSTER,
    results: Mapping[str, Results] = NO_RESULTS,
) -> Decision:
    """The decision. Pure: the same dossier, policy and rotation give the same decision, to the byte.

    `catch_all` is the queue for what nobody can take. `before` is what the lead's earlier decisions left,
    `roster` says who works when, `results` what weights are learnt from.
    """

    policy = policy_for(dossier.lead.id, policy)

    def share(pool: str = "") -> Distribution:
        return distribute(
            dossier.lead, dossier.account, policy.territories, policy.pools, dossier.directory, rotation,
            dossier.now, open_leads=open_leads, pool=pool, never=dossier.intake_ids, roster=roster,
            results=results,
        )  # fmt: skip

    turn = share()
    ruling = decide(dossier, policy.rules, departed=policy.departed, default_would_be=_would_be(turn))
    if policy.flood:
        free = before.released or _by_hand(dossier)
        ruling = held_back(ruling, dossier, policy.flood, catch_all, released=free)
    shared = False
    if ruling.to_default and before.holder:
        reason = str(say("reason.keep", why=ruling.why))
        ruling = replace(ruling, to_default=False, keep_owner=True, reason=reason)
    elif ruling.to_default:
        if ruling.pool:
            turn = share(ruling.pool)
        shared = turn.owner is not None
        ruling = shared_out(
            ruling, turn.owner, territory=turn.territory, pool=turn.pool, words=turn.words, steps=turn.steps,
            warnings=turn.warnings,
        )  # fmt: skip
    if ruling.to_catch_all:
        ruling = caught(ruling, catch_all)
    ruling = _in_time(dossier, policy, ruling, roster)
    return _decision(dossier, policy, ruling, turn if shared else None, number, before)


def _in_time(dossier: Dossier, policy: Policy, ruling: Ruling, roster: Roster) -> Ruling:
    """With the priority the lead deserves and the time its owner has; a competitor's lead has neither."""
    if ruling.silent:
        return ruling
    deserved = policy.priority.of(dossier.lead)
    if deserved is not None:
        ruling = replace(ruling, changes=MappingProxyType({**ruling.changes, "priority": deserved[0]}))
    if ruling.owner is None:
        return ruling
    owner = dossier.directory.people.get(ruling.owner.id)
    clock = clock_for(policy, dossier.lead, owner, 1, dossier.now, directory=dossier.directory, roster=roster)
    return replace(ruling, answer_by=clock.due_at) if clock else ruling


def _would_be(turn: Distribution) -> str:
    """What the default layer would have done, for the trace of a lead that never gets there."""
    return f"{turn.owner.name} ({turn.territory})" if turn.owner else ""


def _link(dossier: Dossier) -> str | None:
    """The account to link. A link that leads to no account we know is a person's word all the same (R044)."""
    found = dossier.match.account_id or (dossier.new_company.account_id if dossier.new_company else None)
    return found if dossier.lead.account_id is None or _by_hand(dossier) else None


def _by_hand(dossier: Dossier) -> bool:
    """Did a person link the lead to its account?"""
    findings = dossier.match.findings
    return bool(findings) and findings[0].signal == LINK


def _decision(
    dossier: Dossier, policy: Policy, ruling: Ruling, turn: Distribution | None, number: int, before: Before
) -> Decision:
    lead = dossier.lead
    return Decision(
        lead_id=lead.id,
        number=number,
        at=dossier.now,
        rule=ruling.rule,
        place=ruling.place,
        ids=ruling.ids,
        reason=ruling.reason,
        owner=ruling.owner,
        match=dossier.match,
        steps=(*said_of(policy), *ruling.steps),
        notices=tuple(
            one
            for one in tell(dossier, ruling, policy.notices, language=policy.language)
            if before.is_news(one, lead.owner_id)
        ),
        moves=(*before.given_back, *((turn.move,) if turn and turn.move else ())),
        link_account_id=_link(dossier),
        changes=ruling.changes,
        warnings=ruling.warnings,
        alert=ruling.alert,
        lead_stamp=lead.stamp,
        lead_owner_id=lead.owner_id,
        lead_account_id=lead.account_id,
        policy_hash=policy.hash,
        engine=__version__,
        comparison=policy.comparison.name if policy.comparison and policy.group else "",
        group=policy.group,
        answer_by=ruling.answer_by,
        learnt=turn.learnt if turn else (),
        relationship=relationship_holders(dossier.account),
        reason_for_owner=reason_for(dossier, ruling, language=policy.language),
    )
