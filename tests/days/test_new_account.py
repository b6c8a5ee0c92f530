"""Three people of one unknown company: one account, made once, whatever dies in the middle (R066-R069, C09)."""

import json
from collections import Counter

import pytest

from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.duplicates import DuplicateRule, Matching
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from tests.days.office import Office, until
from tests.days.test_kill import has_polled

pytestmark = pytest.mark.day
DOMAIN, COMPANY = "newcompany.example", "New Company Inc"


def person(number: int) -> Newcomer:
    """The n-th person of the company."""
    return Newcomer(
        first="Pat", last=f"Number{number}", company=COMPANY, email=f"p{number}@{DOMAIN}", country="United States",
        state="California", city="", rule="", owner="",
    )  # fmt: skip


def switch_on(office: Office) -> None:
    """The demo's policy, with accounts made and place 8b off, so that lead 2 has an owner of its own."""
    path = office.folder / "mappings" / "policy.yaml"
    text = path.read_text("utf-8").replace("  - company_profile\n", "")
    path.write_text(f"{text}\nnew_accounts: {{action: create, leads: 3}}\n", "utf-8")


class AccountKiller:
    """Kills the daemon when it makes the account: before the org does it, or after, but before the answer."""

    def __init__(self, office: Office, *, after: bool) -> None:
        self.office, self.after, self.done = office, after, False

    def __call__(self, request: Request, handler: Handler) -> Response:
        makes = b'"Account"' in request.body and "/composite/sobjects" in request.path
        if not makes or self.done or request.method != "POST":
            return handler(request)
        if self.after:
            handler(request)
        self.done = True
        self.office.kill()
        raise DropConnection("after" if self.after else "before")


def ours(office: Office) -> list[dict[str, object]]:
    return [row for row in office.rows("Account") if row["Website"] == DOMAIN]


def linked(office: Office) -> Counter[str]:
    return Counter(str(row["Account__c"]) for row in office.rows("Lead") if str(row["Email"]).endswith(DOMAIN))


@pytest.mark.parametrize("after", [False, True], ids=["before the org did it", "after the org did it"])
def test_a_kill_while_the_account_is_made_makes_one_account_and_links_all_leads(
    office: Office, after: bool
) -> None:
    switch_on(office)
    leads = office.feed([person(number) for number in (1, 2, 3)])
    killer = AccountKiller(office, after=after)
    office.server.org.middlewares.append(killer)
    office.start()
    assert until(lambda: killer.done, within=90), office.log()[-3000:]
    office.start()
    assert until(lambda: has_polled(office), within=90), office.log()[-3000:]
    office.server.org.clock.advance(660)  # an account on its way at the kill may appear until then
    assert until(lambda: len(linked(office)) == 1 and "None" not in linked(office), within=90), office.log()[
        -3000:
    ]
    assert until(office.outbox_empty, within=60), office.status()
    assert office.stop() == 0
    (account,) = ours(office)
    assert linked(office) == {str(account["Id"]): 3}
    assert (account["Name"], account["Created_By_Router__c"]) == (COMPANY, True)
    _owners_are_as_in_the_example(office, list(leads), account)


def _owners_are_as_in_the_example(office: Office, leads: list[str], account: dict[str, object]) -> None:
    """Leads 1 and 3 and the account have one owner; lead 2 keeps its own, who is told."""
    owners = {row["Id"]: row["OwnerId"] for row in office.rows("Lead")}
    first, second, third = (owners[lead_id] for lead_id in leads)
    assert first == third == account["OwnerId"] != second
    told = [row for row in office.rows("Task") if str(row["Subject"]).startswith("New account")]
    assert [(row["WhoId"], row["OwnerId"]) for row in told] == [(leads[1], second)]


def test_a_duplicate_rule_refuses_the_account_and_it_is_told_and_not_tried_again(office: Office) -> None:
    """The org's own rules say no: nothing is forced, and the leads keep their owners."""
    switch_on(office)
    one_an_owner = Matching("Owner", "Account", (("OwnerId", "OwnerId"),))
    rule = DuplicateRule(name="One an owner", object_name="Account", matchings=(one_an_owner,), blocks=True)
    office.server.org.duplicate_rules.append(rule)
    for user in office.rows("User"):  # everybody owns two accounts already: the rule does not say which is meant
        for number in (1, 2):
            office.server.org.store.insert(
                "Account", {"Name": f"Of {user['Alias']} {number}", "OwnerId": user["Id"]}
            )
    leads = office.feed([person(number) for number in (1, 2, 3)])
    office.start()
    assert until(lambda: office.settled(leads), within=90), office.log()[-3000:]
    assert until(office.outbox_empty, within=60), office.status()
    assert office.stop() == 0
    assert ours(office) == []
    listed = json.loads(office.run("accounts", "list", "--json").stdout)
    assert [(one["domain"], one["state"]) for one in listed] == [(DOMAIN, "refused")]
    assert listed[0]["answer"].startswith("DUPLICATES_DETECTED")


def test_the_account_that_a_duplicate_rule_names_is_used_and_never_taken_back(office: Office) -> None:
    """F42: the org has the company under another name and its number; none is made, and what is not ours stays."""
    switch_on(office)
    by_address = Matching("Address", "Account", (("Website", "Site"),))
    rule = DuplicateRule(name="One a site", object_name="Account", matchings=(by_address,), blocks=True)
    office.server.org.duplicate_rules.append(rule)
    owner = next(row for row in office.rows("User") if row["IsActive"])
    found = office.server.org.store.insert(
        "Account", {"Name": "Zubair and Quist", "Site": DOMAIN, "OwnerId": owner["Id"]}
    )
    before = [row for row in office.rows("Account") if row["Id"] == found]
    count = len(office.rows("Account"))
    leads = office.feed([person(number) for number in (1, 2, 3)])
    office.start()
    assert until(lambda: set(linked(office)) == {found}, within=90), office.log()[-3000:]
    assert until(office.outbox_empty, within=60), office.status()
    (listed,) = json.loads(office.run("accounts", "list", "--json").stdout)
    assert (listed["state"], listed["account_id"]) == ("already in the org", found)
    later = office.feed([person(4)])
    assert until(lambda: linked(office) == {found: 4}, within=60), office.log()[-3000:]
    assert until(lambda: office.settled({**leads, **later}), within=60)
    assert until(office.outbox_empty, within=60), office.status()
    refused = office.run("accounts", "undo", DOMAIN, "--apply")
    assert (refused.returncode, "already in the org" in refused.stderr) == (1, True), refused.stderr
    swept = json.loads(office.run("accounts", "undo", "--all", "--apply", "--json").stdout)
    assert swept["accounts"] == []
    assert office.stop() == 0
    assert [row for row in office.rows("Account") if row["Id"] == found] == before
    assert (len(office.rows("Account")), ours(office)) == (count, [])
