"""Several currencies: what they are worth, from which day until which, and the currency that rows are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sfrouter.localorg.schema import PicklistValue, Schema

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


DATED_RATES = "DatedConversionRate"


def set_currencies(schema: Schema, corporate: str, codes: Sequence[str]) -> None:
    """Let every row with amounts, and every rate, name one of these currencies; the corporate one is usual."""
    choices = tuple(PicklistValue(code, code, default=code == corporate) for code in codes)
    for kind in schema:
        field = kind.field("CurrencyIsoCode")
        if field is not None:
            changed = replace(field, picklist_values=choices, default_value=corporate)
            schema.add_custom_field(kind.name, changed)
    plain = tuple(replace(one, default=False) for one in choices)
    for name in ("CurrencyType", DATED_RATES):
        holder = schema.object(name)
        if holder is not None:
            code = replace(holder.fields["isocode"], picklist_values=plain, restricted_picklist=True)
            schema.add_custom_field(name, code)


def chain_rates(org: Org) -> None:
    """After a change of dated rates: each holds until the next one of its currency begins."""
    if org.schema.object(DATED_RATES) is None:
        return
    rates = sorted(org.store.rows(DATED_RATES), key=lambda row: (row["IsoCode"], row["StartDate"]))
    for place, row in enumerate(rates):
        following = rates[place + 1] if place + 1 < len(rates) else None
        same = following is not None and following["IsoCode"] == row["IsoCode"]
        until = following["StartDate"] if following is not None and same else None
        if row["NextStartDate"] != until:
            org.store.update(DATED_RATES, row["Id"], {"NextStartDate": until})
