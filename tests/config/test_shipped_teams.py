"""The shipped territories send the handbook's places to the right region in all four languages."""

from datetime import UTC, datetime

import pytest

from sfrouter.distribution.weigh import weigh
from sfrouter.journey.standard_values import standard_lead
from sfrouter.model.records import Lead
from tests.config.files import SHIPPED, read

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
POLICY = read(SHIPPED).policy


def pool_of(country: str, state: str = "", city: str = "") -> str:
    """The pool that the shipped territories choose for a lead from there."""
    lead = Lead(
        id="00Q000000000001AAA", owner_id=None, created_at=NOON, modified_at=NOON, stamp=NOON, country=country,
        state=state, city=city,
    )  # fmt: skip
    read = standard_lead(lead, POLICY.standards)
    return next(one.pool for one in POLICY.territories if one.when is None or weigh(one.when, read, None).holds)


@pytest.mark.parametrize(
    ("country", "state", "city", "pool"),
    [
        ("United States", "California", "", "West Coast"),
        ("USA", "CA", "San Francisco", "West Coast"),
        ("", "California", "", "West Coast"),
        ("アメリカ", "カリフォルニア", "", "West Coast"),
        ("Estados Unidos", "California", "", "West Coast"),
        ("United States", "New York", "", "East Coast"),
        ("us", "ny", "", "East Coast"),
        ("Estados Unidos", "Nueva York", "", "East Coast"),
        ("米国", "ニューヨーク", "", "East Coast"),
        ("", "", "New York", "East Coast"),
        ("United States", "Texas", "Austin", "Central"),
        ("CA", "", "Toronto", "Canada"),
        ("México", "", "", "LATAM"),
        ("Argentina", "", "", "LATAM"),
        ("Deutschland", "", "Berlin", "DACH North"),
        ("", "", "Berlin", "DACH North"),
        ("Germany", "Nordrhein-Westfalen", "Köln", "DACH North"),
        ("Deutschland", "Bayern", "München", "DACH South"),
        ("DE", "", "Muenchen", "DACH South"),
        ("", "", "München", "DACH South"),
        ("Österreich", "", "Wien", "DACH South"),
        ("United Kingdom", "", "London", "UK and Ireland"),
        ("España", "", "Madrid", "Iberia"),
        ("NO", "", "Oslo", "EMEA"),
        ("Frankreich", "", "", "EMEA"),
        ("日本", "", "東京", "Japan"),
        ("ＪＡＰＡＮ", "", "", "Japan"),
        ("Indonesia", "", "Jakarta", "Indonesia"),
        ("India", "", "", "APAC"),
        ("", "", "", "Worldwide"),
        ("Atlantis", "", "", "Worldwide"),
    ],
)
def test_a_place_belongs_to_its_region(country: str, state: str, city: str, pool: str) -> None:
    assert pool_of(country, state, city) == pool


def test_no_spelling_of_a_country_stands_in_two_territories() -> None:
    seen: dict[str, str] = {}
    for territory in POLICY.territories:
        if territory.when is None or territory.when.field != "lead.country":
            continue
        for value in territory.when.value:
            other = seen.setdefault(str(value).casefold(), territory.name)
            assert other == territory.name, f"{value} stands in {other} and in {territory.name}"
    assert len(seen) > 60


def test_every_pool_has_somebody_and_an_end() -> None:
    pools = {pool.name: pool for pool in POLICY.pools}
    for pool in POLICY.pools:
        assert pool.members
        assert not pool.otherwise or pool.otherwise in pools
