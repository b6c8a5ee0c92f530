"""Says of a decision what it could not see: the hidden fields of the rules it asked, on what was known of them."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sfrouter.config.degraded import Degraded, Part, degraded
from sfrouter.journey.desk import Desk
from sfrouter.journey.intake_condition import condition_trouble
from sfrouter.mirror.sight import gaps
from sfrouter.model.decision import Decision, Outcome

_ALWAYS = frozenset({Part.MATCHING, Part.PRIORITY, Part.LEAVERS})
_SHARING = frozenset({Part.TERRITORY, Part.POOL})
DEFAULT_RULE = "default_pool"


def degraded_now(desk: Desk) -> tuple[Degraded, ...]:
    """The parts of the policy that look at something hidden, as the mirror knows it, and a refused condition
    of the intake."""
    found = degraded(desk.policy, [gap.need for gap in gaps(desk.mirror)])
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
    return one.part in _ALWAYS


def _warning(one: Degraded) -> str:
    return f"degraded: {one}; what was last known of it was used"
