"""`sfrouter review` and `sfrouter link` as a shell sees them; nothing here is answered for good."""

from tests.cli.command import command
from tests.cli.conftest import Place


def test_the_list_shows_both_sides_what_is_at_stake_and_who_would_have_the_lead(here: Place) -> None:
    listed = command("review", "list", "--json").json
    (item,) = [one for one in listed["items"] if one["item"].startswith(here.lead("Acme Corp"))]
    assert item["lead"]["company"] == "Acme Corp"
    assert item["account"]["name"]
    assert item["owner_now"] != item["owner_after"]
    assert item["at_stake"]["customer"]
    shown = command("review", "list")
    assert (shown.code, "owner now -> after" in shown.out) == (0, True)
    one = command("review", "show", item["item"])
    assert (one.code, "At stake" in one.out, "@" in one.out) == (0, True, False)


def test_an_item_nobody_raised_is_an_error_with_a_mend(here: Place) -> None:
    answer = command("review", "accept", next(iter(here.leads)))
    assert (answer.code, "review list" in answer.err) == (1, True)
    assert command("review", "accept").code == 2


def test_a_pattern_that_fits_nothing_does_nothing(here: Place) -> None:
    answer = command("review", "reject", "--company", "Zzz*", "--json").json
    assert (answer["done"], answer["items"]) == (False, [])


def test_a_link_of_several_leads_is_only_shown(here: Place) -> None:
    answer = command("link", "*", here.office.id("acme"), "--json").json
    assert (answer["done"], answer["batch"]) == (False, None)
    assert len(answer["leads"]) > 1
    assert command("link", "--batches", "--json").json == []


def test_an_account_nobody_knows_and_a_batch_nobody_ordered_are_errors(here: Place) -> None:
    unknown = command("link", next(iter(here.leads)), "No Such Company")
    assert (unknown.code, "no account 'No Such Company'" in unknown.err) == (1, True)
    assert command("link", "--undo", "link-1").code == 1
    assert command("link").code == 2
