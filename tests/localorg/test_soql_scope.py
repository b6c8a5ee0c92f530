"""Field paths lead where describe says, and nowhere else."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.localorg.schema import custom_field
from sfrouter.localorg.store import Store

Ask = Callable[..., list[dict[str, Any]]]
Refusal = Callable[..., dict[str, Any]]

NO_COLUMN = (
    "No such column '{}' on entity '{}'. If you are attempting to use a custom field, be sure to append the "
    "'__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
)
NO_RELATIONSHIP = (
    "Didn't understand relationship '{}' in field path. If you are attempting to use a custom relationship, be "
    "sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe "
    "call for the appropriate names."
)
NO_OBJECT = (
    "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append the "
    "'__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
)


@pytest.mark.parametrize(
    ("text", "code", "column", "sentence"),
    [
        ("SELECT Foo FROM Lead", "INVALID_FIELD", 8, NO_COLUMN.format("Foo", "Lead")),
        ("SELECT Id FROM Lead WHERE foo = 1", "INVALID_FIELD", 27, NO_COLUMN.format("foo", "Lead")),
        ("SELECT Id FROM Lead ORDER BY Foo", "INVALID_FIELD", 30, NO_COLUMN.format("Foo", "Lead")),
        ("SELECT Owner FROM Lead", "INVALID_FIELD", 8, NO_COLUMN.format("Owner", "Lead")),
        ("SELECT Owner.Foo FROM Lead", "INVALID_FIELD", 8, NO_COLUMN.format("Foo", "Name")),
        ("SELECT Owner.Foo FROM Account", "INVALID_FIELD", 8, NO_COLUMN.format("Foo", "User")),
        ("SELECT Foo__r.Name FROM Lead", "INVALID_FIELD", 8, NO_RELATIONSHIP.format("Foo__r")),
        ("SELECT OwnerId.Name FROM Lead", "INVALID_FIELD", 8, NO_RELATIONSHIP.format("OwnerId")),
        ("SELECT Owner.Profile.Foo.Name FROM Lead", "INVALID_FIELD", 8, NO_RELATIONSHIP.format("Foo")),
        ("SELECT JigsawContact.Name FROM Lead", "INVALID_FIELD", 8, NO_RELATIONSHIP.format("JigsawContact")),
        ("SELECT Individual.Name FROM Lead", "INVALID_FIELD", 8, NO_RELATIONSHIP.format("Individual")),
        ("SELECT Id, (SELECT Id FROM Nopes) FROM Account", "INVALID_FIELD", 28, NO_RELATIONSHIP.format("Nopes")),
        ("SELECT Id FROM Nope", "INVALID_TYPE", 16, NO_OBJECT.format("Nope")),
        ("SELECT Id FROM Name", "INVALID_TYPE", 16, NO_OBJECT.format("Name")),
        ("SELECT Id FROM Lead.Owner", "INVALID_TYPE", 16, NO_OBJECT.format("Lead.Owner")),
        (
            "SELECT Id FROM Lead WHERE OwnerId IN (SELECT Id FROM Nope)",
            "INVALID_TYPE",
            54,
            NO_OBJECT.format("Nope"),
        ),
    ],
)
def test_what_does_not_exist_is_refused_in_full(
    refusal: Refusal, text: str, code: str, column: int, sentence: str
) -> None:
    body = refusal(text)
    assert body["errorCode"] == code
    assert body["message"].endswith(f"^\nERROR at Row:1:Column:{column}\n{sentence}")


def test_the_whole_body_of_an_unknown_field(refusal: Refusal) -> None:
    assert refusal("SELECT Id, Foo FROM Lead") == {
        "message": "\nSELECT Id, Foo FROM Lead\n           ^\nERROR at Row:1:Column:12\n"
        + NO_COLUMN.format("Foo", "Lead"),
        "errorCode": "INVALID_FIELD",
    }


def test_a_hidden_field_is_refused_as_if_it_did_not_exist(run_soql: Callable[..., Any], refusal: Refusal) -> None:
    def visible(object_name: str, field: str) -> bool:
        return (object_name, field) not in {("Lead", "Email"), ("Account", "OwnerId")}

    sentence = NO_COLUMN.format("Email", "Lead")
    for text in (
        "SELECT Email FROM Lead",
        "SELECT Id FROM Lead WHERE Email = 'x'",
        "SELECT Id FROM Lead ORDER BY Email",
        "SELECT COUNT(Email) FROM Lead",
    ):
        assert refusal(text, visible_fields=visible)["message"].endswith(sentence)
    owner = refusal("SELECT Owner.Name FROM Account", visible_fields=visible)
    assert owner["message"].endswith(NO_RELATIONSHIP.format("Owner"))
    chosen = run_soql("SELECT FIELDS(STANDARD) FROM Lead", visible_fields=visible).records()[0]
    assert "Email" not in chosen
    assert "Phone" in chosen


def test_paths_climb_five_levels_and_no_more(ask: Ask, refusal: Refusal) -> None:
    five = "Account.Owner.Manager.Manager.Manager.Name"
    assert len(ask(f"SELECT {five} FROM Contact")) == 3
    body = refusal("SELECT Account.Owner.Manager.Manager.Manager.Manager.Name FROM Contact")
    assert body["errorCode"] == "MALFORMED_QUERY"
    assert "5 levels" in body["message"]


def test_aliases_of_from_stand_for_objects_and_relationships(ask: Ask) -> None:
    (record,) = ask(
        "SELECT c.LastName, a.Name, o.Name FROM Contact c, c.Account a, a.Owner o "
        "WHERE c.LastName = 'Young' AND o.IsActive = true"
    )
    assert record["LastName"] == "Young"
    assert record["Account"]["Name"] == "Acme"
    assert record["Account"]["Owner"]["Name"] == "Sarah Bauer"


def test_more_than_fifty_five_relationships_are_refused(small_store: Store, refusal: Refusal) -> None:
    names = [f"R{number}__c" for number in range(56)]
    for name in names:
        small_store.schema.add_custom_field("Lead", custom_field(name, "reference", reference_to=("Account",)))
    columns = ", ".join(f"{name[:-1]}r.Name" for name in names)
    body = refusal(f"SELECT {columns} FROM Lead")
    assert body["errorCode"] == "MALFORMED_QUERY"
    assert "55" in body["message"]
