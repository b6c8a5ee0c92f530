"""R116: a contract is converted at the rate of the day, in the org's time zone, on which its lead comes in."""

from datetime import date
from decimal import Decimal

import pytest

from sfrouter.config.policy_form import DatedRate
from sfrouter.routing import rules
from tests.journey.stage import CARL, NOON, SARAH, Stage, a_policy

EUR = Decimal(46_000)


@pytest.mark.parametrize(
    ("begins", "zone", "owner"),
    [
        (date(2026, 3, 2), "UTC", CARL),  # 46,000 at 1.10: above 50,000
        (date(2026, 3, 3), "UTC", SARAH),  # still at 1.05: below
        (date(2026, 3, 3), "Pacific/Kiritimati", CARL),  # there it is the third already
    ],
)
def test_the_rate_of_the_day_decides_who_has_the_customer(begins: date, zone: str, owner: str) -> None:
    assert NOON.date() == date(2026, 3, 2)
    limit = rules.shelf()["customer_owner"].model_validate({"hand_off_value": 50_000})
    policy = a_policy()
    stage = Stage(
        rules=tuple(limit if rule.name == "customer_owner" else rule for rule in policy.rules),
        rates={"USD": Decimal(1), "EUR": Decimal("1.05")},
        dated_rates=(DatedRate.model_validate({"currency": "EUR", "from": begins, "rate": "1.10"}),),
        time_zone=zone,
    )
    stage.account(contract_value=EUR, currency="EUR", account_manager_id=CARL)
    stage.lead(company="Acme")
    decision = stage.one(stage.cycle())
    assert (decision.rule, stage.owner(decision)) == ("customer_owner", owner)
