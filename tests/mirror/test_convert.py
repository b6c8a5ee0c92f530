"""What the org sends is understood exactly, or refused by the field at fault."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sfrouter.config.nouns import NOUNS, Kind
from sfrouter.mirror.convert import _SINGLE, Converter, UnreadableRowError, _value, moment, value_at
from sfrouter.mirror.tables import ROWS
from tests.mirror.fake_org import ACCOUNT_MAP, LEAD_MAP, record_id

ACME = record_id("Account", 1)
SARAH = record_id("User", 1)


def account(**values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(ACCOUNT_MAP.select_fields())
    return {
        **row,
        "Id": ACME,
        "Name": "Acme",
        "IsDeleted": False,
        "SystemModstamp": "2022-03-17T16:21:26.000+0000",
        **values,
    }


def test_every_field_that_a_mapping_may_read_has_its_column() -> None:
    for noun, row in ROWS.items():
        spec = NOUNS[noun]
        wanted = {name for name, field in spec.fields.items() if field.read}
        assert wanted <= row.model_fields.keys(), noun
        assert spec.extra == ("extra" in row.model_fields), noun


def test_a_record_becomes_a_row_of_typed_values() -> None:
    row = Converter(ACCOUNT_MAP).columns(
        account(
            OwnerId=SARAH[:15],
            Website="acme.com",
            Email_Domains__c="acme.net, acme.org",
            Type="Kunde",
            Competitor__c=False,
            Contract_Value__c=50000.5,
            Churn_Date__c="2026-02-28",
            Industry="Tools",
        )
    )
    assert row["owner_id"] == SARAH
    assert row["stamp"] == datetime(2022, 3, 17, 16, 21, 26, tzinfo=UTC)
    assert row["domains"] == ["acme.com", "acme.net, acme.org"]
    assert row["relationship"] == ["Kunde"]
    assert row["competitor"] == [False]
    assert row["contract_value"] == Decimal("50000.5")
    assert row["churned_on"] == date(2026, 2, 28)
    assert row["extra"] == {"industry": "Tools"}
    assert row["parent_id"] is None
    assert row["deleted"] is False


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"Id": "nonsense"}, "id"),
        ({"Id": None}, "id"),
        ({"OwnerId": "005xx"}, "owner_id"),
        ({"OwnerId": ACME.lower()}, "owner_id"),
        ({"SystemModstamp": "yesterday"}, "stamp"),
        ({"SystemModstamp": None}, "stamp"),
        ({"SystemModstamp": "2022-03-17T16:21:26"}, "stamp"),
        ({"SystemModstamp": "0001-01-01T00:00:00.000+1400"}, "stamp"),
        ({"Churn_Date__c": "31.12.2025"}, "churned_on"),
        ({"Contract_Value__c": "a lot"}, "contract_value"),
        ({"Contract_Value__c": "NaN"}, "contract_value"),
        ({"Contract_Value__c": True}, "contract_value"),
        ({"Name": {"street": "Main"}}, "name"),
    ],
)
def test_a_value_of_the_wrong_kind_refuses_the_record_by_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(UnreadableRowError) as caught:
        Converter(ACCOUNT_MAP).columns(account(**values))
    assert caught.value.field == field
    assert "a lot" not in str(caught.value)


def test_a_field_the_answer_lacks_is_not_taken_for_an_empty_one() -> None:
    record = account()
    del record["ParentId"]
    with pytest.raises(UnreadableRowError) as caught:
        Converter(ACCOUNT_MAP).columns(record)
    assert caught.value.field == "parent_id"


def test_a_lead_needs_its_times_of_creation_and_change() -> None:
    record = dict.fromkeys(LEAD_MAP.select_fields()) | {"Id": record_id("Lead", 1), "IsDeleted": False}
    times = {"SystemModstamp": "2026-01-01T00:00:00.000Z", "CreatedDate": "2026-01-01T00:00:00.000Z"}
    with pytest.raises(UnreadableRowError) as caught:
        Converter(LEAD_MAP).columns(record | times)
    assert caught.value.field == "modified_at"


def test_half_a_character_is_replaced_so_that_the_row_can_be_stored() -> None:
    assert "\ud83d" not in Converter(ACCOUNT_MAP).columns(account(Name="Ac\ud83dme"))["name"]


def test_times_are_read_in_every_form_the_org_writes_them() -> None:
    expected = datetime(2022, 3, 17, 16, 21, 26, tzinfo=UTC)
    assert moment("2022-03-17T16:21:26.000+0000") == expected
    assert moment("2022-03-17T16:21:26Z") == expected
    assert moment("2022-03-17T18:21:26.000+02:00") == expected
    assert moment("2022-03-17") == datetime(2022, 3, 17, tzinfo=UTC)
    assert moment(None) is None


def test_a_dotted_name_looks_into_the_related_record() -> None:
    assert value_at({"Owner": {"Name": "Sarah"}}, "Owner.Name") == "Sarah"
    assert value_at({"Owner": None}, "Owner.Name") is None


def test_letter_case_of_a_field_name_does_not_matter() -> None:
    assert value_at({"OwnerId": SARAH}, "ownerid") == SARAH


def test_the_digest_tells_a_changed_record_from_the_same_one() -> None:
    converter = Converter(ACCOUNT_MAP)
    first = converter.columns(account(Type="Kunde"))["digest"]
    assert first == converter.columns(account(Type="Kunde"))["digest"]
    assert first != converter.columns(account(Type="Prospect"))["digest"]


@pytest.mark.parametrize("kind", [Kind.ID, Kind.REFERENCE, Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.MOMENT])
@pytest.mark.parametrize("value", [
    None, "", "Acme", "Zoë Äcker", "half \ud83d", "00QA000000000AAAAA", "2026-03-02",
    "2026-03-02T09:00:00.000+0100", "1.50", 0, 7, 1.5, Decimal("1.50"), True, False, ["a"], {"Name": "a"},
])  # fmt: skip
def test_a_field_that_is_read_from_one_place_says_what_it_says_beside_an_empty_one(kind: Kind, value: Any) -> None:
    alone, beside = (said(kind, {"A": value, "B": None}, apis) for apis in (("A",), ("B", "A")))
    assert repr(alone) == repr(beside)


def said(kind: Kind, record: dict[str, Any], apis: tuple[str, ...]) -> object:
    """A field's value, or the kind of its refusal."""
    try:
        return _value(_SINGLE[kind], record, apis)
    except (ValueError, ArithmeticError) as refusal:
        return type(refusal)
