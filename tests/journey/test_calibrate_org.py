"""Converted leads as labels: what is known of a lead when it came, and nothing that its conversion told later."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sfrouter.journey.calibrate_org import NoLabelsError, Wish, calibrate_org
from sfrouter.journey.calibration import Calibration
from tests.journey.stage import BOB, NOON, SARAH, Stage, an_id

NOW = NOON + timedelta(days=60)


def day(number: float) -> datetime:
    return NOON + timedelta(days=number)


def converted(stage: Stage, to: str, came: float, **values: Any) -> str:
    return stage.lead(created_at=day(came), owner_id=BOB, converted=[True], converted_account_id=to, **values)


def calibrated(stage: Stage, **wish: Any) -> Calibration:
    return calibrate_org(stage.house.desk, Wish(NOW, **wish), wanted=0.98, follow=lambda known, _total: known)


def account(stage: Stage, number: int, name: str, made: float, **values: Any) -> str:
    values = {"owner_id": SARAH, "relationship": [], **values}
    return stage.account(number, name=name, created_at=day(made), **values)


def test_a_lead_converted_to_an_account_of_its_day_is_a_label() -> None:
    stage = Stage()
    brack = account(stage, 1, "Brackenholm", -100, domains=["brackenholm.example"])
    converted(stage, brack, 1, company="Somebody", email="jo@brackenholm.example")
    today = calibrated(stage).today
    assert (today.leads, today.with_account, today.auto, today.right) == (1, 1, 1, 1)


def test_an_account_that_the_conversion_made_was_not_there_when_the_lead_came() -> None:
    """Else every lead would find the account that was named after it."""
    stage = Stage()
    own = account(stage, 1, "Tarnbeck", 2, domains=["tarnbeck.example"])
    converted(stage, own, 1, company="Tarnbeck", email="jo@tarnbeck.example")
    today = calibrated(stage).today
    assert (today.leads, today.with_account, today.auto, today.strangers) == (1, 0, 0, 0)


def test_the_next_lead_of_that_company_finds_it() -> None:
    stage = Stage()
    own = account(stage, 1, "Tarnbeck", 2, domains=["tarnbeck.example"])
    converted(stage, own, 1, company="Tarnbeck", email="jo@tarnbeck.example")
    converted(stage, own, 3, company="Tarnbeck", email="al@tarnbeck.example")
    today = calibrated(stage).today
    assert (today.leads, today.with_account, today.auto, today.right) == (2, 1, 1, 1)


def test_the_link_that_a_person_made_is_not_looked_at() -> None:
    stage = Stage()
    brack = account(stage, 1, "Brackenholm", -100)
    converted(stage, brack, 1, company="Unlike", email="jo@unlike.example", account_id=brack)
    today = calibrated(stage).today
    assert (today.with_account, today.auto) == (1, 0)


def test_a_link_of_a_lead_that_had_no_account_is_wrong_and_shown() -> None:
    stage = Stage()
    account(stage, 1, "Brackenholm", -100, domains=["brackenholm.example"])
    other = account(stage, 2, "Brackenholm Second", 2)
    lead = converted(stage, other, 1, company="Brackenholm", email="jo@brackenholm.example")
    found = calibrated(stage)
    assert (found.today.auto, found.today.right, found.today.strangers) == (1, 0, 1)
    assert [(one.lead_id, one.labelled, one.made) for one in found.wrong] == [(lead, "", other)]
    assert found.evidence == {"domain": (0, 1)}


def test_a_label_on_an_account_that_is_gone_or_undated_is_left_out_and_counted() -> None:
    stage = Stage()
    brack = account(stage, 1, "Brackenholm", -100, domains=["brackenholm.example"])
    undated = stage.account(2, name="Undated", created_at=None)
    converted(stage, an_id("account", 77), 1)
    converted(stage, undated, 1)
    converted(stage, brack, 1, email="jo@brackenholm.example")
    found = calibrated(stage)
    assert found.today.leads == 1
    assert sorted(found.left_out.values()) == [1, 1]


def test_a_label_on_a_merged_account_means_the_one_it_was_merged_into() -> None:
    stage = Stage()
    brack = account(stage, 1, "Brackenholm", -100, domains=["brackenholm.example"])
    gone = account(stage, 2, "Bracken", -90, deleted=True, merged_into_id=brack)
    converted(stage, gone, 1, email="jo@brackenholm.example")
    assert calibrated(stage).today.right == 1


def test_open_deals_and_activities_settle_no_tie_for_a_conversion_makes_both() -> None:
    stage = Stage()
    older = account(stage, 1, "Twin", -100, domains=["twin.example"])
    newer = account(stage, 2, "Twin", -90, domains=["twin.example"], last_activity_on=NOON.date())
    stage.row("opportunity", id=an_id("opportunity", 1), account_id=newer, owner_id=SARAH, closed=[False])
    converted(stage, older, 1, company="Twin", email="jo@twin.example")
    assert calibrated(stage).today.right == 1


def test_reviews_a_day_are_counted_on_all_leads_of_the_last_weeks() -> None:
    """Most leads are never converted, and people are asked about them, too."""
    stage = Stage()
    brack = account(stage, 1, "Brackenholm", -100, domains=["brackenholm.example"])
    converted(stage, brack, 1, email="jo@brackenholm.example")
    for number in range(28):
        company = "Brackenholm" if number % 2 else "Nobody We Know"
        stage.lead(created_at=NOW - timedelta(days=27, hours=1), company=company, email=f"p{number}@gmail.com")
    found = calibrated(stage)
    assert (found.days, found.leads_a_day) == (28, 1.0)
    assert found.today.review_share == 0.5
    assert found.today.reviews_a_day == 0.5
    assert found.today.leads == 1


def test_since_and_most_keep_to_the_newest() -> None:
    stage = Stage()
    brack = account(stage, 1, "Brackenholm", -100, domains=["brackenholm.example"])
    for came in range(1, 11):
        converted(stage, brack, came, email=f"p{came}@brackenholm.example")
    assert calibrated(stage, since=day(8)).today.leads == 3
    assert calibrated(stage, most=4).today.leads == 4


def test_without_any_converted_lead_the_admin_is_told_what_to_do() -> None:
    stage = Stage()
    stage.lead(created_at=NOW)
    with pytest.raises(NoLabelsError, match="no converted lead") as failure:
        calibrated(stage)
    assert "sfrouter sync" in failure.value.mend


def test_a_lead_from_the_time_of_a_small_table_is_left_out() -> None:
    """A table of fewer than 500 accounts is scored by other rules; its figures say nothing about today's."""
    stage = Stage()
    many = [
        {"id": an_id("account", 100 + n), "name": f"Quoll{n} Works", "domains": [f"quoll{n}.example"],
         "owner_id": SARAH, "created_at": day(-10 if n < 100 else 10)}
        for n in range(600)
    ]  # fmt: skip
    stage.rows("account", many)
    converted(stage, an_id("account", 100), 1, email="jo@quoll0.example")
    converted(stage, an_id("account", 101), 20, email="jo@quoll1.example")
    found = calibrated(stage)
    assert (found.today.leads, found.today.right) == (1, 1)
    assert list(found.left_out.values()) == [1]
