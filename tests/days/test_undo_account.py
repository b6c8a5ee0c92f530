"""An account the router made is taken back: leads unlinked, account deleted, never made again (R069, G18)."""

import json
from typing import Any

import pytest

from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from tests.days.office import Office, until
from tests.days.test_kill import has_polled
from tests.days.test_new_account import DOMAIN, linked, ours, person, switch_on

pytestmark = pytest.mark.day


def with_account(office: Office) -> list[str]:
    """Three leads, one account made of them, all linked, nothing on its way."""
    switch_on(office)
    leads = office.feed([person(number) for number in (1, 2, 3)])
    office.start()
    done = lambda: len(linked(office)) == 1 and "None" not in linked(office)  # noqa: E731
    assert until(done, within=90), office.log()[-3000:]
    assert until(office.outbox_empty, within=60), office.status()
    return list(leads)


def undo(office: Office, *words: str) -> dict[str, Any]:
    """`accounts undo --json`, tried again while the mirror has not seen our own last writes."""
    shown: dict[str, Any] = {}

    def settled() -> bool:
        done = office.run("accounts", "undo", *words, "--json")
        assert done.returncode == 0, done.stderr
        shown.update(json.loads(done.stdout))
        return not any("still on the way" in one["why_not"] for one in shown["accounts"])

    assert until(settled, within=30), shown
    return shown


def state(office: Office) -> list[str]:
    return [one["state"] for one in json.loads(office.run("accounts", "list", "--json").stdout)]


class RemovalKiller:
    """Kills the daemon when it deletes: before the org does it, or after, but before the answer."""

    def __init__(self, office: Office, *, after: bool) -> None:
        self.office, self.after, self.done = office, after, False

    def __call__(self, request: Request, handler: Handler) -> Response:
        if request.method != "DELETE" or self.done:
            return handler(request)
        if self.after:
            handler(request)
        self.done = True
        self.office.kill()
        raise DropConnection("after" if self.after else "before")


@pytest.mark.parametrize("after", [False, True], ids=["before the org did it", "after the org did it"])
def test_it_is_taken_back_whatever_dies_and_not_made_again(office: Office, after: bool) -> None:
    leads = with_account(office)
    owners = {row["Id"]: row["OwnerId"] for row in office.rows("Lead") if row["Id"] in leads}
    (account,) = ours(office)
    shown = undo(office, DOMAIN)
    assert (shown["done"], shown["accounts"][0]["why_not"]) == (False, "")
    assert sorted(shown["accounts"][0]["leads"]) == sorted(leads)
    assert ours(office) == [account]  # a preview does nothing
    killer = RemovalKiller(office, after=after)
    office.server.org.middlewares.append(killer)
    assert undo(office, str(account["Id"]), "--apply")["done"]
    assert until(lambda: killer.done, within=90), office.log()[-3000:]
    office.start()
    assert until(lambda: has_polled(office), within=90), office.log()[-3000:]
    office.server.org.clock.advance(660)  # what was on its way at the kill may still arrive until then
    assert until(lambda: not ours(office) and office.outbox_empty(), within=90), office.log()[-3000:]
    assert set(linked(office)) == {"None"}
    assert {row["Id"]: row["OwnerId"] for row in office.rows("Lead") if row["Id"] in leads} == owners
    assert until(lambda: state(office) == ["undone"], within=30), state(office)
    later = office.feed([person(4)])
    assert until(lambda: office.settled(later), within=60), office.log()[-3000:]
    assert until(office.outbox_empty, within=60), office.status()
    assert office.stop() == 0
    assert ours(office) == []
    assert state(office) == ["undone"]


def test_what_somebody_has_touched_stays(office: Office) -> None:
    """Near misses: a contact on it; a change by a rep; and a deal that comes between the order and the removal."""
    leads = with_account(office)
    (account,) = ours(office)
    contact = office.server.org.store.insert("Contact", {"LastName": "Roe", "AccountId": account["Id"]})
    shown = undo(office, "--all", "--apply")
    assert (shown["done"], "Contact" in shown["accounts"][0]["why_not"]) == (False, True)
    office.server.org.store.purge("Contact", contact)
    office.visitor("rep").change("Lead", leads[0], {"Title": "Head of all"})
    assert until(lambda: "somebody changed lead" in undo(office, DOMAIN)["accounts"][0]["why_not"])
    office.visitor("rep").change("Account", str(account["Id"]), {"Phone": "1"})
    assert "somebody changed it" in undo(office, DOMAIN)["accounts"][0]["why_not"]
    assert ours(office) != []
    assert set(linked(office)) == {account["Id"]}
    assert office.stop() == 0
