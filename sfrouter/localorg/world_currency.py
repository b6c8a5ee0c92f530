"""Reads the currencies of a world file, with what they are worth from which day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sfrouter.localorg.world_problems import Faults, Path

_CURRENCY = ("iso", "rate", "decimals", "active", "dated_rates")
_RATE = ("from", "rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyText:
    """A currency: units of it for one unit of the corporate currency, now and from certain days on."""

    path: Path
    iso: str
    rate: float
    decimals: int
    active: bool
    dated_rates: tuple[tuple[date, float], ...]


def read_currencies(faults: Faults, value: Any, corporate: str) -> tuple[CurrencyText, ...]:
    """The currencies; none for an org with one. The corporate one is added at rate 1 when it is not named."""
    entries = faults.entries(value, ("currencies",))
    found = [_currency(faults, one, ("currencies", number)) for number, one in enumerate(entries)]
    codes = [one.iso for one in found]
    for one in found:
        if codes.count(one.iso) > 1:
            faults.add(one.path, f"the currency {one.iso} stands twice", "Remove one of them")
        if one.iso == corporate and one.rate != 1:
            faults.add((*one.path, "rate"), "the rate of the corporate currency is not 1", "Write 1")
    if found and corporate not in codes:
        usual = CurrencyText(path=("currencies",), iso=corporate, rate=1, decimals=2, active=True, dated_rates=())
        found.insert(0, usual)
    return tuple(found)


def _currency(faults: Faults, value: Any, path: Path) -> CurrencyText:
    told = faults.mapping(value, path, _CURRENCY, ("iso", "rate"))
    iso = faults.text(told, "iso", path) or ""
    if "iso" in told and not (len(iso) == 3 and iso.isalpha() and iso.isupper()):
        faults.add((*path, "iso"), f"{iso!r} is no currency code", "Write three capital letters, such as EUR")
    rates = faults.entries(told.get("dated_rates", []), (*path, "dated_rates"))
    dated = [_dated(faults, one, (*path, "dated_rates", number)) for number, one in enumerate(rates)]
    return CurrencyText(
        path=path,
        iso=iso,
        rate=_rate(faults, told, path),
        decimals=faults.count(told, "decimals", path, 2),
        active=faults.flag(told, "active", path, True),
        dated_rates=tuple(one for one in dated if one is not None),
    )


def _dated(faults: Faults, value: Any, path: Path) -> tuple[date, float] | None:
    told = faults.mapping(value, path, _RATE, _RATE)
    rate = _rate(faults, told, path)
    try:
        return date.fromisoformat(faults.text(told, "from", path) or ""), rate
    except ValueError:
        if "from" in told:
            faults.add((*path, "from"), f"{told['from']!r} is no day", "Write it as YYYY-MM-DD")
        return None


def _rate(faults: Faults, told: Mapping[str, Any], path: Path) -> float:
    given = told.get("rate")
    if isinstance(given, bool) or not isinstance(given, int | float) or given <= 0:
        if "rate" in told:
            faults.add((*path, "rate"), "this is no rate", "Write a number above 0")
        return 1.0
    return float(given)
