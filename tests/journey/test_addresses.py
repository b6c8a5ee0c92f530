"""Network addresses are personal data: forgotten in time, and nowhere in what people read (R038)."""

from datetime import timedelta
from typing import Any

from sfrouter.journey.refresh import forget_old_addresses
from sfrouter.ledger.decision_json import decision_to_json
from sfrouter.matching.match import DEFAULT_SIGNALS
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.signals.ip import Ip, Use
from sfrouter.routing.notices import shelf
from tests.journey.stage import NOON, Stage, an_id

OFFICE = "203.0.113.45"


def stage_with(how: Use, **options: Any) -> Stage:
    """Acme's office network is known."""
    matching = MatchSettings(
        signals=(*DEFAULT_SIGNALS[:-1], Ip(use=how, **options)), ip_networks=(("203.0.113.0/24", "Acme"),)
    )
    notices = tuple(shelf()[name]() for name in ("new_owner", "office_network"))
    stage = Stage(matching=matching, notices=notices)
    stage.account(domains=["acme.example"])
    stage.house.desk.refresh_index()
    return stage


def address_of(stage: Stage, lead_id: str) -> str:
    lead = stage.house.desk.reader.lead(lead_id)
    assert lead is not None
    return lead.ip


def test_the_owner_is_told_whose_network_it_was_and_nobody_reads_the_address() -> None:
    stage = stage_with(Use.FLAG)
    stage.lead(email="x@gmail.com", company="", ip=OFFICE)
    decision = stage.one(stage.decide().decisions)
    assert "sent from a network of Acme" in decision.notices[0].text
    assert "R037" in decision.notices[0].ids
    assert OFFICE not in decision_to_json(decision)
    assert all(OFFICE not in str(dict(one.values)) for one in stage.ledger.writes())


def test_a_lead_from_elsewhere_tells_nothing() -> None:
    stage = stage_with(Use.FLAG)
    stage.lead(email="x@gmail.com", company="", ip="198.51.100.9")
    assert "network" not in stage.one(stage.decide().decisions).notices[0].text


def test_addresses_are_forgotten_after_thirty_days_and_at_once_when_nothing_looks_at_them() -> None:
    stage = stage_with(Use.FLAG)
    gone = stage.lead(ip=OFFICE, created_at=NOON - timedelta(days=30))
    forget_old_addresses(stage.house)
    assert address_of(stage, gone) == ""
    off = stage_with(Use.OFF)
    lead = off.lead(ip=OFFICE)
    forget_old_addresses(off.house)
    assert address_of(off, lead) == ""
    assert lead == an_id("lead", 1)


def test_an_address_is_kept_a_second_short_of_thirty_days_or_for_as_long_as_the_policy_says() -> None:
    """R038: the near miss of forgetting: the same address, a second younger; and `keep_days` of another length."""
    stage = stage_with(Use.FLAG)
    lead = stage.lead(ip=OFFICE, created_at=NOON - timedelta(days=30) + timedelta(seconds=1))
    forget_old_addresses(stage.house)
    assert address_of(stage, lead) == OFFICE
    for days, kept in ((31, OFFICE), (29, "")):
        other = stage_with(Use.FLAG, keep_days=days)
        lead = other.lead(ip=OFFICE, created_at=NOON - timedelta(days=30))
        forget_old_addresses(other.house)
        assert address_of(other, lead) == kept, f"keep_days: {days}"
