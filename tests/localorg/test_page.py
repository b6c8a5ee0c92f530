"""The screen at `/`: what its pages show, what its forms change, and that no value is taken for markup."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.page import Page
from sfrouter.localorg.page_html import Html, tag
from tests.localorg.small_world import RULE, owner_of, small_org, small_world

EVIL = '<script>alert("x")</script>'


class Screen:
    """A browser without a network."""

    def __init__(self, **changes: Any) -> None:
        self.org: Org = small_org(**changes)
        self._page = Page(self.org)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, url: str, form: Mapping[str, str] | None = None, **headers: str) -> Response:
        path, _, query = url.partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | self.cookies
        answer = self._page.answer(Request(method, path, query, sent, urlencode(form or {}).encode()))
        assert answer is not None
        return answer

    def see(self, url: str) -> str:
        """The text of a page that must be there, without its markup."""
        answer = self.ask("GET", url)
        assert answer.status == 200, answer.body
        return words(answer)

    def act_as(self, key: str) -> None:
        answer = self.ask("POST", "/person", {"user": self.org.aliases[key], "back": "/"})
        self.cookies = {"Cookie": (answer.header("set-cookie") or "").partition(";")[0]}

    def id_of(self, key: str) -> str:
        return self.org.aliases[key]


def words(answer: Response) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.body.decode())))


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_the_lists_show_leads_accounts_and_tasks_with_their_owners(screen: Screen) -> None:
    assert "Doe Acme" in screen.see("/")
    assert "Bob Stone" in screen.see("/?list=leads")
    assert "Acme Paris Sarah Lee" in screen.see("/?list=accounts")
    assert "Nothing here." in screen.see("/?list=tasks")


def test_a_linked_account_has_a_column_of_its_own(screen: Screen) -> None:
    screen.org.store.update("Lead", screen.id_of("lead"), {"Matched_Account__c": screen.id_of("other")})
    assert "Matched Account" in screen.see("/").replace("_", " ")
    assert re.search(r"Doe Acme .* Other", screen.see("/"))


def test_rows_are_found_by_a_part_of_their_name_taken_literally(screen: Screen) -> None:
    assert "1 row," in screen.see("/?list=accounts&search=acm")
    assert "0 rows," in screen.see("/?list=accounts&search=%25")
    assert "0 rows," in screen.see("/?list=accounts&search=%27%20OR%20Name%20%21%3D%20%27")


def test_long_lists_are_turned_page_by_page(screen: Screen) -> None:
    rows = [{"LastName": f"n{one:03}", "Company": "x", "OwnerId": screen.id_of("bob")} for one in range(120)]
    screen.org.store.insert_many("Lead", rows)
    first, last = screen.see("/?list=leads"), screen.see("/?list=leads&page=3")
    assert ("122 rows" in first, "Page 1 of 3" in first, "Page 3 of 3" in last) == (True, True, True)
    assert ("Older" in first, "Newer" in first) == (True, False)
    assert ("Older" in last, "Newer" in last) == (False, True)
    assert ("n119" in first, "n119" in last, "n000" in last) == (True, False, True)


def test_a_list_reloads_itself_only_when_asked(screen: Screen) -> None:
    assert b'http-equiv="refresh"' not in screen.ask("GET", "/").body
    assert b'<meta http-equiv="refresh" content="5">' in screen.ask("GET", "/?list=leads&every=1").body


def test_a_record_shows_its_fields_and_leads_to_its_references(screen: Screen) -> None:
    answer = screen.ask("GET", f"/record/{screen.id_of('lead')}")
    assert "Lead: Doe" in words(answer)
    assert "Country US" in words(answer)
    assert f'<a href="/record/{screen.id_of("bob")}">Bob Stone</a>'.encode() in answer.body


def test_an_owner_is_changed_as_the_chosen_rep_and_no_rule_runs(screen: Screen) -> None:
    screen = Screen(assignment_rules=[RULE])
    screen.org.store.update("Lead", screen.id_of("lead"), {"Country": "FR"})
    screen.act_as("sarah")
    url = f"/record/{screen.id_of('lead')}"
    answer = screen.ask("POST", url, {"field": "OwnerId", "value": screen.id_of("sarah")})
    assert (answer.status, answer.header("location")) == (303, f"{url}?saved=1")
    assert owner_of(screen.org, screen.id_of("lead")) == screen.id_of("sarah")
    row = screen.org.store.get("Lead", screen.id_of("lead"))
    assert row is not None
    assert row["LastModifiedById"] == screen.id_of("sarah")
    seen = screen.see(f"{url}?saved=1")
    assert "Saved." in seen
    assert "Sarah Lee: Owner from Bob Stone to Sarah Lee" in seen


def test_a_queue_can_be_chosen_only_where_it_may_own(screen: Screen) -> None:
    lead, account = (screen.see(f"/record/{screen.id_of(key)}") for key in ("lead", "acme"))
    assert ("Inbound" in lead, "Support" in lead, "Inbound" in account) == (True, False, False)


def test_a_refused_change_is_told_and_changes_nothing(screen: Screen) -> None:
    url = f"/record/{screen.id_of('lead')}"
    answer = screen.ask("POST", url, {"field": "OwnerId", "value": screen.id_of("gone")})
    assert answer.status == 400
    assert "Not saved: operation performed with inactive user" in words(answer)
    assert owner_of(screen.org, screen.id_of("lead")) == screen.id_of("bob")


@pytest.mark.parametrize(("wish", "key"), [("Other", "other"), ("@acme", "acme"), ("", None)])
def test_a_link_is_set_by_name_or_id_and_taken_away(screen: Screen, wish: str, key: str | None) -> None:
    screen.org.store.update("Lead", screen.id_of("lead"), {"Matched_Account__c": screen.id_of("acme")})
    value = screen.org.id_of(wish) if wish else ""
    value = wish if not wish.startswith("@") else value
    url = f"/record/{screen.id_of('lead')}"
    assert screen.ask("POST", url, {"field": "Matched_Account__c", "value": value}).status == 303
    row = screen.org.store.get("Lead", screen.id_of("lead"))
    assert row is not None
    assert row["Matched_Account__c"] == (None if key is None else screen.id_of(key))


def test_a_name_that_fits_no_account_or_several_is_refused(screen: Screen) -> None:
    url = f"/record/{screen.id_of('lead')}"
    answer = screen.ask("POST", url, {"field": "Matched_Account__c", "value": "O'Neil"})
    assert "There is no account of that name." in words(answer)
    screen.org.store.insert("Account", {"Name": "Acme", "OwnerId": screen.id_of("bob")})
    answer = screen.ask("POST", url, {"field": "Matched_Account__c", "value": "Acme"})
    assert "Several accounts have that name" in words(answer)


def test_no_other_field_can_be_changed(screen: Screen) -> None:
    url = f"/record/{screen.id_of('lead')}"
    assert screen.ask("POST", url, {"field": "Email", "value": "x@y.example"}).status == 400


def test_hidden_fields_are_hidden_from_the_chosen_person_only() -> None:
    screen = Screen(hidden_fields=[{"user": "@sarah", "fields": ["Lead.Country", "Lead.Company"]}])
    assert "Country US" in screen.see(f"/record/{screen.id_of('lead')}")
    screen.act_as("sarah")
    assert "Country US" not in screen.see(f"/record/{screen.id_of('lead')}")
    assert "Company" not in screen.see("/")


def test_work_at_the_screen_costs_no_api_call_and_meets_no_fault(screen: Screen) -> None:
    before = screen.org.calls.used()
    screen.see("/")
    screen.see(f"/record/{screen.id_of('lead')}")
    assert screen.org.calls.used() == before


def test_values_of_the_org_are_never_markup() -> None:
    world = small_world()
    world["rows"]["Lead"][0] |= {"LastName": EVIL, "Company": EVIL, "Status": '"><img src=x>'}
    world["rows"]["Account"][0]["Name"] = EVIL
    world["users"][1]["LastName"] = EVIL
    screen = Screen(**world)
    pages = ["/", "/?list=accounts", f"/?list=leads&search={EVIL}", f"/?list={EVIL}"]
    pages += [f"/record/{screen.id_of(key)}" for key in ("lead", "acme")]
    bad = screen.ask("POST", f"/record/{screen.id_of('lead')}", {"field": EVIL, "value": EVIL})
    for answer in [*(screen.ask("GET", page) for page in pages), bad]:
        assert b"<script" not in answer.body
        assert b"<img" not in answer.body
        assert "script-src" not in (policy := answer.header("content-security-policy") or "")
        assert "default-src 'none'" in policy


def test_an_attribute_cannot_be_left_by_a_quote() -> None:
    assert tag("input", name="a", value='"><b>') == '<input name="a" value="&quot;&gt;&lt;b&gt;">'
    assert tag("p", "<b>", tag("b", "x"), None) == "<p>&lt;b&gt;<b>x</b></p>"
    assert isinstance(tag("p"), Html)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/a\r\nSet-Cookie: x=1"])
def test_changing_seats_never_leads_to_another_site(screen: Screen, back: str) -> None:
    answer = screen.ask("POST", "/person", {"user": screen.id_of("bob"), "back": back})
    assert (answer.status, answer.header("location")) == (303, "/")


def test_an_inactive_user_cannot_sit_down(screen: Screen) -> None:
    assert screen.ask("POST", "/person", {"user": screen.id_of("gone")}).status == 400
    screen.cookies = {"Cookie": f"localorg_person={screen.id_of('gone')}"}
    assert "Robot" in screen.see("/")


@pytest.mark.parametrize("row_id", ["00Q000000000000AAA", "nonsense", "00Q5e0000000999EAA", "%3Cb%3E"])
def test_what_is_not_there_is_a_page_that_says_so(screen: Screen, row_id: str) -> None:
    answer = screen.ask("GET", f"/record/{row_id}")
    assert answer.status == 404
    assert "no such record" in words(answer)


def test_pages_of_other_sites_cannot_send_its_forms(screen: Screen) -> None:
    url, form = f"/record/{screen.id_of('lead')}", {"field": "OwnerId", "value": screen.id_of("sarah")}
    for headers in ({"Host": "a.example"}, {"Host": "localhost:1", "Origin": "http://a.example"}):
        assert screen.ask("POST", url, form, **headers).status == 403
    assert screen.ask("POST", url, form, Host="localhost:1", Origin="http://localhost:1").status == 303


def test_other_paths_are_not_the_screens() -> None:
    assert Page(small_org()).answer(Request("GET", "/services/data")) is None
