"""Is there a lead that gets as far as this? Asks all rules together, for what one rule by itself has shown.

Each rule is tried by itself first: that proves enough, but may speak of leads that an earlier rule always takes.
Here such a lead's facts are held fixed, and every combination of the other facts is tried until one lead passes
all rules before it. Only what no lead reaches is taken back, so nothing empty is ever hidden.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sfrouter.config.policy_value import Policy
from sfrouter.journey.coverage_facts import Chooser
from sfrouter.model.dossier import Dossier
from sfrouter.routing.decide import decide
from sfrouter.routing.rule import Rule
from sfrouter.routing.ruling import Ruling

MOST_JOINT = 5_000  # combinations tried for one rule; beyond them its leads count as reached
NO_RULE_IDS = ("L05",)  # what a ruling carries when the rules have come to their end


def goes_on(ruling: Ruling) -> bool:
    """Did the rules come to their end, without one that took the lead or sent it to the catch-all queue?"""
    return ruling.to_catch_all and ruling.ids == NO_RULE_IDS


@dataclass(slots=True)
class Search:
    """Looks for leads that pass all of some rules; `left` is how many combinations it may still try."""

    policy: Policy
    rules: Sequence[Rule]
    dossier: Callable[[Chooser], Dossier]
    left: int = MOST_JOINT

    def reached(self, fixed: Mapping[str, int]) -> bool:
        """Does a lead with these facts pass all of the rules? When there is no time left to search, it does."""
        path: list[int] | None = []
        while self.left > 0:
            self.left -= 1
            chooser = Chooser(prefix=path or [], fixed=fixed)
            if goes_on(decide(self.dossier(chooser), tuple(self.rules), departed=self.policy.departed)):
                return True
            path = chooser.next_path()
            if path is None:
                return False
        return True
