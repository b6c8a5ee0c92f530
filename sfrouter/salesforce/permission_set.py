"""What the integration user needs and no more: as a value, and as a permission set that an org can deploy."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.etree import ElementTree

NAME = "Sfrouter_Integration"
LABEL = "sfrouter integration user"
FILE = f"{NAME}.permissionset-meta.xml"
GENERAL: Mapping[str, str] = MappingProxyType({
    "ApiEnabled": "API Enabled",
    "EditTask": "Edit Tasks",
    "TransferAnyLead": "Transfer Leads",
})  # fmt: skip
"""The general rights that are needed, and how Setup calls them."""
TOO_MUCH: Mapping[str, str] = MappingProxyType({
    "ModifyAllData": "Modify All Data",
    "ViewAllData": "View All Data",
    "AuthorApex": "Author Apex",
    "CustomizeApplication": "Customize Application",
    "ModifyMetadata": "Modify Metadata Through Metadata API Functions",
    "ManageUsers": "Manage Users",
    "ManageInternalUsers": "Manage Internal Users",
    "ManageProfilesPermissionsets": "Manage Profiles and Permission Sets",
    "AssignPermissionSets": "Assign Permission Sets",
    "ManageRoles": "Manage Roles",
    "ManageSharing": "Manage Sharing",
    "ResetPasswords": "Reset User Passwords and Unlock Users",
    "ManagePasswordPolicies": "Manage Password Policies",
    "ManageRemoteAccess": "Manage Connected Apps",
    "ManageAuthProviders": "Manage Auth. Providers",
    "ManageCertificates": "Manage Certificates",
    "ManageEncryptionKeys": "Manage Encryption Keys",
    "ViewEncryptedData": "View Encrypted Data",
    "ViewAllFieldsGlobal": "View All Fields",
    "DataExport": "Weekly Data Export",
    "BulkApiHardDelete": "Bulk API Hard Delete",
    "EditReadonlyFields": "Edit Read Only Fields",
    "TransferAnyEntity": "Transfer Record",
    "TransferAnyCase": "Transfer Cases",
    "ConvertLeads": "Convert Leads",
    "ImportLeads": "Import Leads",
    "ExportReport": "Export Reports",
    "EmailSingle": "Send Email",
    "EmailMass": "Mass Email",
})  # fmt: skip
"""General rights that open far more than the router needs."""

MANAGE_USERS = "ManageUsers"
COMES_WITH_IT = (
    "AssignPermissionSets", "DelegatedTwoFactor", "FreezeUsers", "ManageInternalUsers", "ManageIpAddresses",
    "ManageLoginAccessPolicies", "ManagePasswordPolicies", "ManageProfilesPermissionsets", "ManageRoles",
    "ManageSharing", "MonitorLoginHistory", "ViewAllUsers",
)  # fmt: skip
"""A permission set with Manage Users is refused without these (as an org's refusal listed them)."""

TRANSFER_LEADS, LEADS = "TransferAnyLead", "Lead"
"""A permission set with Transfer Leads is refused without Create and Read on Lead."""

_OF_OBJECTS = frozenset({"Account", "Campaign", "Case", "Contact", "Contract", "Lead", "Opportunity"})
_WITHOUT = frozenset({
    "Id", "Name", "FirstName", "LastName", "Company", "OwnerId", "Status", "IsDeleted", "IsConverted",
    "ConvertedAccountId", "MasterRecordId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
    "LastActivityDate", "SystemModstamp", "IsClosed", "IsWon", "StageName", "CloseDate",
})  # fmt: skip
"""Standard fields that every user of the object sees: an org refuses a permission for them."""
_ADDRESS_PART = re.compile(r"(Billing|Shipping|Mailing|Other|)(Street|City|State|PostalCode|Country)(Code)?")
_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRights:
    """What is needed on an object besides reading all of its records. `edited` are its fields to be written."""

    create: bool = False
    edit: bool = False
    delete: bool = False
    read_fields: Collection[str] = ()
    edited: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Everything the integration user needs, by object."""

    objects: Mapping[str, ObjectRights] = field(default_factory=dict)
    general: Collection[str] = tuple(GENERAL)

    @property
    def governed(self) -> Mapping[str, ObjectRights]:
        """Those objects that have permissions of their own; the others follow them, or are free to all."""
        return {name: one for name, one in self.objects.items() if name in _OF_OBJECTS or _custom(name)}

    def creates(self, name: str) -> bool:
        """Is Create given on an object: to make records, or because Transfer Leads is not to be had without it?"""
        one = self.governed.get(name)
        return one is not None and (one.create or (name == LEADS and TRANSFER_LEADS in self.general))

    def fields(self) -> Mapping[str, bool]:
        """`Object.Field` and whether it is written, of all fields that take a permission; addresses are whole."""
        found: dict[str, bool] = {}
        for name, one in self.objects.items():
            for api in (*one.read_fields, *one.edited):
                if _takes_permission(name, api):
                    key = f"{name}.{_whole(name, api)}"
                    found[key] = found.get(key, False) or api in one.edited
        return found


def permission_set_xml(rights: Rights) -> str:
    """The permission set as metadata, for `sf project deploy` or any deployment tool; the same every time."""
    root = ElementTree.Element("PermissionSet", xmlns=_NAMESPACE)
    _leaf(root, "description", "What sfrouter needs to read, route and tell, and nothing else.")
    for name, edited in sorted(rights.fields().items()):
        one = ElementTree.SubElement(root, "fieldPermissions")
        _leaf(one, "editable", edited)
        _leaf(one, "field", name)
        _leaf(one, "readable", True)
    _leaf(root, "hasActivationRequired", False)
    _leaf(root, "label", LABEL)
    for name, wanted in sorted(rights.governed.items()):
        one = ElementTree.SubElement(root, "objectPermissions")
        for tag, value in _object_values(name, wanted, create=rights.creates(name)):
            _leaf(one, tag, value)
    with_it = COMES_WITH_IT if MANAGE_USERS in rights.general else ()
    for name in sorted({*rights.general, *with_it}):
        one = ElementTree.SubElement(root, "userPermissions")
        _leaf(one, "enabled", True)
        _leaf(one, "name", name)
    ElementTree.indent(root, "    ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _object_values(name: str, wanted: ObjectRights, *, create: bool) -> tuple[tuple[str, object], ...]:
    return (
        ("allowCreate", create),
        ("allowDelete", wanted.delete),
        ("allowEdit", wanted.edit or wanted.delete),
        ("allowRead", True),
        ("modifyAllRecords", False),
        ("object", name),
        ("viewAllRecords", True),
    )


def _leaf(parent: ElementTree.Element, tag: str, value: object) -> None:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    ElementTree.SubElement(parent, tag).text = text


def _custom(name: str) -> bool:
    return name.endswith("__c")


def _takes_permission(object_name: str, api: str) -> bool:
    """Of objects that follow others, of users and of Tasks only fields of the admin's own are governed."""
    if _custom(api):
        return True
    return object_name in _OF_OBJECTS and api not in _WITHOUT


def _whole(object_name: str, api: str) -> str:
    part = _ADDRESS_PART.fullmatch(api)
    return f"{part[1]}Address" if part and object_name in _OF_OBJECTS else api
