"""Puts an account's open opportunities in order: latest activity, then the largest amount (C12)."""

from datetime import date
from decimal import Decimal

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Opportunity
from sfrouter.routing.money import in_base

_NEVER = date.min


def ranked_opportunities(dossier: Dossier) -> tuple[Opportunity, ...]:
    """Open ones, best first. Amounts are compared in the base currency; without a rate an amount counts last."""
    open_ones = [deal for deal in dossier.opportunities if not deal.closed]
    one_currency = len({deal.currency.strip().upper() for deal in open_ones}) == 1

    def rank(deal: Opportunity) -> tuple[int, Decimal, float, str]:
        active = (deal.last_activity_on or _NEVER).toordinal()
        amount = in_base(deal.amount, "" if one_currency else deal.currency, dossier.rates)
        created = deal.created_at.timestamp() if deal.created_at else 0.0
        return (-active, -amount if amount is not None else Decimal("Infinity"), -created, deal.id)

    return tuple(sorted(open_ones, key=rank))
