"""Says of a decision what it could not see: hidden fields of the rules it asked, and records kept from us."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sfrouter.config.degraded import Degraded, Part, degraded, degraded_by_sharing
from sfrouter.journey.desk import Desk
from sfrouter.journey.intake_condition import condition_trouble
from sfrouter.mirror.hidden_rows import hidden_rows
from sfrouter.mirror.sight import gaps
from sfrouter.model.decision import Decision, Outcome

_ALWAYS = frozenset({Part.MATCHING, Part.PRIORITY, Part.LEAVERS})
_SHARING = frozenset({Part.TERRITORY, Part.POOL})
DEFAULT_RULE = "default_pool"


def degraded_now(desk: Desk) -> tuple[Degraded, ...]:
    """The parts of the policy that look at something hidden, as the mirror knows it, what may miss records, and a
    refused condition of the intake."""
    found = degraded(desk.policy, [gap.need for gap in gaps(desk.mirror)])
    found += degraded_by_sharing(desk.policy, hidden_rows(desk.mirror))
    why = condition_trouble(desk)
    return (*found, Degraded(part=Part.INTAKE, name="", fields=(), why=why)) if why else found


def with_degraded(decision: Decision, parts: Sequence[Degraded]) -> Decision:
    """The decision with a warning for each part it asked that could not see all it looks at (trace, `explain`)."""
    if not parts:
        return decision
    asked = {step.rule for step in decision.steps if step.outcome is not Outcome.NOT_ASKED}
    warnings = [_warning(one) for one in parts if _concerns(one, decision, asked)]
    return replace(decision, warnings=(*decision.warnings, *warnings))


def _concerns(one: Degraded, decision: Decision, asked: Collection[str]) -> bool:
    if one.part is Part.RULE:
        return one.name in asked
    if one.part is Part.NOTICE:
        return decision.owner is not None  # it might have told somebody
    if one.part in _SHARING:
        return DEFAULT_RULE in asked
    if one.no_proof:
        return decision.match.account_id is None
    return one.part in _ALWAYS


def _warning(one: Degraded) -> str:
    if one.no_proof:
        return f"degraded: {one}; that none was found is no proof of none"
    return f"degraded: {one}" if one.why else f"degraded: {one}; what was last known of it was used"
