"""Reads how sure a match must be and which evidence is asked: the `matching:` part of the policy."""

from collections.abc import Mapping
from typing import Any

from sfrouter.base.shelf import parts
from sfrouter.config.companies_form import CompaniesForm
from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.reading import read_form
from sfrouter.config.shelf_parts import read_parts
from sfrouter.matching import signals
from sfrouter.matching.settings import Alias, MatchSettings, NeverMatch
from sfrouter.matching.signal import Signal

_ELSEWHERE = ("aliases", "never_match", "shared_domains", "ip_networks", "free_mail_add", "free_mail_remove")


def read_matching(section: Any, companies: CompaniesForm, faults: Faults) -> MatchSettings | None:
    """The settings with the admin's lists of companies, or None; faults go to `faults`."""
    if section is not None and not isinstance(section, dict):
        what = f"'matching' must be a section with keys of its own, not {kind_of(section)}"
        faults.add(("matching",), what, code="POL06")
        return None
    given = dict(section or {})
    for key in _ELSEWHERE:
        if given.pop(key, None) is not None:
            what = f"'{key}' does not belong under 'matching:'"
            faults.add(("matching", key), what, "it stands in companies.yaml", code="POL06")
    shelf: Mapping[str, type[Signal]] = parts(signals, base=Signal)
    listed = given.pop("signals", None)
    asked = read_parts(listed, shelf, faults, under=("matching", "signals"), kind="signal")
    plain = read_form(given, MatchSettings, faults, under=("matching",), code="POL06")
    if plain is None:
        return None
    return MatchSettings(
        **plain.model_dump(include={"match_above", "review_from", "free_mail_with_name"}),
        signals=tuple(part for _, part in asked),
        **_lists(companies),
    )


def _lists(companies: CompaniesForm) -> dict[str, Any]:
    pairs = [pair for left, right in companies.never_match for pair in ((left, right), (right, left))]
    return {
        "aliases": tuple(
            Alias(name=also, account=alias.company) for alias in companies.aliases for also in alias.also
        ),
        "never_match": tuple(NeverMatch(company=one, account=other) for one, other in pairs),
        "ip_networks": tuple((one.network, one.company) for one in companies.ip_networks),
        "shared_domains": frozenset(companies.shared_domains),
        "free_mail_add": frozenset(companies.free_mail.add),
        "free_mail_remove": frozenset(companies.free_mail.remove),
    }
