"""A territory's condition, as an admin writes it: a field, a comparison and a value, joined by all and any."""

from collections.abc import Iterator
from dataclasses import fields as dataclass_fields
from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sfrouter.base.shelf import did_you_mean
from sfrouter.model.records import Account, Lead

Scalar = bool | int | float | date | str

NOUNS: dict[str, frozenset[str]] = {
    "lead": frozenset(item.name for item in dataclass_fields(Lead)) - {"extra"},
    "account": frozenset(item.name for item in dataclass_fields(Account)) - {"extra"},
}
# R037: the IP never decides alone. The rest says how a lead stands now, not what it is.
FORBIDDEN = frozenset({"lead.ip", "lead.owner_id", "lead.modified_at", "lead.modified_by_id", "lead.stamp"})


class Op(StrEnum):
    """How a value is compared; text always without regard to case, width and surrounding blanks."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    STARTS_WITH = "starts_with"  # with any of the values
    CONTAINS = "contains"  # any of the values; of a list field, one of its items
    BETWEEN = "between"  # two values, both included
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXISTS = "exists"
    MISSING = "missing"


_WITHOUT_VALUE = frozenset({Op.EXISTS, Op.MISSING})
_WITH_MANY = frozenset({Op.IN, Op.NOT_IN, Op.STARTS_WITH, Op.CONTAINS, Op.BETWEEN})


class Condition(BaseModel):
    """One comparison (`field`, `op`, `value`), or `all` of several conditions, or `any` of them.

    A field is lead.<name> or account.<name>: a name of the model, or a further field of the mapping.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str = ""
    op: Op = Op.EQ
    value: tuple[Scalar, ...] = ()
    all: tuple["Condition", ...] = Field(default=())
    any: tuple["Condition", ...] = Field(default=())

    @field_validator("op", mode="before")
    @classmethod
    def _known_op(cls, op: Any) -> Any:
        known = [item.value for item in Op]
        if isinstance(op, str) and op not in known:
            raise ValueError(f"'{op}' is no comparison; there are {', '.join(known)}.{did_you_mean(op, known)}")
        return op

    @field_validator("value", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple(value)
        return () if value is None else (value,)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = sum((bool(self.field), bool(self.all), bool(self.any)))
        if forms != 1:
            raise ValueError("write either field, op and value, or all, or any")
        if self.field:
            self._check_field()
            self._check_values()
        return self

    def _check_field(self) -> None:
        noun, dot, name = self.field.partition(".")
        if noun not in NOUNS or not dot or not name:
            raise ValueError(f"'{self.field}' is no field: write lead.<name> or account.<name>")
        if self.field in FORBIDDEN:
            raise ValueError(f"'{self.field}' may not decide a territory")

    def _check_values(self) -> None:
        count = len(self.value)
        if self.op in _WITHOUT_VALUE and count:
            raise ValueError(f"'{self.op}' takes no value")
        if self.op is Op.BETWEEN and count != 2:
            raise ValueError("'between' takes two values, the lowest and the highest")
        if self.op not in _WITHOUT_VALUE and not count:
            raise ValueError(f"'{self.op}' needs a value")
        if count > 1 and self.op not in _WITH_MANY:
            raise ValueError(f"'{self.op}' takes one value; 'in' takes several")

    def comparisons(self) -> Iterator["Condition"]:
        """Every single comparison in here."""
        if self.field:
            yield self
        for part in (*self.all, *self.any):
            yield from part.comparisons()

    def fields(self) -> frozenset[str]:
        """Every field named, as noun.name."""
        return frozenset(part.field for part in self.comparisons())

    def further_fields(self) -> frozenset[str]:
        """The fields that are not the model's own and so must be further fields (`extra`) of the mapping."""
        return frozenset(
            name for name in self.fields() if name.partition(".")[2] not in NOUNS[name.partition(".")[0]]
        )
