"""R069, G18: before a made account is taken back, the mirror must have seen our own links to it."""

from unittest.mock import patch

from sfrouter.journey.assembly import open_house
from sfrouter.journey.cycle import run_cycle
from sfrouter.journey.refresh import pull_leads, refresh
from sfrouter.journey.undo_account import accounts_to_undo
from sfrouter.writeback.removal import AccountLook
from tests.days.office import Office, until
from tests.days.test_new_account import DOMAIN, linked, person, switch_on


def test_links_that_the_mirror_has_not_seen_yet_are_still_on_the_way(office: Office) -> None:
    """Else the preview shows an account without leads, and an order would come to nothing."""
    why_touched = AccountLook.why_touched
    switch_on(office)
    with open_house(office.own_settings()) as house:
        refresh(house)
        fed = office.feed([person(number) for number in (1, 2, 3)])

        def all_linked() -> bool:
            run_cycle(house)  # it reads first and writes last
            return "None" not in linked(office)

        assert until(all_linked)
        (one,) = accounts_to_undo(house, DOMAIN)
        assert "still on the way" in one.why_not

        def seen_meanwhile(look: AccountLook, account_id: str, owner_was: str) -> str:
            pull_leads(house)
            return why_touched(look, account_id, owner_was)

        with patch.object(AccountLook, "why_touched", seen_meanwhile):
            (one,) = accounts_to_undo(house, DOMAIN)
        assert "still on the way" in one.why_not or sorted(lead.id for lead in one.leads) == sorted(fed)
        (one,) = accounts_to_undo(house, DOMAIN)
        assert (sorted(lead.id for lead in one.leads), one.why_not) == (sorted(fed), "")
