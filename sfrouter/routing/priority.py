"""Says whether a lead cannot wait: executives are hot, whoever decides on the budget is high (R089, R093)."""

from pydantic import BaseModel, ConfigDict

from sfrouter.model.records import Lead
from sfrouter.routing.explain import Phrase, say
from sfrouter.routing.titles import is_budget_owner, is_executive, is_gatekeeper

HOT, HIGH = "hot", "high"
ECONOMIC_BUYER, GATEKEEPER = "economic_buyer", "gatekeeper"


class Priority(BaseModel):
    """The policy's section `priority:`. Each switch needs the mapped value that it writes; nothing is guessed.

    `buyer_role` names the extra field of the lead in which people note its part in buying, "" for none: its
    values economic_buyer and gatekeeper count before the title.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    executives: bool = False  # R089
    economic_buyers: bool = False  # R093
    buyer_role: str = ""

    def needed(self) -> tuple[str, ...]:
        """The mapped words these switches need."""
        words = (("lead.priority.hot", self.executives), ("lead.priority.high", self.economic_buyers))
        field = (f"lead.{self.buyer_role}",) if self.buyer_role else ()
        return (*(word for word, on in words if on), *field)

    def of(self, lead: Lead) -> tuple[str, Phrase] | None:
        """The priority a lead deserves and why; None for an ordinary one."""
        if self.executives and is_executive(lead):
            return HOT, say("priority.executive")
        if self.economic_buyers and self._decides_on_budget(lead):
            return HIGH, say("priority.buyer")
        return None

    def _decides_on_budget(self, lead: Lead) -> bool:
        noted = str(lead.extra.get(self.buyer_role) or "") if self.buyer_role else ""
        role = noted.strip().casefold().replace(" ", "_").replace("-", "_")
        if role in (ECONOMIC_BUYER, GATEKEEPER):
            return role == ECONOMIC_BUYER
        return is_budget_owner(lead) and not is_gatekeeper(lead)
