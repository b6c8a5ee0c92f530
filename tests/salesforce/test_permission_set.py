"""The permission set grants what the router needs, says so as metadata that an org reads, and grants no more."""

from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from sfrouter.salesforce.granted import Granted
from sfrouter.salesforce.permission_set import (
    COMES_WITH_IT,
    GENERAL,
    MANAGE_USERS,
    TOO_MUCH,
    ObjectRights,
    Rights,
    permission_set_xml,
)

SPACE = "{http://soap.sforce.com/2006/04/metadata}"
WANTED = Rights(
    objects={
        "Lead": ObjectRights(
            edit=True, read_fields=("Id", "Email", "City", "State"), edited=("Rating", "OwnerId")
        ),
        "Account": ObjectRights(read_fields=("Name", "BillingCity", "Health__c")),
        "Task": ObjectRights(create=True, edited=("Subject", "Note__c")),
        "User": ObjectRights(read_fields=("Name", "Successor__c")),
        "Deal__c": ObjectRights(read_fields=("Stage__c",)),
    }
)
ALL_GENERAL = frozenset(GENERAL)
NEEDED = {"Lead": {"edit", "view_all"}, "Account": {"view_all"}, "Deal__c": {"view_all"}}


def granted(general: Iterable[str] = ALL_GENERAL, **objects: set[str]) -> Granted:
    """What a user has."""
    rights = {name: frozenset(one) for name, one in {**NEEDED, **objects}.items()}
    return Granted(sets=("0PS",), general=frozenset(general), objects=rights)


def test_metadata_is_in_the_order_and_form_that_an_org_reads() -> None:
    root = ElementTree.fromstring(permission_set_xml(WANTED))  # noqa: S314 - our own text
    assert root.tag == f"{SPACE}PermissionSet"
    tags = [one.tag.removeprefix(SPACE) for one in root]
    assert tags == sorted(tags)
    for one in root:
        inner = [item.tag for item in one]
        assert inner == sorted(inner)
    assert permission_set_xml(WANTED).startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert permission_set_xml(WANTED) == permission_set_xml(WANTED)


def test_fields_that_take_no_permission_are_left_out_and_addresses_are_whole() -> None:
    assert WANTED.fields() == {
        "Lead.Email": False, "Lead.Address": False, "Lead.Rating": True, "Account.BillingAddress": False,
        "Account.Health__c": False, "Task.Note__c": True, "User.Successor__c": False, "Deal__c.Stage__c": False,
    }  # fmt: skip


def test_only_objects_with_permissions_of_their_own_are_named_and_never_modify_all() -> None:
    text = permission_set_xml(WANTED)
    assert text.count("<objectPermissions>") == len(WANTED.governed) == 3
    assert "<modifyAllRecords>true" not in text
    assert "<allowDelete>true" not in text


def test_who_has_exactly_what_is_needed_lacks_nothing_and_has_nothing_too_much() -> None:
    one = granted()
    assert (one.missing(WANTED), one.excess(WANTED)) == ((), ())


def test_transfer_leads_comes_with_create_on_lead_which_is_then_nothing_too_much() -> None:
    """The platform refuses the one without the other; a user who has it some other way lacks nothing."""
    without = replace(WANTED, general=tuple(ALL_GENERAL - {"TransferAnyLead"}))
    assert (WANTED.creates("Lead"), without.creates("Lead"), WANTED.creates("Account")) == (True, False, False)
    assert permission_set_xml(WANTED).count("<allowCreate>true") == 1
    assert "<allowCreate>true" not in permission_set_xml(without)
    one = granted(Lead={"create", "edit", "view_all"})
    assert (one.missing(WANTED), one.excess(WANTED)) == ((), ())
    assert "Create on Lead" in one.excess(without)
    assert granted(Account={"create", "view_all"}).excess(WANTED) == ("Create on Account",)


@pytest.mark.parametrize("name", GENERAL)
def test_each_missing_general_right_is_named(name: str) -> None:
    assert granted(ALL_GENERAL - {name}).missing(WANTED) == (f"{GENERAL[name]} (system permission)",)


def test_manage_users_is_asked_for_with_all_that_comes_with_it_where_logins_are_read() -> None:
    wanted = replace(WANTED, general=(*GENERAL, MANAGE_USERS))
    assert granted().missing(wanted) == ("Manage Users (system permission)",)
    all_of_it = granted(ALL_GENERAL | {MANAGE_USERS, *COMES_WITH_IT})
    assert (all_of_it.missing(wanted), all_of_it.excess(wanted)) == ((), ())
    assert granted(ALL_GENERAL | {MANAGE_USERS, "AuthorApex"}).excess(wanted) == (
        "Author Apex (system permission)",
    )
    text = permission_set_xml(wanted)
    assert all(f"<name>{name}</name>" in text for name in (MANAGE_USERS, *COMES_WITH_IT))
    assert MANAGE_USERS not in permission_set_xml(WANTED)


@pytest.mark.parametrize("name", TOO_MUCH)
def test_each_excess_general_right_is_named(name: str) -> None:
    assert granted(ALL_GENERAL | {name}).excess(WANTED) == (f"{TOO_MUCH[name]} (system permission)",)


def test_rights_on_objects_are_named_one_by_one() -> None:
    assert granted(Lead={"view_all"}).missing(WANTED) == ("Edit on Lead",)
    assert granted(Account=set()).missing(WANTED) == ("View All on Account",)
    assert granted(Account={"view_all", "edit"}).excess(WANTED) == ("Edit on Account",)
    assert granted(Campaign={"delete", "modify_all"}).excess(WANTED) == (
        "Delete on Campaign", "Modify All on Campaign",
    )  # fmt: skip


def test_who_may_do_everything_lacks_nothing() -> None:
    one = Granted(sets=("0PS",), general=ALL_GENERAL | {"ModifyAllData"}, objects={})
    assert one.missing(WANTED) == ()
    assert one.excess(WANTED) == ("Modify All Data (system permission)",)
