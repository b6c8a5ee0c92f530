"""The org's schema is Salesforce's: names, types, flags, and the whole shape of describe."""

from __future__ import annotations

import pytest

from sfrouter.localorg.schema import ChildRelationship, Schema, custom_field
from sfrouter.localorg.schema_read import SchemaFileError, read_object, spaced

FIELD_KEYS = (
    "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula "
    "cascadeDelete caseSensitive compoundFieldName controllerName createable custom "
    "defaultValue defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden "
    "digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable "
    "filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted "
    "idLookup inlineHelpText label length mask maskType name nameField namePointing nillable "
    "permissionable picklistValues polymorphicForeignKey precision queryByDistance "
    "referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete "
    "restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable "
    "writeRequiresMasterRead"
)
OBJECT_KEYS = (
    "actionOverrides activateable associateEntityType associateParentEntity childRelationships "
    "compactLayoutable createable custom customSetting deepCloneable defaultImplementation "
    "deletable deprecatedAndHidden extendedBy extendsInterfaces feedEnabled fields hasSubtypes "
    "implementedBy implementsInterfaces isInterface isSubtype keyPrefix label labelPlural "
    "layoutable listviewable lookupLayoutable mergeable mruEnabled name namedLayoutInfos "
    "networkScopeFieldName queryable recordTypeInfos replicateable retrieveable "
    "searchLayoutable searchable sobjectDescribeOption supportedScopes triggerable undeletable "
    "updateable urls"
)


def test_describe_has_every_key_that_a_real_one_has() -> None:
    answer = Schema.standard().describe("lead", api_version="62.0")
    assert set(answer) == set(OBJECT_KEYS.split())
    assert all(set(field) == set(FIELD_KEYS.split()) for field in answer["fields"])
    assert answer["urls"]["sobject"] == "/services/data/v62.0/sobjects/Lead"


def test_lead_fields_have_the_facts_of_a_recorded_describe() -> None:
    fields = {one["name"]: one for one in Schema.standard().describe("Lead")["fields"]}
    owner, name, status = fields["OwnerId"], fields["Name"], fields["Status"]
    assert (owner["referenceTo"], owner["relationshipName"]) == (["Group", "User"], "Owner")
    assert owner["polymorphicForeignKey"] is owner["namePointing"] is True
    assert (name["length"], name["byteLength"], name["createable"]) == (121, 363, False)
    assert status["defaultedOnCreate"] is True
    assert [one["value"] for one in status["picklistValues"] if one["defaultValue"]] == ["Open - Not Contacted"]
    assert (fields["Description"]["filterable"], fields["Description"]["length"]) == (False, 32000)
    assert fields["Latitude"]["compoundFieldName"] == "Address"
    assert fields["AnnualRevenue"]["soapType"] == "xsd:double"


@pytest.mark.parametrize(
    ("object_name", "prefix"),
    [
        ("Lead", "00Q"),
        ("Account", "001"),
        ("Contact", "003"),
        ("Opportunity", "006"),
        ("Case", "500"),
        ("Task", "00T"),
        ("User", "005"),
        ("Group", "00G"),
        ("Organization", "00D"),
        ("LeadHistory", None),
        ("FieldPermissions", "01k"),
    ],
)
def test_objects_are_found_in_any_case_and_by_their_prefix(object_name: str, prefix: str | None) -> None:
    schema = Schema.standard()
    kind = schema.object(object_name.upper())
    assert kind is not None
    assert (kind.name, kind.key_prefix) == (object_name, prefix)
    if prefix is not None:
        assert schema.object_of_id(prefix + "5e0000000001AAA") is kind


def test_no_two_objects_share_a_prefix_that_describe_tells() -> None:
    prefixes = [one.key_prefix for one in Schema.standard() if one.key_prefix is not None]
    assert len(prefixes) == len(set(prefixes)) >= 29


def test_every_child_relationship_names_a_real_field() -> None:
    schema = Schema.standard()
    for kind in schema:
        for child in kind.child_relationships:
            other = schema.object(child.child_object)
            assert other is not None, child
            field = other.field(child.field)
            assert field is not None, child
            assert kind.name in field.reference_to, child


def test_a_custom_field_appears_in_describe_and_on_its_parent() -> None:
    schema = Schema.standard()
    made = custom_field("Partner__c", "reference", reference_to=("Account",))
    kind = schema.add_custom_field("lead", made, child_relationship="PartnerLeads")
    assert kind.field("partner__C") == made
    assert kind.by_relationship("Partner__r") == made
    account = schema.object("Account")
    assert account is not None
    assert account.child("partnerleads__r") == ChildRelationship("Lead", "Partner__c", "PartnerLeads__r")
    described = schema.describe("Lead")["fields"][-1]
    assert (described["name"], described["custom"], described["type"]) == ("Partner__c", True, "reference")
    assert Schema.standard().object("Lead") != kind


def test_long_text_areas_cannot_be_filtered_sorted_or_grouped() -> None:
    long_text = custom_field("Notes__c", "textarea", length=32000)
    assert (long_text.filterable, long_text.sortable, long_text.groupable) == (False, False, False)
    assert custom_field("Short__c", "textarea").filterable


def test_hidden_fields_are_left_out_of_describe() -> None:
    answer = Schema.standard().describe("Lead", visible_fields=lambda _, field: field != "Email")
    assert "Email" not in {one["name"] for one in answer["fields"]}


def test_describe_global_lists_every_object_with_its_addresses() -> None:
    answer = Schema.standard().describe_global(api_version="65.0")
    assert (answer["encoding"], answer["maxBatchSize"]) == ("UTF-8", 200)
    names = [one["name"] for one in answer["sobjects"]]
    assert names == sorted(names)
    assert {"Lead", "Task", "Group", "AccountTeamMember"} <= set(names)
    assert "fields" not in answer["sobjects"][0]


def test_a_custom_object_has_the_system_fields_a_name_and_an_owner() -> None:
    schema = Schema.standard()
    kind = schema.add_custom_object("Visit__c", "Visit", "Visits", [custom_field("Day__c", "date")])
    assert kind.key_prefix == "a00"
    assert {"id", "name", "ownerid", "systemmodstamp", "day__c"} <= set(kind.fields)
    with pytest.raises(ValueError, match="taken"):
        schema.add_custom_object("Visit__c", "Visit", "Visits")


@pytest.mark.parametrize(
    ("object_name", "field"),
    [
        ("Nope", custom_field("X__c", "string")),
        ("Lead", custom_field("X__c", "reference", reference_to=("Nope",))),
    ],
)
def test_fields_on_or_to_unknown_objects_are_refused(object_name: str, field: object) -> None:
    with pytest.raises(ValueError, match="Nope"):
        Schema.standard().add_custom_field(object_name, field)  # type: ignore[arg-type]


def test_currencies_and_territories_exist_only_when_switched_on() -> None:
    plain, full = Schema.standard(), Schema.standard({"multi_currency", "territories"})
    assert plain.object("CurrencyType") is None
    assert plain.object("Territory2") is None
    lead = full.object("Lead")
    assert lead is not None
    assert lead.field("CurrencyIsoCode") is not None
    assert full.object("DatedConversionRate") is not None
    assert full.object("UserTerritory2Association") is not None
    with pytest.raises(ValueError, match="currencies"):
        Schema.standard({"currencies"})


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Id | id | f | -", "bad.txt:1"),
        ("object X | X | Xs | - | 0xx | q\nId | id", "bad.txt:2"),
        ("object X | X | Xs | - | 0xx | q\n\nId | id | f | - | colour red", "bad.txt:3"),
    ],
)
def test_a_broken_schema_file_is_told_with_file_and_line(text: str, where: str) -> None:
    with pytest.raises(SchemaFileError, match=where):
        read_object("bad.txt", text)


def test_labels_are_names_in_separate_words() -> None:
    assert spaced("IsWonByPartner") == "Is Won By Partner"
    assert spaced("APIName2") == "API Name2"
