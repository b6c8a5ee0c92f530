"""R069, G18: before a made account is taken back, the mirror must have seen our own links to it."""

from pathlib import Path

from pydantic import SecretStr

from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import open_house
from sfrouter.journey.cycle import run_cycle
from sfrouter.journey.refresh import pull_leads, refresh
from sfrouter.journey.undo_account import accounts_to_undo
from tests.days.office import SECRETS, Office, until
from tests.days.test_new_account import DOMAIN, linked, person, switch_on


def test_links_that_the_mirror_has_not_seen_yet_are_still_on_the_way(tmp_path: Path) -> None:
    """Else the preview shows an account without leads, and an order would delete it under them."""
    office = Office.open(tmp_path)
    switch_on(office)
    settings = Settings(
        salesforce_login_url=office.server.url, salesforce_client_id="demo-router",
        salesforce_client_secret=SecretStr(SECRETS["router"]), data_dir=tmp_path / "data",
        mappings_dir=tmp_path / "mappings",
    )  # fmt: skip
    (tmp_path / "data").mkdir(mode=0o700)
    with open_house(settings) as house:
        refresh(house)
        fed = office.feed([person(number) for number in (1, 2, 3)])

        def all_linked() -> bool:
            run_cycle(house)  # it reads first and writes last
            return "None" not in linked(office)

        assert until(all_linked)
        (one,) = accounts_to_undo(house, DOMAIN)
        assert "still on the way" in one.why_not
        pull_leads(house)
        (one,) = accounts_to_undo(house, DOMAIN)
        assert (sorted(lead.id for lead in one.leads), one.why_not) == (sorted(fed), "")
    office.close()
