"""The screen in a real browser: a person looks on, sits down as a rep, changes an owner and a link."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sfrouter.localorg.desks import Desks
from sfrouter.localorg.server import LocalOrgServer
from tests.localorg import webdriver
from tests.localorg.small_world import owner_of, small_world
from tests.localorg.webdriver import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(webdriver.missing() is not None, reason=webdriver.missing() or "there is a browser"),
]

PICTURES = os.environ.get("LOCALORG_PICTURES")
"""A folder for pictures of each page, to look at; none are taken without it."""


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with webdriver.browser() as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[LocalOrgServer]:
    world = small_world()
    world["rows"]["Lead"][0]["Company"] = "<script>window.hacked = 1</script> & Söhne"
    world["rows"]["Task"] = [{"Subject": "Call Doe", "WhoId": "@lead", "OwnerId": "@bob"}]
    with LocalOrgServer(world, desks=Desks(page=True)) as running:
        yield running


def picture(window: Browser, name: str) -> None:
    if PICTURES is not None:
        window.picture(Path(PICTURES) / f"{name}.png")


def test_a_person_sits_down_and_changes_an_owner_and_a_link(server: LocalOrgServer, window: Browser) -> None:
    org = server.org
    lead = org.aliases["lead"]
    window.open(server.url)
    picture(window, "leads")
    window.click(f"option[value='{org.aliases['bob']}']")
    window.follow("form[action='/person'] button")
    assert window.run("return document.querySelector('#user').selectedOptions[0].text") == "Bob Stone"
    window.follow(f"a[href='/record/{lead}']")
    assert "Lead: Doe" in window.text("h1")
    picture(window, "lead")
    window.click(f"#owner option[value='{org.aliases['inbound']}']")
    window.follow("form:has(#owner) button")
    assert "Saved." in window.text("main")
    assert owner_of(org, lead) == org.aliases["inbound"]
    window.type("#link-Matched_Account__c", "Other")
    window.follow("form:has(#link-Matched_Account__c) button")
    assert "Bob Stone: Owner from Bob Stone to Inbound" in window.text("main")
    picture(window, "saved")
    row = org.store.get("Lead", lead)
    assert row is not None
    assert (row["Matched_Account__c"], row["LastModifiedById"]) == (org.aliases["other"], org.aliases["bob"])


def test_a_wrong_account_is_told_on_the_page(server: LocalOrgServer, window: Browser) -> None:
    window.open(f"{server.url}/record/{server.org.aliases['lead']}")
    window.type("#link-Matched_Account__c", "Nobody Inc.")
    window.follow("form:has(#link-Matched_Account__c) button")
    assert "There is no account of that name." in window.text("[role=alert]")
    picture(window, "refused")


def test_style_is_applied_and_script_is_not(server: LocalOrgServer, window: Browser) -> None:
    window.open(server.url)
    assert window.run("return getComputedStyle(document.querySelector('header')).display") == "flex"
    assert window.run("return window.hacked === undefined") is True
    assert "<script>window.hacked = 1</script> & Söhne" in window.text("table")


@pytest.mark.parametrize("page", ["/", "/?list=accounts", "/?list=tasks", "/record/{lead}"])
def test_every_field_has_a_label_and_nothing_overflows_a_small_window(
    server: LocalOrgServer, window: Browser, page: str
) -> None:
    window.resize(420, 800)
    try:
        window.open(server.url + page.format(lead=server.org.aliases["lead"]))
        picture(window, f"small-{page.strip('/?=').partition('/')[0] or 'leads'}")
        unlabelled = "return [...document.querySelectorAll('input:not([type=hidden]),select')]"
        assert window.run(f"{unlabelled}.filter(one => !one.labels.length).length") == 0
        assert window.run("return document.documentElement.scrollWidth <= innerWidth") is True
        assert window.run("return document.querySelectorAll('h1').length") == 1
    finally:
        window.resize(1200, 900)


def test_a_watched_list_shows_a_new_lead_by_itself(server: LocalOrgServer, window: Browser) -> None:
    window.open(f"{server.url}/?list=leads&every=1")
    assert "Newcomer" not in window.text("main")
    server.org.store.insert("Lead", {"LastName": "Newcomer", "Company": "x", "OwnerId": server.org.aliases["bob"]})
    window.wait_for_text("main", "Newcomer", seconds=15)
