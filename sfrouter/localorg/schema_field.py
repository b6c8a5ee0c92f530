"""What the org knows about one field: its kind, its length, whether it may be filtered, sorted or written."""

from __future__ import annotations

from dataclasses import dataclass, replace

STRING_TYPES = frozenset(
    {"string", "textarea", "phone", "email", "url", "picklist", "multipicklist", "combobox", "encryptedstring"}
)
"""Field types whose values are text; they share the rules of comparison."""

NUMBER_TYPES = frozenset({"int", "long", "double", "currency", "percent"})
ID_TYPES = frozenset({"id", "reference"})
COMPOUND_TYPES = frozenset({"address", "location"})
"""Types that have no value of their own: they show the values of their parts."""

LONG_TEXT = 255
"""A text area longer than this is a long text area: not filterable, sortable or groupable."""

FLAGS = {
    "n": "nillable",
    "c": "createable",
    "u": "updateable",
    "d": "defaulted_on_create",
    "f": "filterable",
    "s": "sortable",
    "g": "groupable",
    "N": "name_field",
    "I": "id_lookup",
    "R": "restricted_picklist",
    "P": "polymorphic",
    "A": "auto_number",
    "p": "permissionable",
    "k": "calculated",
    "x": "external_id",
    "U": "unique",
    "C": "case_sensitive",
}
"""The letters of the compact schema files, each with the property it sets."""


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One choice of a picklist."""

    value: str
    label: str
    active: bool = True
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an object. Lengths are characters; precision and scale are decimal digits."""

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted_on_create: bool = False
    default_value: str | bool | None = None
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    restricted_picklist: bool = False
    picklist_values: tuple[PicklistValue, ...] = ()
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    polymorphic: bool = False
    calculated: bool = False
    formula: str | None = None
    compound_field_name: str | None = None
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    custom: bool = False
    id_lookup: bool = False
    name_field: bool = False
    auto_number: bool = False
    permissionable: bool = False

    @property
    def stored(self) -> bool:
        """Whether rows hold a value for it (compound fields show those of their parts)."""
        return self.type not in COMPOUND_TYPES

    @property
    def is_text(self) -> bool:
        """Whether its values are text."""
        return self.type in STRING_TYPES

    @property
    def aggregatable(self) -> bool:
        """Whether COUNT, MIN and MAX accept it."""
        if self.type in {"boolean", "address", "location", "time", "multipicklist", "anyType"}:
            return False
        return self.filterable


_GROUPABLE = frozenset(
    {"id", "reference", "string", "picklist", "email", "phone", "url", "date", "boolean", "int"}
)


def custom_field(
    name: str,
    field_type: str,
    *,
    label: str | None = None,
    length: int = 0,
    precision: int = 18,
    scale: int = 2,
    required: bool = False,
    unique: bool = False,
    external_id: bool = False,
    case_sensitive: bool = False,
    values: tuple[str, ...] = (),
    restricted: bool = False,
    reference_to: tuple[str, ...] = (),
    relationship_name: str | None = None,
    default: str | bool | None = None,
) -> Field:
    """A custom field with the flags that Salesforce gives its type. Raises ValueError for a name without __c."""
    if not name.endswith("__c"):
        raise ValueError(f"the name of a custom field ends in __c, not {name!r}")
    length = length or _DEFAULT_LENGTHS.get(field_type, 0)
    if field_type == "boolean":
        required, default = True, bool(default)
    plain = Field(
        name=name,
        label=label or name[:-3].replace("_", " "),
        type=field_type,
        length=length,
        nillable=not required,
        defaulted_on_create=default is not None,
        default_value=default,
        restricted_picklist=restricted,
        picklist_values=tuple(PicklistValue(value, value, default=value == default) for value in values),
        reference_to=reference_to,
        relationship_name=relationship_name or (name[:-1] + "r" if reference_to else None),
        external_id=external_id,
        unique=unique,
        case_sensitive=case_sensitive,
        custom=True,
        id_lookup=external_id or unique,
        permissionable=field_type == "boolean" or not required,
    )
    return _with_type_flags(plain, precision, scale)


def _with_type_flags(field: Field, precision: int, scale: int) -> Field:
    """A custom field with the digits and abilities that follow from its type and length."""
    long_text = field.type == "textarea" and field.length > LONG_TEXT
    if field.type == "int":
        field = replace(field, digits=8)
    elif field.type in NUMBER_TYPES:
        field = replace(field, precision=precision, scale=scale)
    return replace(
        field,
        filterable=not long_text,
        sortable=not long_text and field.type != "multipicklist",
        groupable=field.type in _GROUPABLE,
    )


_DEFAULT_LENGTHS = {
    "string": 255,
    "textarea": 255,
    "picklist": 255,
    "multipicklist": 4099,
    "email": 80,
    "phone": 40,
    "url": 255,
    "reference": 18,
    "id": 18,
}
