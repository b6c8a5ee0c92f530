"""A territory's condition as an admin writes it: field, comparison and value, joined by all, any and not."""

from collections.abc import Iterator
from dataclasses import fields as dataclass_fields
from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sfrouter.base.shelf import did_you_mean
from sfrouter.distribution.expression import check_expression, fields_in
from sfrouter.distribution.filter_logic import Join, Logic, read_logic
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
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    EXISTS = "exists"
    MISSING = "missing"


_WITHOUT_VALUE = frozenset({Op.EXISTS, Op.MISSING})
_WITH_MANY = frozenset({Op.IN, Op.NOT_IN, Op.STARTS_WITH, Op.CONTAINS, Op.BETWEEN})


class Condition(BaseModel):
    """One comparison (`field`, `op`, `value`), or `all` of several conditions, or `any` of them, or `not` one;
    or numbered `conditions` joined by `logic` ("1 AND (2 OR 3)", without it all of them); or a `cel` expression.

    A field is lead.<name> or account.<name>: a name of the model, or a further field of the mapping.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    field: str = ""
    op: Op = Op.EQ
    value: tuple[Scalar, ...] = ()
    all: tuple["Condition", ...] = Field(default=())
    any: tuple["Condition", ...] = Field(default=())
    not_: "Condition | None" = Field(default=None, alias="not")
    conditions: tuple["Condition", ...] = Field(default=())
    logic: str = ""
    cel: str = ""

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

    @field_validator("logic", mode="before")
    @classmethod
    def _logic_as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = (self.field, self.all, self.any, self.not_, self.conditions, self.cel.strip())
        if sum(bool(form) for form in forms) != 1:
            raise ValueError(
                "write either field, op and value, or all, or any, or not, or conditions with logic, or cel"
            )
        if not self.field and (self.value or "op" in self.model_fields_set):
            raise ValueError("'op' and 'value' need the 'field' they speak of")
        if self.logic and not self.conditions:
            raise ValueError("'logic' needs the numbered list 'conditions'")
        if self.conditions and self.logic:
            read_logic(self.logic, len(self.conditions))
        if self.field:
            self._check_field()
            self._check_values()
        if self.cel:
            check_expression(self.cel)
            self._check_forbidden()
        return self

    def _check_forbidden(self) -> None:
        refused = sorted(fields_in(self.cel) & FORBIDDEN)
        if refused:
            raise ValueError(f"'{refused[0]}' may not decide a territory")

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

    def plain(self) -> "Condition":
        """The same without filter logic: numbered conditions become all, any and not."""
        if not self.conditions:
            return self
        if not self.logic:
            return Condition(all=self.conditions)
        return self._joined(read_logic(self.logic, len(self.conditions)))

    def _joined(self, logic: Logic) -> "Condition":
        if isinstance(logic, int):
            return self.conditions[logic - 1]
        parts = tuple(self._joined(part) for part in logic.parts)
        if logic.join is Join.NOT:
            return Condition.model_validate({"not": parts[0]})
        return Condition(all=parts) if logic.join is Join.ALL else Condition(any=parts)

    def parts(self) -> tuple["Condition", ...]:
        """The conditions that stand directly in this one."""
        return (*self.all, *self.any, *((self.not_,) if self.not_ else ()), *self.conditions)

    def comparisons(self) -> Iterator["Condition"]:
        """Every single comparison in here; CEL expressions are none."""
        if self.field:
            yield self
        for part in self.parts():
            yield from part.comparisons()

    def expressions(self) -> Iterator[str]:
        """Every CEL expression in here."""
        if self.cel:
            yield self.cel
        for part in self.parts():
            yield from part.expressions()

    def fields(self) -> frozenset[str]:
        """Every field named, as noun.name, also in CEL expressions."""
        own = {self.field} if self.field else fields_in(self.cel)
        return frozenset(own).union(*(part.fields() for part in self.parts()))

    def further_fields(self) -> frozenset[str]:
        """The fields that are not the model's own and so must be further fields (`extra`) of the mapping."""
        return frozenset(
            name for name in self.fields() if name.partition(".")[2] not in NOUNS[name.partition(".")[0]]
        )
