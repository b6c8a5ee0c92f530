"""Tells a client what an object looks like, in the full shape of Salesforce's own describe answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfrouter.localorg.schema_field import COMPOUND_TYPES, ID_TYPES, Field, PicklistValue
from sfrouter.localorg.schema_object import ChildRelationship, ObjectType

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "address": "urn:address",
    "location": "urn:location",
    "base64": "xsd:base64Binary",
    "anyType": "xsd:anyType",
}

_ALWAYS_FALSE = (
    "aiPredictionField",
    "cascadeDelete",
    "dependentPicklist",
    "deprecatedAndHidden",
    "displayLocationInDecimal",
    "encrypted",
    "formulaTreatNullNumberAsZero",
    "highScaleNumber",
    "htmlFormatted",
    "restrictedDelete",
    "writeRequiresMasterRead",
)
_ALWAYS_NULL = (
    "controllerName",
    "defaultValueFormula",
    "filteredLookupInfo",
    "inlineHelpText",
    "mask",
    "maskType",
    "referenceTargetField",
    "relationshipOrder",
)

_NEVER_PREFILTERED = frozenset({"OwnerId", "CreatedById", "LastModifiedById", "MasterRecordId"})
_MASTER_RECORD_TYPE = "012000000000000AAA"


def describe_object(kind: ObjectType, api_version: str) -> dict[str, Any]:
    """The answer to `GET /sobjects/X/describe`."""
    answer = _object_flags(kind) | {
        "actionOverrides": [],
        "childRelationships": [_child(one) for one in kind.child_relationships],
        "compactLayoutable": kind.layoutable,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(one, kind.fields) for one in kind.fields.values()],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_master_record_type(kind, api_version)] if kind.layoutable else [],
        "searchLayoutable": kind.searchable and kind.layoutable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": f"All {kind.label_plural.lower()}", "name": "everything"}],
        "urls": _urls(kind, api_version),
    }
    return dict(sorted(answer.items()))


def global_entry(kind: ObjectType, api_version: str) -> dict[str, Any]:
    """One object's entry in the answer to `GET /sobjects`."""
    answer = _object_flags(kind) | {"urls": _urls(kind, api_version)}
    return dict(sorted(answer.items()))


def _object_flags(kind: ObjectType) -> dict[str, Any]:
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": kind.createable,
        "custom": kind.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": kind.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": kind.feed_enabled,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": kind.key_prefix,
        "label": kind.label,
        "labelPlural": kind.label_plural,
        "layoutable": kind.layoutable,
        "mergeable": kind.mergeable,
        "mruEnabled": kind.mru_enabled,
        "name": kind.name,
        "queryable": kind.queryable,
        "replicateable": kind.replicateable,
        "retrieveable": kind.retrieveable,
        "searchable": kind.searchable,
        "triggerable": kind.triggerable,
        "undeletable": kind.undeletable,
        "updateable": kind.updateable,
    }


def describe_field(field: Field, fields: Mapping[str, Field]) -> dict[str, Any]:
    """One field's entry in a describe answer."""
    answer: dict[str, Any] = dict.fromkeys(_ALWAYS_FALSE, False) | dict.fromkeys(_ALWAYS_NULL)
    answer |= {
        "aggregatable": field.aggregatable,
        "autoNumber": field.auto_number,
        "byteLength": _byte_length(field),
        "calculated": field.calculated,
        "calculatedFormula": field.formula,
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": field.compound_field_name,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": field.default_value,
        "defaultedOnCreate": field.defaulted_on_create,
        "digits": field.digits,
        "externalId": field.external_id,
        "extraTypeInfo": _extra_type(field, fields),
        "filterable": field.filterable,
        "groupable": field.groupable,
        "idLookup": field.id_lookup,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": field.polymorphic,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "picklistValues": [_choice(one) for one in field.picklist_values],
        "polymorphicForeignKey": field.polymorphic,
        "precision": field.precision,
        "queryByDistance": field.type in COMPOUND_TYPES,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "searchPrefilterable": field.type == "reference" and field.name not in _NEVER_PREFILTERED,
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
    }
    return dict(sorted(answer.items()))


def _byte_length(field: Field) -> int:
    if field.type in ID_TYPES:
        return 18
    if field.type == "multipicklist":
        return field.length
    return field.length * 3


def _extra_type(field: Field, fields: Mapping[str, Field]) -> str | None:
    if field.type == "textarea":
        return "plaintextarea"
    parts = {one.name for one in fields.values() if one.compound_field_name == "Name"}
    if field.name in parts or (field.name == "Name" and parts):
        return "personname"
    if field.name == "PhotoUrl":
        return "imageurl"
    return None


def _choice(choice: PicklistValue) -> dict[str, Any]:
    return {
        "active": choice.active,
        "defaultValue": choice.default,
        "label": choice.label,
        "validFor": None,
        "value": choice.value,
    }


def _child(child: ChildRelationship) -> dict[str, Any]:
    return {
        "cascadeDelete": child.cascade_delete,
        "childSObject": child.child_object,
        "deprecatedAndHidden": False,
        "field": child.field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.relationship_name,
        "restrictedDelete": False,
    }


def _urls(kind: ObjectType, api_version: str) -> dict[str, str]:
    base = f"/services/data/v{api_version}/sobjects/{kind.name}"
    urls = {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base}
    if kind.layoutable:
        urls |= {
            "compactLayouts": f"{base}/describe/compactLayouts",
            "approvalLayouts": f"{base}/describe/approvalLayouts",
            "listviews": f"{base}/listviews",
            "quickActions": f"{base}/quickActions",
            "layouts": f"{base}/describe/layouts",
        }
    return urls


def _master_record_type(kind: ObjectType, api_version: str) -> dict[str, Any]:
    layout = f"/services/data/v{api_version}/sobjects/{kind.name}/describe/layouts/{_MASTER_RECORD_TYPE}"
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": _MASTER_RECORD_TYPE,
        "urls": {"layout": layout},
    }
