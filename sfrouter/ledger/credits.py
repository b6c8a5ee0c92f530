"""What the log says of many leads at once, for reports: who is credited with each, and in which group it is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import DECISION, OUTBOX
from sfrouter.model.write import IN_EFFECT, WriteKind

_MANY = 10_000  # ids in one question


@dataclass(frozen=True, slots=True)
class Credit:
    """Who is credited with a lead (R012): the owner by its newest decision that took effect and gave it away.

    `relationship`: who had one with the company by the newest of these decisions that says it; None: none does.
    """

    owner_id: str
    rule: str
    ids: tuple[str, ...]
    relationship: tuple[str, ...] | None = None


class Credits(LedgerPart):
    """The credited owners, and the groups of a comparison."""

    def credits(self, lead_ids: Iterable[str]) -> Mapping[str, Credit]:
        """The credit of each of these leads that was ever given to somebody."""
        wanted = list(lead_ids)
        took_effect = or_(OUTBOX.c.state.is_(None), OUTBOX.c.state.in_(IN_EFFECT))
        of_the_lead = (
            (OUTBOX.c.lead_id == DECISION.c.lead_id)
            & (OUTBOX.c.decision_number == DECISION.c.number)
            & (OUTBOX.c.kind == WriteKind.LEAD.value)
        )
        ids, had = (func.json_extract(DECISION.c.trace, f"$.{name}") for name in ("ids", "relationship"))
        query = (
            select(DECISION.c.lead_id, DECISION.c.owner_id, DECISION.c.rule, ids, had)
            .join_from(DECISION, OUTBOX, of_the_lead, isouter=True)
            .where(DECISION.c.owner_id.is_not(None), took_effect)
            .order_by(DECISION.c.seq)
        )
        found: dict[str, Credit] = {}
        with self._store.read() as connection:
            for start in range(0, len(wanted), _MANY):
                some = query.where(DECISION.c.lead_id.in_(wanted[start : start + _MANY]))
                for lead_id, owner_id, rule, listed, said in connection.execute(some):
                    before = found[lead_id].relationship if lead_id in found else None
                    known = before if said is None else tuple(json.loads(said))
                    found[lead_id] = Credit(owner_id, rule, tuple(json.loads(listed)), known)
        return found

    def compared_leads(self, name: str) -> Mapping[str, tuple[str, datetime]]:
        """The leads whose first decision fell under a comparison of this name: their group, and when (R155)."""
        said = func.json_extract(DECISION.c.trace, "$.comparison")
        group = func.json_extract(DECISION.c.trace, "$.group")
        query = select(DECISION.c.lead_id, group, DECISION.c.at).where(DECISION.c.number == 1, said == name)
        with self._store.read() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query.order_by(DECISION.c.seq))}
