"""What the hierarchy said about a lead: the rule that decided, the owner, the reason, and every step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sfrouter.model.assignment import Owner
from sfrouter.model.decision import Step
from sfrouter.routing.explain import Phrase, in_short
from sfrouter.routing.rule import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The outcome of asking the rules in their order.

    Exactly one of four holds: `owner` is set; `to_default`: the default layer shares the lead out (in `pool`,
    if that is set); `keep_owner`: the owner stays; or `to_catch_all`: nobody was left (L05).
    `why` is the reason without the owner's name; `short`, where it is set, is what a Task says of it; `reason` is
    the English line of the trace.
    """

    rule: str
    place: str
    ids: tuple[str, ...]
    owner: Owner | None
    why: Phrase
    reason: str
    steps: tuple[Step, ...]
    role: Role | None = None
    changes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()
    to_default: bool = False
    keep_owner: bool = False
    pool: str = ""
    silent: bool = False
    alert: str = ""
    short: Phrase | None = None
    answer_by: datetime | None = None  # until when a first reply is due, when the policy watches it

    @property
    def told(self) -> Phrase:
        """The reason as people are told it, in any language (R154)."""
        return in_short(self.short or self.why)

    @property
    def to_catch_all(self) -> bool:
        """Nobody can take the lead, and it may not stay where it is."""
        return self.owner is None and not self.to_default and not self.keep_owner
