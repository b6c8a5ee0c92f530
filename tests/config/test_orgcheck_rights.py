"""What the integration user may do: too little to take accounts back, and more than the router ever needs."""

from dataclasses import replace
from typing import Any

import pytest

from sfrouter.base.errors import Problem
from sfrouter.config.orgcheck import check_org
from sfrouter.model.new_company import Action
from sfrouter.salesforce.granted import Granted
from tests.config.files import SHIPPED, read
from tests.config.org import Describes, every_queue, everybody, field, whole_org


def modifying(*objects: str, general: frozenset[str] = frozenset()) -> Granted:
    """Rights of a user who may change all records of these objects."""
    return Granted(sets=("0PS",), general=general, objects=dict.fromkeys(objects, frozenset({"modify_all"})))


ENOUGH = modifying("account", "Lead")


def checked(action: Action, granted: Granted | None, org: Describes | None = None) -> tuple[Problem, ...]:
    """What the check says, with accounts made, proposed or not."""
    files = read(SHIPPED)
    options = files.policy.new_accounts.model_copy(update={"action": action})
    policy = replace(files.policy, new_accounts=options)
    known: dict[str, Any] = {"queues": every_queue(), "people": everybody(policy), "granted": granted}
    return check_org(files.mapping, policy, org or whole_org(), **known)


def codes(found: tuple[Problem, ...]) -> list[str]:
    return [one.code for one in found]


def test_who_has_what_undo_needs_and_no_more_hears_nothing() -> None:
    assert checked(Action.CREATE, ENOUGH) == ()
    assert checked(Action.CREATE, None) == ()  # the org does not let us look


def test_without_delete_the_undo_of_accounts_is_named_with_its_mend() -> None:
    org = whole_org()
    org["Account"]["deletable"] = False
    (found,) = checked(Action.PROPOSE, ENOUGH, org)
    assert (found.code, found.warning, found.line > 0) == ("ORG18", True, True)
    assert "Object Settings > Account > Delete" in found.mend
    assert checked(Action.OFF, modifying(), org) == ()


def test_without_modify_all_accounts_of_reps_cannot_be_taken_back() -> None:
    (found,) = checked(Action.CREATE, modifying())
    assert (found.code, "Modify All" in found.mend) == ("ORG19", True)
    assert checked(Action.OFF, modifying()) == ()


@pytest.mark.parametrize(
    ("granted", "what"),
    [
        (modifying(general=frozenset({"ModifyAllData"})), "Modify All Data"),
        (
            modifying("Account", "Opportunity"),
            "Opportunity records, which the router only reads",
        ),
        (
            modifying("Account", "Invoice__c"),
            "Invoice__c records, which the router never looks at",
        ),
    ],
)
def test_what_the_router_never_needs_is_named(granted: Granted, what: str) -> None:
    """Least privilege: a stolen token can do no more than the router."""
    (found,) = checked(Action.CREATE, granted)
    assert (found.code, found.warning) == ("ORG20", True)
    assert what in found.what


def test_without_made_accounts_nothing_on_accounts_is_needed() -> None:
    assert codes(checked(Action.OFF, ENOUGH)) == ["ORG20"]


@pytest.mark.parametrize("action", [Action.CREATE, Action.PROPOSE])
def test_what_is_written_of_a_new_account_must_be_writable(action: Action) -> None:
    written = ["Created_By_Router__c", "Description", "Name", "OwnerId", "Website"]
    org = whole_org()
    for name in (*written, "Email_Domains__c", "Industry", "BillingCity"):
        field(org, "Account", name)["createable"] = False
    found = checked(action, None, org)
    assert codes(found) == ["ORG07"] * len(written)
    whats = sorted(one.what for one in found)
    assert whats == [f"the integration user may not write Account.{name}" for name in written]
    assert checked(Action.OFF, None, org) == ()


@pytest.mark.parametrize("action", [Action.CREATE, Action.PROPOSE])
def test_where_no_account_may_be_created_that_is_said_once(action: Action) -> None:
    org = whole_org()
    org["Account"]["createable"] = False
    for one in org["Account"]["fields"]:
        one["createable"] = False
    (found,) = checked(action, None, org)
    assert (found.code, found.warning) == ("ORG02", False)
    assert checked(Action.OFF, None, org) == ()
