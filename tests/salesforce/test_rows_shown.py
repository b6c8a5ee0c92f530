"""Which records sharing may hide from our user: what is private and what it may see, each as the org tells it."""

from collections.abc import Mapping
from typing import Any

import pytest

from sfrouter.salesforce.rows_shown import Narrowed, narrowed_objects, perhaps_hidden

US = "005000000000001AAA"
OPEN = {"DefaultAccountAccess": "Edit", "DefaultContactAccess": "ControlledByParent", "DefaultLeadAccess": "Read"}
ALL = ("Account", "Contact", "Lead", "Opportunity", "Deal__c")


class Org:
    """Answers what is asked about defaults and rights. `asked` are the objects, `columns` the last ones."""

    def __init__(self, defaults: Mapping[str, str], *, sets: int = 1, wide: str = "", general: str = "") -> None:
        self._sets = [{"Id": f"0PS{number}"} for number in range(sets)]
        columns = ("PermissionsCreate", "PermissionsEdit", "PermissionsDelete", "PermissionsModifyAllRecords")
        rights = {"SobjectType": "Account", **dict.fromkeys(columns, False), "PermissionsViewAllRecords": False}
        self._rows: dict[str, list[dict[str, Any]]] = {
            "Organization": [dict(defaults)] if defaults else [],
            "PermissionSetAssignment": [{"PermissionSetId": one["Id"]} for one in self._sets],
            "User": [{"ProfileId": None}],
            "PermissionSet": [one | {f"Permissions{general}": True} for one in self._sets],
            "ObjectPermissions": [rights | {f"Permissions{wide}": True}],
        }
        self._general = general
        self.asked: list[str] = []
        self.columns: list[str] = []

    def query_all_rows(self, soql: str, *, deleted: bool = False) -> list[Mapping[str, Any]]:
        assert not deleted
        name = soql.partition(" FROM ")[2].split()[0]
        self.columns = soql.partition(" FROM ")[0].removeprefix("SELECT ").split(", ")
        self.asked.append(name)
        return list(self._rows[name])

    def describe(self, object_name: str) -> Mapping[str, Any]:
        assert object_name == "PermissionSet"
        return {"fields": [{"name": f"Permissions{self._general}"}]}


def test_where_nothing_is_private_one_question_is_enough() -> None:
    org = Org(OPEN)
    assert perhaps_hidden(org, US, ALL) == set()
    assert org.asked == ["Organization"]


def test_private_accounts_are_hidden_from_who_lacks_view_all_and_contacts_with_them() -> None:
    private = OPEN | {"DefaultAccountAccess": "None"}
    assert narrowed_objects(Org(private), ALL).private == {"Account", "Contact"}
    assert narrowed_objects(Org(private), ["Contact"]).private == {"Contact"}
    assert perhaps_hidden(Org(private), US, ALL) == {"Account", "Contact"}
    assert perhaps_hidden(Org(private), US, ["Lead", "Deal__c"]) == set()
    assert perhaps_hidden(Org(private), US, ["account"]) == {"account"}


@pytest.mark.parametrize("wide", ["ViewAllRecords", "ModifyAllRecords"])
def test_view_all_or_modify_all_on_an_object_shows_all_of_it_and_of_no_other(wide: str) -> None:
    private = OPEN | {"DefaultAccountAccess": "None", "DefaultLeadAccess": "None"}
    assert perhaps_hidden(Org(private, wide=wide), US, ("Account", "Lead")) == {"Lead"}


@pytest.mark.parametrize("general", ["ViewAllData", "ModifyAllData"])
def test_who_sees_all_data_misses_none(general: str) -> None:
    private = OPEN | {"DefaultAccountAccess": "None", "DefaultLeadAccess": "None"}
    assert perhaps_hidden(Org(private, general=general), US, ALL) == set()


def test_who_may_look_neither_at_his_rights_nor_at_the_org_is_told_nothing() -> None:
    assert perhaps_hidden(Org(OPEN | {"DefaultAccountAccess": "None"}, sets=0), US, ALL) == set()
    assert perhaps_hidden(Org({}), US, ALL) == set()


def test_only_the_defaults_of_what_is_mapped_are_asked_for() -> None:
    org = Org(OPEN)
    assert narrowed_objects(org, ["Deal__c"]).private == set()
    assert org.asked == []
    assert narrowed_objects(org, ["lead"]).private == set()
    assert org.columns == ["DefaultLeadAccess"]


def test_read_only_objects_are_told_apart_from_private_ones() -> None:
    """OPEN shows leads to all, and lets none but their owners change them."""
    assert narrowed_objects(Org(OPEN), ALL) == Narrowed(read_only=frozenset({"Lead"}))
    read = OPEN | {"DefaultAccountAccess": "Read", "DefaultLeadAccess": "None"}
    assert narrowed_objects(Org(read), ["lead", "Account", "Contact"]) == Narrowed(
        private=frozenset({"lead"}), read_only=frozenset({"Account", "Contact"})
    )
    for wide in ("Edit", "ReadEditTransfer"):
        assert narrowed_objects(Org(OPEN | {"DefaultLeadAccess": wide}), ALL) == Narrowed()
